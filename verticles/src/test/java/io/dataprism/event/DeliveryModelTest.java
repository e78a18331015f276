package io.dataprism.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dataprism.core.event.EventLog;
import io.dataprism.core.event.Gap;
import io.dataprism.core.event.LocalEventLog;
import io.dataprism.core.event.Start;
import io.dataprism.core.event.StoredEvent;
import io.dataprism.core.event.Topic;
import io.dataprism.core.event.TopicPattern;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/** Delivery against a model: a list of what was appended. */
class DeliveryModelTest {

    private static final int KEPT = 60;
    private static final int STEPS = 120;
    private static final List<String> TOPICS = List.of("a:x", "a:y", "b:x", "b:y:z", "c");
    private static final List<List<String>> PATTERNS = List.of(
            List.of("a:x"), List.of("a:*"), List.of("**"), List.of("*:x", "c"), List.of("b:**", "b:x"), List.of("d"));

    private static Vertx vertx;

    @BeforeContainer
    static void start() {
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    }

    @AfterContainer
    static void stop() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    /** One life of the log, and all that was ever appended in it. */
    private static final class Life {
        final EventLog log =
                new LocalEventLog(new EventLog.Limits(KEPT, 1 << 26, Duration.ofHours(1)), InstantSource.system());
        final EventFeed feed = new EventFeed(vertx, log, "n");
        final NavigableMap<Long, StoredEvent> appended = new ConcurrentSkipListMap<>();
        final Map<String, Long> positions =
                new ConcurrentHashMap<>(Map.of(log.head().cursor(), 0L));

        void append(Random random) {
            StoredEvent event = feed.append(
                            Topic.parse(TOPICS.get(random.nextInt(TOPICS.size()))), "/nodes/n", random.nextInt())
                    .result();
            positions.put(event.cursor(), event.position() + 1);
            appended.put(event.position(), event);
        }
    }

    private sealed interface Mark {
        record Event(long position, String cursor) implements Mark {}

        record Lost(Gap gap) implements Mark {}
    }

    /** Two of different kinds share no frames. */
    private record Form(int kind) implements FrameForm {

        @Override
        public void append(ByteBuf frames, StoredEvent event) {
            byte[] cursor = event.cursor().getBytes(StandardCharsets.US_ASCII);
            frames.writeByte(kind)
                    .writeLong(event.position())
                    .writeShort(cursor.length)
                    .writeBytes(cursor);
        }

        @Override
        public int estimatedBytes(StoredEvent event) {
            return 1;
        }
    }

    /** A connection: what it was given between its subscribing and its end. */
    private static class Connection implements EventSink {
        final Life life;
        final Context context;
        final List<TopicPattern> patterns;
        final Overflow overflow;
        final List<Mark> marks = new CopyOnWriteArrayList<>();
        final long began;
        final FeedSubscription subscription;
        volatile int room;

        Connection(Life life, Context context, List<TopicPattern> patterns, Overflow overflow, Start start, int room)
                throws Exception {
            this.life = life;
            this.context = context;
            this.patterns = patterns;
            this.overflow = overflow;
            this.room = room;
            this.subscription = on(context, () -> life.feed.subscribe(patterns, start, this));
            String cursor = subscription.cursor();
            Long known = life.positions.get(cursor);
            this.began = known == null ? 0 : known; // else of another life, and a gap comes first
            on(context, () -> {
                subscription.resume();
                return true;
            });
        }

        @Override
        public boolean isReady() {
            return room > 0;
        }

        @Override
        public void onEvent(StoredEvent event) {
            took(event.position(), event.cursor());
        }

        void took(long position, String cursor) {
            assertThat(room--).isPositive();
            marks.add(new Mark.Event(position, cursor));
        }

        @Override
        public void onGap(Gap gap) {
            marks.add(new Mark.Lost(gap));
        }

        @Override
        public Overflow overflow() {
            return overflow;
        }

        void give(int more) throws Exception {
            on(context, () -> {
                room = more;
                subscription.resume();
                return true;
            });
        }

        String lastCursor() {
            Mark last = marks.isEmpty() ? null : marks.getLast();
            return switch (last) {
                case null -> subscription.cursor();
                case Mark.Event event -> event.cursor();
                case Mark.Lost lost -> lost.gap().to();
            };
        }

        /** Every event of its topics up to a position was given to it once, in order, or is inside of a gap that it was told. */
        void check(long until) {
            long at = began;
            for (Mark mark : marks) {
                switch (mark) {
                    case Mark.Event event -> {
                        assertThat(event.position()).as("in order, once").isGreaterThanOrEqualTo(at);
                        assertNothingBetween(at, event.position());
                        assertThat(life.positions.get(event.cursor())).isEqualTo(event.position() + 1);
                        at = event.position() + 1;
                    }
                    case Mark.Lost lost -> {
                        Long to = life.positions.get(lost.gap().to());
                        assertThat(to).as("a cursor of this life").isNotNull();
                        if (lost.gap().reason() != Gap.Reason.EPOCH) {
                            assertThat(to).as("a range").isGreaterThan(at);
                            assertThat(life.positions.get(lost.gap().from()))
                                    .as("nothing that was given is called lost")
                                    .isGreaterThanOrEqualTo(marks.indexOf(mark) == 0 ? 0 : lastTaken(mark));
                        }
                        at = Math.max(at, to);
                    }
                }
            }
            assertNothingBetween(at, until);
        }

        private long lastTaken(Mark before) {
            return marks.subList(0, marks.indexOf(before)).stream()
                    .mapToLong(mark -> mark instanceof Mark.Event event ? event.position() + 1 : 0)
                    .max()
                    .orElse(0);
        }

        private void assertNothingBetween(long from, long to) {
            if (from < to) {
                Stream<StoredEvent> missed = life.appended.subMap(from, to).values().stream()
                        .filter(event -> patterns.stream().anyMatch(pattern -> pattern.matches(event.topic())));
                assertThat(missed.map(StoredEvent::position))
                        .as("missed without a word, of " + patterns + ": " + marks)
                        .isEmpty();
            }
        }
    }

    /** One that takes frames. */
    private static final class Framed extends Connection implements FrameSink {
        private @Nullable Form form; // made when it is first asked for: the other's constructor subscribes

        Framed(Life life, Context context, List<TopicPattern> patterns, Overflow overflow, Start start, int room)
                throws Exception {
            super(life, context, patterns, overflow, start, room);
        }

        @Override
        public FrameForm form() {
            if (form == null) {
                form = new Form(System.identityHashCode(this) & 1);
            }
            return form;
        }

        @Override
        public int roomForEvents() {
            return room;
        }

        @Override
        public void onFrames(ByteBuf frames, int events) {
            ByteBuf read = frames.duplicate();
            for (int i = 0; i < events; i++) {
                assertThat(read.readByte()).isEqualTo((byte) ((Form) form()).kind());
                long position = read.readLong();
                byte[] cursor = new byte[read.readShort()];
                read.readBytes(cursor);
                took(position, new String(cursor, StandardCharsets.US_ASCII));
            }
            assertThat(read.isReadable()).isFalse();
        }
    }

    @Property(tries = 40)
    void everyEventIsDeliveredOnceInOrderOrIsInsideAReportedGap(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        List<Context> contexts =
                List.of(vertx.getOrCreateContext(), vertx.getOrCreateContext(), vertx.getOrCreateContext());
        Life life = new Life();
        List<Connection> open = new ArrayList<>();
        List<String> cursors = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            int action = random.nextInt(100);
            if (action < 40) {
                burst(life, random);
            } else if (action < 60 && open.size() < 24) {
                open.add(connect(life, random, contexts, cursors));
            } else if (action < 85 && !open.isEmpty()) {
                Connection some = open.get(random.nextInt(open.size()));
                some.give(random.nextBoolean() ? 0 : 1 + random.nextInt(40));
            } else if (action < 97 && !open.isEmpty()) {
                Connection left = open.remove(random.nextInt(open.size()));
                on(left.context, () -> {
                    left.subscription.close();
                    return true;
                });
                Long reached = life.positions.get(left.lastCursor());
                left.check(reached == null ? 0 : reached);
                cursors.add(left.lastCursor());
            } else if (action >= 99) {
                finish(life, open, cursors);
                life = new Life();
            }
        }
        finish(life, open, cursors);
    }

    private static void burst(Life life, Random random) throws Exception {
        int count = random.nextInt(KEPT + 30);
        Thread beside = Thread.ofPlatform().start(() -> {
            Random own = new Random(count);
            for (int i = 0; i < count / 3; i++) {
                life.append(own);
            }
        });
        for (int i = 0; i < count; i++) {
            life.append(random);
        }
        beside.join();
    }

    private static Connection connect(Life life, Random random, List<Context> contexts, List<String> cursors)
            throws Exception {
        Start start = switch (random.nextInt(3)) {
            case 0 -> new Start.Latest();
            case 1 -> new Start.Earliest();
            default ->
                cursors.isEmpty() ? new Start.Latest() : new Start.After(cursors.get(random.nextInt(cursors.size())));
        };
        List<TopicPattern> patterns = PATTERNS.get(random.nextInt(PATTERNS.size())).stream()
                .map(TopicPattern::parse)
                .toList();
        EventSink.Overflow overflow = EventSink.Overflow.values()[random.nextInt(2)];
        Context context = contexts.get(random.nextInt(contexts.size()));
        int room = random.nextInt(4) == 0 ? random.nextInt(5) : Integer.MAX_VALUE;
        return random.nextInt(5) == 0
                ? new Connection(life, context, patterns, overflow, start, room)
                : new Framed(life, context, patterns, overflow, start, room);
    }

    /** All have room, so all come to the head. */
    private static void finish(Life life, List<Connection> open, List<String> cursors) throws Exception {
        for (Connection each : open) {
            each.give(Integer.MAX_VALUE);
        }
        long head = life.log.head().position();
        for (Connection each : open) {
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> each.subscription.lag() == 0);
            on(each.context, () -> {
                each.subscription.close();
                return true;
            });
            each.check(head);
            cursors.add(each.lastCursor());
        }
        open.clear();
        assertThat(life.feed.subscriptionCount()).isZero();
    }

    private static <T> T on(Context context, java.util.concurrent.Callable<T> action) throws Exception {
        Promise<T> done = Promise.promise();
        context.runOnContext(go -> {
            try {
                done.complete(action.call());
            } catch (Exception | AssertionError failure) {
                done.fail(failure);
            }
        });
        return done.future().await(10, TimeUnit.SECONDS);
    }
}
