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
import io.dataprism.plugin.Event;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;

@Timeout(30)
class EventFeedTest {

    private static final List<TopicPattern> ALL = List.of(TopicPattern.parse("**"));

    private Vertx vertx;
    private Context context;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        context = vertx.getOrCreateContext();
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    /** A sink with room for so many events, which can be given more. */
    private static class Reader implements EventSink {
        final List<Object> seen = new CopyOnWriteArrayList<>();
        final List<Gap> gaps = new CopyOnWriteArrayList<>();
        volatile int room;
        volatile int overruns;
        Overflow overflow = Overflow.OLDEST_KEPT;

        Reader(int room) {
            this.room = room;
        }

        @Override
        public boolean isReady() {
            return room > 0;
        }

        @Override
        public void onEvent(StoredEvent event) {
            room--;
            seen.add(EventFlux.toEvent(event).data());
        }

        @Override
        public void onGap(Gap gap) {
            gaps.add(gap);
        }

        @Override
        public void onOverrun(String cursor) {
            overruns++;
        }

        @Override
        public Overflow overflow() {
            return overflow;
        }
    }

    @Test
    void replayGoesOverIntoLiveWithNoHoleAndNoDouble() throws Exception {
        EventFeed feed = feed(100_000);
        int writers = 3;
        int each = 3_000;
        append(feed, "t0", 0, 500);
        List<Thread> threads = new ArrayList<>();
        for (int writer = 1; writer <= writers; writer++) {
            String topic = "t" + writer;
            threads.add(Thread.ofPlatform().start(() -> append(feed, topic, 0, each)));
        }
        Reader fast = new Reader(Integer.MAX_VALUE);
        Reader slow = new Reader(0);
        subscribe(feed, ALL, new Start.Earliest(), fast);
        FeedSubscription stepping = subscribe(feed, ALL, new Start.Earliest(), slow);

        int total = 500 + writers * each;
        long ticker = vertx.setPeriodic(
                1,
                tick -> context.runOnContext(go -> {
                    slow.room = 97;
                    stepping.resume();
                }));
        for (Thread thread : threads) {
            thread.join();
        }
        await().untilAsserted(() -> assertThat(fast.seen).hasSize(total));
        await().untilAsserted(() -> assertThat(slow.seen).hasSize(total));
        vertx.cancelTimer(ticker);

        List<Object> inLog = feed.log().read(0, total + 1).events().stream()
                .map(event -> EventFlux.toEvent(event).data())
                .toList();
        assertThat(fast.seen).isEqualTo(inLog);
        assertThat(slow.seen).isEqualTo(inLog);
        assertThat(fast.gaps).isEmpty();
        assertThat(slow.gaps).isEmpty();
    }

    @Test
    void aReaderThatFellOutOfTheLogIsToldTheRange() throws Exception {
        EventFeed feed = feed(10);
        Reader reader = new Reader(2);
        String begin = feed.log().head().cursor();
        FeedSubscription subscription = subscribe(feed, ALL, new Start.Latest(), reader);
        append(feed, "t", 0, 5);
        await().untilAsserted(() -> assertThat(reader.seen).containsExactly(0, 1));
        String behindSecond = subscription.cursor();
        append(feed, "t", 5, 45);
        await().untilAsserted(() -> assertThat(reader.overruns).isPositive());
        assertThat(reader.gaps).isEmpty();

        onContext(() -> {
            reader.room = 100;
            subscription.resume();
        });

        assertThat(behindSecond).isNotEqualTo(begin);
        assertThat(reader.gaps).hasSize(1);
        assertThat(reader.gaps.get(0).from()).isEqualTo(behindSecond);
        assertThat(reader.gaps.get(0).reason()).isEqualTo(Gap.Reason.SLOW);
        assertThat(reader.seen).containsExactlyElementsOf(numbers(0, 2, 40, 50));
        assertThat(feed.log().place(new Start.After(reader.gaps.get(0).to())).gap())
                .isNull();
        assertThat(feed.stats().getLong("drops")).isEqualTo(38);
        assertThat(feed.stats().getJsonObject("gaps").getLong("slow")).isEqualTo(1);
    }

    @Test
    void aReaderOfTheNewestGetsTheLastOfEachTopicAndIsToldWhatIsLeftOut() throws Exception {
        EventFeed feed = feed(100);
        Reader reader = new Reader(0);
        reader.overflow = EventSink.Overflow.NEWEST_OF_EACH_TOPIC;
        FeedSubscription subscription = subscribe(feed, ALL, new Start.Latest(), reader);
        String begin = subscription.cursor();
        append(feed, "t", 0, 20);
        append(feed, "u", 20, 5);
        append(feed, "t", 25, 5);
        append(feed, "v", 30, 1);
        onContext(() -> {
            reader.room = 100;
            subscription.resume();
        });
        append(feed, "t", 31, 2);

        await().untilAsserted(() -> assertThat(reader.seen).containsExactly(24, 29, 30, 31, 32));
        assertThat(reader.gaps).hasSize(2).allMatch(gap -> gap.reason() == Gap.Reason.SLOW);
        assertThat(reader.gaps.getFirst().from()).isEqualTo(begin);
        assertThat(feed.stats().getLong("drops")).isEqualTo(28);
    }

    @Test
    void eventsThatNobodyAskedForNeedNoRoom() throws Exception {
        EventFeed feed = feed(10);
        Reader reader = new Reader(0);
        FeedSubscription subscription =
                subscribe(feed, List.of(TopicPattern.parse("mine:*")), new Start.Latest(), reader);
        for (int i = 0; i < 30; i++) {
            append(feed, "other", i, 1);
            await().untilAsserted(() -> assertThat(subscription.lag()).isZero());
        }
        append(feed, "mine:x", 7, 1);
        onContext(() -> {
            reader.room = 1;
            subscription.resume();
        });

        await().untilAsserted(() -> assertThat(reader.seen).containsExactly(7));
        assertThat(reader.gaps).isEmpty();
    }

    @Test
    void coreEventsAreForwardedToPlugins() {
        EventFeed feed = feed(10);

        feed.append(Topic.parse("core:query:complete"), "/nodes/n", new JsonObject().put("rows", 3));
        feed.append(Topic.parse("core:error"), "/nodes/n", "text");

        List<Event> events =
                feed.log().read(0, 10).events().stream().map(EventFlux::toEvent).toList();
        assertThat(events)
                .extracting(Event::topic)
                .containsExactly("core:query:complete", "plugin:data:available", "core:error", "plugin:core:error");
        assertThat(events.get(1).data()).isEqualTo(Map.of("rows", 3, "forwardedFrom", "core:query:complete"));
        assertThat(events.get(3).data()).isEqualTo(Map.of("data", "text", "forwardedFrom", "core:error"));
    }

    @Test
    void aSinkThatFailsEndsItsSubscriptionAndIsPublished() throws Exception {
        EventFeed feed = feed(10);
        Reader failing = new Reader(1) {
            @Override
            public void onEvent(StoredEvent event) {
                throw new IllegalStateException("no");
            }
        };
        subscribe(feed, List.of(TopicPattern.parse("t")), new Start.Latest(), failing);

        append(feed, "t", 0, 1);

        await().untilAsserted(() -> assertThat(feed.log().read(0, 10).events())
                .extracting(event -> event.topic().name())
                .contains("eventbus:error"));
        await().untilAsserted(() -> assertThat(feed.subscriptionCount()).isZero());
    }

    @Test
    void aFluxHasBackpressureAndFreesItsSubscription() {
        EventFeed feed = feed(1000);
        List<Object> seen = new CopyOnWriteArrayList<>();
        BaseSubscriber<Event> subscriber = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                request(2);
            }

            @Override
            protected void hookOnNext(Event event) {
                seen.add(event.data());
            }
        };
        append(feed, "t", 0, 3);
        EventFlux.of(feed, task -> context.runOnContext(go -> task.run()), ALL, new Start.Earliest())
                .events()
                .subscribe(subscriber);
        append(feed, "t", 3, 3);
        await().untilAsserted(() -> assertThat(seen).containsExactly(0, 1));

        subscriber.request(3);
        await().untilAsserted(() -> assertThat(seen).containsExactly(0, 1, 2, 3, 4));
        ((Disposable) subscriber).dispose();

        await().untilAsserted(() -> assertThat(feed.subscriptionCount()).isZero());
    }

    @Test
    void statisticsCountSubscriptionsByPattern() throws Exception {
        EventFeed feed = feed(10);
        FeedSubscription one = subscribe(feed, ALL, new Start.Latest(), new Reader(0));
        subscribe(feed, ALL, new Start.Latest(), new Reader(9));
        subscribe(feed, List.of(TopicPattern.parse("a:*")), new Start.Latest(), new Reader(9));
        append(feed, "b", 0, 4);

        await().untilAsserted(() -> assertThat(feed.stats().getJsonArray("subscriptions"))
                .isEqualTo(new JsonArray()
                        .add(new JsonObject()
                                .put("pattern", "**")
                                .put("subscriptions", 2)
                                .put("lag", 4L))
                        .add(new JsonObject()
                                .put("pattern", "a:*")
                                .put("subscriptions", 1)
                                .put("lag", 0L))));
        one.close();
        assertThat(feed.subscriptionCount()).isEqualTo(2);
    }

    private EventFeed feed(int events) {
        return new EventFeed(
                vertx,
                new LocalEventLog(new EventLog.Limits(events, 1 << 26, Duration.ofHours(1)), InstantSource.system()),
                "n");
    }

    private static void append(EventFeed feed, String topic, int first, int count) {
        Topic parsed = Topic.parse(topic);
        for (int i = first; i < first + count; i++) {
            feed.append(parsed, "/nodes/n", i);
        }
    }

    private FeedSubscription subscribe(EventFeed feed, List<TopicPattern> patterns, Start start, EventSink sink)
            throws Exception {
        Promise<FeedSubscription> made = Promise.promise();
        context.runOnContext(go -> {
            FeedSubscription subscription = feed.subscribe(patterns, start, sink);
            subscription.resume();
            made.complete(subscription);
        });
        return made.future().await(5, TimeUnit.SECONDS);
    }

    private void onContext(Runnable action) throws Exception {
        Promise<Void> done = Promise.promise();
        context.runOnContext(go -> {
            action.run();
            done.complete();
        });
        done.future().await(5, TimeUnit.SECONDS);
    }

    private static List<Object> numbers(int... bounds) {
        List<Object> numbers = new ArrayList<>();
        for (int i = 0; i < bounds.length; i += 2) {
            IntStream.range(bounds[i], bounds[i + 1]).forEach(numbers::add);
        }
        return numbers;
    }
}
