package io.dataprism.cluster.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dataprism.cluster.event.TestCluster.Node;
import io.dataprism.core.event.Gap;
import io.dataprism.core.event.Start;
import io.dataprism.core.event.StoredEvent;
import io.dataprism.core.event.Topic;
import io.dataprism.core.event.TopicPattern;
import io.dataprism.event.EventFeed;
import io.dataprism.event.EventSink;
import io.dataprism.event.FeedSubscription;
import io.dataprism.event.FrameForm;
import io.dataprism.event.FrameSink;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Subscriptions to the feeds of several nodes. */
@Timeout(120)
class ClusterFeedTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final List<TopicPattern> ALL = List.of(TopicPattern.parse("*"));

    private Vertx vertx;
    private TestCluster cluster;
    private final List<EventFeed> feeds = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        vertx = Vertx.vertx();
        cluster = new TestCluster(3);
        for (Node node : cluster.nodes()) {
            feeds.add(new EventFeed(vertx, node.log(), node.id()));
        }
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private record TextForm() implements FrameForm {

        @Override
        public void append(ByteBuf frames, StoredEvent event) {
            frames.writeCharSequence(Reader.text(event) + "\n", StandardCharsets.UTF_8);
        }

        @Override
        public int estimatedBytes(StoredEvent event) {
            return event.dataLength();
        }
    }

    /** Takes frames, as sockets do. */
    private static class Socket implements FrameSink {

        private final List<String> texts = new CopyOnWriteArrayList<>();
        private final List<Gap> gaps = new CopyOnWriteArrayList<>();

        @Override
        public FrameForm form() {
            return new TextForm();
        }

        @Override
        public int roomForEvents() {
            return Integer.MAX_VALUE;
        }

        @Override
        public void onFrames(ByteBuf frames, int events) {
            texts.addAll(Arrays.asList(frames.toString(StandardCharsets.UTF_8).split("\n")));
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void onEvent(StoredEvent event) {
            texts.add(Reader.text(event));
        }

        @Override
        public void onGap(Gap gap) {
            gaps.add(gap);
        }
    }

    private FeedSubscription follow(Context context, EventFeed feed, Start start, EventSink sink) throws Exception {
        CompletableFuture<FeedSubscription> made = new CompletableFuture<>();
        context.runOnContext(ignored -> {
            FeedSubscription subscription = feed.subscribe(ALL, start, sink);
            made.complete(subscription);
            subscription.resume();
        });
        return made.get(5, TimeUnit.SECONDS);
    }

    private String leave(Context context, FeedSubscription subscription) throws Exception {
        CompletableFuture<String> cursor = new CompletableFuture<>();
        context.runOnContext(ignored -> {
            subscription.close();
            cursor.complete(subscription.cursor());
        });
        return cursor.get(5, TimeUnit.SECONDS);
    }

    @Test
    void whoGoesFromNodeToNodeUnderLoadIsGivenEachEventOnce() throws Exception {
        Context context = vertx.getOrCreateContext();
        Socket socket = new Socket();
        Start start = new Start.Earliest();
        List<CompletableFuture<StoredEvent>> published = new ArrayList<>();
        for (int round = 0; round < 30; round++) {
            FeedSubscription subscription = follow(context, feeds.get(round % 3), start, socket);
            for (int i = 0; i < 100; i++) {
                published.add(cluster.node(i % 3)
                        .log()
                        .publish(Topic.parse("t:" + i), "/x", TestCluster.json(String.valueOf(published.size()))));
            }
            published.get(published.size() - 100 + round * 3 % 100).get(10, TimeUnit.SECONDS);
            start = new Start.After(leave(context, subscription));
        }
        follow(context, feeds.getFirst(), start, socket);

        await().atMost(LIMIT).until(() -> socket.texts.size() >= 3_000);
        assertThat(socket.texts).hasSize(3_000).doesNotHaveDuplicates();
        assertThat(socket.gaps).isEmpty();
        // a follower may be given an event before its publisher is told that it is kept
        for (CompletableFuture<StoredEvent> event : published) {
            event.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void anEventOfAnotherNodeIsPushedAndNotLookedFor() throws Exception {
        List<Long> nanos = new CopyOnWriteArrayList<>();
        Context context = vertx.getOrCreateContext();
        Socket timing = new Socket();
        follow(context, feeds.get(1), new Start.Latest(), new EventSink() {
            @Override
            public boolean isReady() {
                return true;
            }

            @Override
            public void onEvent(StoredEvent event) {
                nanos.add(System.nanoTime() - Long.parseLong(Reader.text(event)));
            }

            @Override
            public void onGap(Gap gap) {
                timing.onGap(gap);
            }
        });
        int events = 5_000;
        long begin = System.nanoTime();
        for (int i = 0; i < events; i++) {
            long due = begin + i * 1_000_000L;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            cluster.node(0)
                    .log()
                    .publish(Topic.parse("t:" + i % 64), "/x", TestCluster.json(String.valueOf(System.nanoTime())));
        }

        await().atMost(LIMIT).until(() -> nanos.size() == events);
        List<Long> sorted = nanos.subList(1_000, events).stream().sorted().toList();
        System.out.printf(
                "to another node at 1,000/s: p50 %d us, p99 %d us, most %d us%n",
                sorted.get(sorted.size() / 2) / 1_000,
                sorted.get(sorted.size() * 99 / 100) / 1_000,
                sorted.getLast() / 1_000);
        assertThat(sorted.get(sorted.size() / 2))
                .isLessThan(Duration.ofMillis(200).toNanos()); // on a machine that is busy
        assertThat(timing.gaps).isEmpty();
    }
}
