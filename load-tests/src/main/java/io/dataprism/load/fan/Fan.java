package io.dataprism.load.fan;

import io.dataprism.load.fan.Framing.Head;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One server's subscribers, what was published to them and what they had. */
final class Fan implements Subscriber.Reader, AutoCloseable {

    static final int PUBLISHERS_MOST = 16;
    /** What the kernel keeps for a reader that will read nothing. */
    static final int STALLED_BYTES = 4096;

    private static final int SAMPLED = 15; // a mask: one of sixteen
    private static final int TEXT_MOST = 500;

    private final Loop loop;
    private final Dialect dialect;
    private final Splitting splitting;
    private final Head head = new Head();
    private final int port;
    private final Topics topics;
    private final int[][] published;
    private final int[] followers;
    private final List<Subscriber> subscribers = new ArrayList<>();
    private final Latencies latencies = new Latencies();
    private int stalledFrom = Integer.MAX_VALUE;
    private String cursor = "";
    private int @Nullable [][] begun;
    private int open;
    private long lostByRetired;
    private long doubledToRetired;
    private int heard;
    private long received;
    private long expected;
    private long lastNanos;
    private int messageBytes;
    private @Nullable String trouble;

    /** @param port of its subscribers */
    Fan(Loop loop, Dialect dialect, int port, Topics topics) {
        this.loop = loop;
        this.dialect = dialect;
        this.splitting = dialect.newSplitting().get();
        this.port = port;
        this.topics = topics;
        this.published = new int[PUBLISHERS_MOST][topics.count()];
        this.followers = new int[topics.count()];
    }

    Loop loop() {
        return loop;
    }

    int port() {
        return port;
    }

    Dialect dialect() {
        return dialect;
    }

    Splitting splitting() {
        return splitting;
    }

    Head head() {
        return head;
    }

    Topics topics() {
        return topics;
    }

    boolean isStalled(int number) {
        return number >= stalledFrom;
    }

    /** Of those that come from now on, the ones from this number on will be told to read nothing. */
    void stallFrom(int number) {
        stalledFrom = number;
    }

    /** Those that come later resume from here. @param place the cursor of the last event */
    void resumeFrom(String place) {
        cursor = place;
        begun = Arrays.stream(published).map(int[]::clone).toArray(int[][]::new);
    }

    /** One more subscriber of a topic, or of the pattern of a group. */
    void subscribe(int number, boolean isOfPattern) throws IOException {
        int topic = isOfPattern ? number % topics.groups() * Topics.GROUP : number % topics.count();
        int count = isOfPattern ? Math.min(Topics.GROUP, topics.count() - topic) : 1;
        String name = isOfPattern ? topics.pattern(number % topics.groups()) : topics.name(topic);
        int[][] before = begun == null ? published : begun;
        subscribers.add(new Subscriber(this, number, name, new Tally(topic, count, before)));
        for (int each = topic; each < topic + count; each++) {
            followers[each]++;
            for (int publisher = 0; publisher < published.length; publisher++) {
                expected += published[publisher][each] - before[publisher][each];
            }
        }
    }

    /** The oldest leave; what they lost stays lost. */
    void retire(int count) {
        List<Subscriber> leaving = subscribers.subList(0, count);
        for (Subscriber each : leaving) {
            long lost = each.tally().lost(published);
            lostByRetired += lost;
            expected -= lost;
            doubledToRetired += each.tally().doubled();
            for (int topic = 0; topic < topics.count(); topic++) {
                followers[topic] -= each.tally().follows(topic) ? 1 : 0;
            }
            heard -= each.hear() ? 1 : 0;
            open--;
            each.leave();
        }
        leaving.clear();
    }

    int size() {
        return subscribers.size();
    }

    /** Those whose handshake was answered. */
    int open() {
        return open;
    }

    /** Those who had an event that only tells that they are there. */
    int heard() {
        return heard;
    }

    @Override
    public void onOpen(Subscriber subscriber) {
        open++;
        try {
            subscriber.subscribe(cursor);
        } catch (IOException failed) {
            subscriber.fail(String.valueOf(failed));
        }
    }

    @Override
    public int onMessage(Subscriber subscriber, ByteBuffer in, int from, int to) throws IOException {
        int mark = Mark.find(in, from, to, from + subscriber.markFrom());
        if (mark < 0) {
            other(subscriber, Subscriber.text(in, from, Math.min(to, from + TEXT_MOST)));
            return mark;
        }
        messageBytes = to - from;
        int publisher = Mark.publisher(in, mark);
        if (publisher == Mark.PROBE) {
            heard += subscriber.hear() ? 0 : 1;
            return mark;
        }
        int number = Mark.number(in, mark);
        subscriber.tally().add(publisher, Mark.topic(in, mark), number);
        received++;
        if ((number + subscriber.number() & SAMPLED) == 0) {
            latencies.add(System.nanoTime() - Mark.nanos(in, mark));
        }
        if (received == expected) {
            lastNanos = System.nanoTime();
        }
        return mark;
    }

    private void other(Subscriber subscriber, String text) throws IOException {
        byte[] answer = Dialect.answer(text);
        if (answer.length > 0) {
            subscriber.send(ByteBuffer.wrap(answer));
        }
        if (trouble == null && Dialect.isTrouble(text)) {
            trouble = text;
        }
    }

    /** Tells those that are to read nothing so; what is published from now on is not expected of them. */
    void stall() {
        for (Subscriber subscriber : subscribers) {
            if (isStalled(subscriber.number())) {
                subscriber.reads(false);
                for (int topic = 0; topic < topics.count(); topic++) {
                    followers[topic] -= subscriber.tally().follows(topic) ? 1 : 0;
                }
            }
        }
    }

    /** The number of the next event of a publisher on a topic, which is expected of all its followers from now on. */
    int next(int publisher, int topic) {
        expected += followers[topic];
        return published[publisher][topic]++;
    }

    boolean isAllReceived() {
        return received >= expected;
    }

    long received() {
        return received;
    }

    /** When the last event came that was expected. */
    long lastNanos() {
        return lastNanos;
    }

    /** Of the last event, with what stands around it but the frame's head. */
    int messageBytes() {
        return messageBytes;
    }

    Latencies latencies() {
        return latencies;
    }

    /** What was lost by those who read, so far. */
    long lost() {
        return lostByRetired
                + subscribers.stream()
                        .filter(subscriber -> !isStalled(subscriber.number()))
                        .mapToLong(subscriber -> subscriber.tally().lost(published))
                        .sum();
    }

    long doubled() {
        return doubledToRetired
                + subscribers.stream()
                        .mapToLong(subscriber -> subscriber.tally().doubled())
                        .sum();
    }

    /** The first thing that went wrong with one who reads; empty: nothing. */
    String trouble() {
        String told = trouble;
        if (told != null) {
            return told;
        }
        return subscribers.stream()
                .filter(subscriber -> !isStalled(subscriber.number()))
                .map(subscriber -> String.valueOf(subscriber.failure()))
                .filter(failure -> !failure.equals("null"))
                .findFirst()
                .orElse("");
    }

    @Override
    public void close() {
        subscribers.forEach(Connection::close);
        subscribers.clear();
    }
}
