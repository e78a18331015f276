package io.dataprism.load.fan;

import java.io.IOException;
import java.nio.ByteBuffer;

/** One publisher, which sends an event when the one before was answered. */
final class Publisher extends Connection {

    private final Posting posting;
    private final int number;
    private final Latencies answered;
    private boolean free;
    private boolean greeted;
    private long sentNanos;
    private String answer = "";
    private long dueNanos;

    /** @param answered takes how long each answer took */
    Publisher(Loop loop, int port, int number, Posting posting, Latencies answered) throws IOException {
        super(loop, port, number, 0);
        this.posting = posting;
        this.number = number;
        this.answered = answered;
    }

    @Override
    void onConnected() throws IOException {
        greeted = posting.greeting().length == 0;
        free = greeted;
        if (!greeted) {
            send(ByteBuffer.wrap(posting.greeting()));
        }
    }

    /** Whether nothing that it sent waits for its answer. */
    boolean isFree() {
        return free;
    }

    /** What was answered last. */
    String answer() {
        return answer;
    }

    /** When the next event is to be sent, where times are fixed beforehand. */
    long dueNanos() {
        return dueNanos;
    }

    void due(long nanos) {
        dueNanos = nanos;
    }

    /** Sends. @param nanos the event's time */
    void publish(int publisher, int topic, int event, long nanos) throws IOException {
        free = false;
        sentNanos = System.nanoTime();
        send(posting.requests().get(topic).with(publisher, topic, event, nanos));
    }

    int number() {
        return number;
    }

    @Override
    int onBytes(ByteBuffer in) throws IOException {
        String found = posting.reply().read(in);
        if (found.isEmpty()) {
            return 0;
        }
        answer = found;
        if (greeted) {
            answered.add(System.nanoTime() - sentNanos);
        }
        greeted = true;
        free = true;
        return in.limit();
    }
}
