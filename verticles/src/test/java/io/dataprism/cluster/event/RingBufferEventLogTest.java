package io.dataprism.cluster.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hazelcast.ringbuffer.OverflowPolicy;
import com.hazelcast.ringbuffer.Ringbuffer;
import io.dataprism.cluster.event.TestCluster.Node;
import io.dataprism.core.cluster.ClusterKey;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.event.EventLog;
import io.dataprism.core.event.Gap;
import io.dataprism.core.event.Start;
import io.dataprism.core.event.StoredEvent;
import io.dataprism.core.event.Topic;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class RingBufferEventLogTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private TestCluster cluster;

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void anEventIsTheSameOnAllNodes() throws Exception {
        cluster = new TestCluster(3);

        StoredEvent here = cluster.node(0)
                .log()
                .publish(Topic.parse("plugin:a:done"), "/users/eve", TestCluster.json("ä"))
                .get(20, TimeUnit.SECONDS);

        JsonNode json = JSON.readTree(here.json());
        assertThat(json.path("id").asText()).isNotEmpty();
        assertThat(json.path("sequence").asText()).matches("[0-9]{20}");
        assertThat(json.path("epoch").asText()).isNotEmpty();
        assertThat(json.path("source").asText()).isEqualTo("/users/eve");
        assertThat(json.path("data").asText()).isEqualTo("ä");
        assertThat(here.cursor()).matches("[A-Za-z0-9._~-]{1,512}");
        for (Node node : cluster.nodes()) {
            await().atMost(LIMIT).until(() -> node.log().size() == 1);
            StoredEvent there = node.log().read(0, 1).events().getFirst();
            assertThat(there.json()).isEqualTo(here.json());
        }
    }

    @Test
    void eachShardHasOneOrderOnAllNodesAndNothingIsMissing() throws Exception {
        cluster = new TestCluster(3);
        List<CompletableFuture<StoredEvent>> published = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            published.add(cluster.node(i % 3)
                    .log()
                    .publish(Topic.parse("t:" + i % 20), "/nodes/x", TestCluster.json(i % 20 + "." + i)));
        }
        CompletableFuture.allOf(published.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);

        List<List<List<String>>> byNode = new ArrayList<>();
        for (Node node : cluster.nodes()) {
            await().atMost(LIMIT).until(() -> node.log().size() == 3_000);
            byNode.add(byShard(node.log()));
        }
        assertThat(byNode.get(1)).isEqualTo(byNode.get(0));
        assertThat(byNode.get(2)).isEqualTo(byNode.get(0));
        assertThat(byNode.getFirst().stream().mapToInt(List::size).sum()).isEqualTo(3_000);
        assertThat(cluster.node(0).log().counts().groups()).isLessThan(1_000);
    }

    private static List<List<String>> byShard(EventLog log) {
        List<List<String>> shards = IntStream.range(0, EventLog.SHARDS)
                .<List<String>>mapToObj(i -> new ArrayList<>())
                .toList();
        for (long at = 0; at < log.head().position(); ) {
            for (StoredEvent event : log.read(at, 1_000).events()) {
                shards.get(EventLog.shardOf(event.topic())).add(Reader.text(event));
                at = event.position() + 1;
            }
        }
        return shards;
    }

    @Test
    void anAcknowledgedEventIsSeenHereAndItsCursorLiesBehindIt() throws Exception {
        cluster = new TestCluster(2);
        String cursor = cluster.node(1).publish("a", "1");

        EventLog.Place place = cluster.node(1).log().place(new Start.After(cursor));

        assertThat(place.gap()).isNull();
        assertThat(place.position()).isEqualTo(cluster.node(1).log().head().position());
    }

    @Test
    void aNodeThatJoinsHasTheHistoryAndTakesCursorsOfOthers() throws Exception {
        cluster = new TestCluster(2);
        List<String> cursors = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            cursors.add(cluster.node(i % 2).publish("t:" + i % 9, String.valueOf(i)));
        }
        Reader reader = new Reader(cluster.node(0).log(), new Start.Earliest());
        await().atMost(LIMIT).until(() -> cluster.node(0).log().size() == 100);
        reader.read(40);

        Node joined = cluster.join(false);

        assertThat(joined.log().size()).isEqualTo(100);
        reader.moveTo(joined.log());
        reader.readAll();
        assertThat(reader.gaps).isEmpty();
        assertThat(reader.texts).hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    void aLargeEventTakesSeveralSlotsAndArrivesWhole() throws Exception {
        cluster = new TestCluster(2);
        String large = "x".repeat(200_000);

        cluster.node(0).publish("a", large);
        cluster.node(0).publish("a", "small");

        await().atMost(LIMIT).until(() -> cluster.node(1).log().size() == 2);
        List<StoredEvent> events = cluster.node(1).log().read(0, 2).events();
        assertThat(Reader.text(events.getFirst())).isEqualTo(large);
        assertThat(Reader.text(events.getLast())).isEqualTo("small");
        assertThatThrownBy(() -> cluster.node(0).publish("a", "x".repeat(300_000)))
                .isInstanceOfSatisfying(
                        DataPrismException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PAYLOAD_TOO_LARGE));
    }

    @Test
    void whatNoNodeOfTheClusterMadeIsLeftAlone() throws Exception {
        cluster = new TestCluster(2);
        cluster.node(0).publish("a", "1");
        int shard = EventLog.shardOf(Topic.parse("a"));
        Ringbuffer<Object> ring = cluster.node(1).hazelcast().getRingbuffer(RingSettings.ring(shard));
        ItemCodec strangers = new ItemCodec(ClusterKey.of(ClusterKey.newSecret()), RingSettings.ring(shard));
        byte[] forged = strangers.encode(new RingItem.Clear("0", 1, 1));
        byte[] elsewhere = new ItemCodec(cluster.key(), "another").encode(new RingItem.Clear("0", 1, 1));
        byte[] copy = (byte[]) ring.readOne(ring.tailSequence());
        for (Object item : List.of(
                forged,
                new byte[0],
                "text",
                List.of(1),
                new byte[] {1, 0, 0, 3, -24, 7},
                ItemParts.split(forged, 100).getFirst(),
                ItemParts.split(elsewhere, 1_000).getFirst(),
                copy)) {
            ring.addAsync(item, OverflowPolicy.OVERWRITE).toCompletableFuture().get(5, TimeUnit.SECONDS);
        }

        cluster.node(0).publish("a", "2");

        for (Node node : cluster.nodes()) {
            await().atMost(LIMIT).until(() -> node.log().size() == 2);
            Reader reader = new Reader(node.log(), new Start.Earliest());
            reader.readAll();
            assertThat(reader.texts).containsExactly("1", "2");
            assertThat(node.log().counts().forged()).isGreaterThanOrEqualTo(5);
            assertThat(node.log().counts().again()).isEqualTo(1);
        }
    }

    @Test
    void theHistoryIsForgottenOnAllNodesAndOnThoseThatJoin() throws Exception {
        cluster = new TestCluster(2);
        for (int i = 0; i < 30; i++) {
            cluster.node(0).publish("t:" + i, "old");
        }
        String before = cluster.node(0).log().place(new Start.Earliest()).cursor();

        cluster.node(1).log().forget().get(20, TimeUnit.SECONDS);
        cluster.node(1).publish("a", "new");

        Node joined = cluster.join(false);
        for (Node node : cluster.nodes()) {
            await().atMost(LIMIT).until(() -> node.log().size() == 1);
            Reader reader = new Reader(node.log(), new Start.Earliest());
            reader.readAll();
            assertThat(reader.texts).containsExactly("new");
        }
        assertThat(joined.log().place(new Start.After(before)).gap()).isNotNull();
    }

    @Test
    void aMinorityPublishesNothingAndReadsOn() throws Exception {
        cluster = new TestCluster(2);
        cluster.node(0).publish("a", "1");
        cluster.node(0).majority().set(false);

        assertThatThrownBy(() -> cluster.node(0).publish("a", "2"))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        DataPrismException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_MAJORITY));

        Reader reader = new Reader(cluster.node(0).log(), new Start.Earliest());
        reader.readAll();
        assertThat(reader.texts).containsExactly("1");
    }

    @Test
    void aRingThatIsLostBeginsAnewAndReadersAreTold() throws Exception {
        cluster = new TestCluster(1);
        Node lite = cluster.join(true);
        for (int i = 0; i < 50; i++) {
            lite.publish("t:" + i, String.valueOf(i));
        }
        Reader reader = new Reader(lite.log(), new Start.Earliest());
        Reader late = new Reader(lite.log(), new Start.Earliest());
        reader.readAll();
        late.read(20);
        String cursor = reader.cursor();

        cluster.node(0).kill();
        Node fresh = cluster.join(false);
        String published = fresh.publish("t:1", "after");

        await().atMost(LIMIT).untilAsserted(() -> {
            reader.readAll();
            assertThat(reader.texts).endsWith("after");
        });
        assertThat(reader.texts).hasSize(51).doesNotHaveDuplicates();
        assertThat(reader.gaps).isNotEmpty().allMatch(gap -> gap.reason() == Gap.Reason.EPOCH);
        Reader resumed = new Reader(fresh.log(), new Start.After(cursor));
        resumed.readAll();
        assertThat(resumed.gaps).isNotEmpty().allMatch(gap -> gap.reason() == Gap.Reason.EPOCH);
        assertThat(resumed.texts).containsExactly("after");
        late.readAll();
        assertThat(late.texts).hasSize(51).doesNotHaveDuplicates();
        assertThat(new Reader(lite.log(), new Start.After(published)).gaps).isEmpty();
    }

    @Test
    void tooManyThatWaitAreRefused() throws Exception {
        cluster = new TestCluster(1);
        List<CompletableFuture<StoredEvent>> published = new ArrayList<>();
        for (int i = 0; i < 3 * AppendQueue.EVENTS_LIMIT; i++) {
            published.add(cluster.node(0).log().publish(Topic.parse("a"), "/x", TestCluster.json("1")));
        }

        int taken = 0;
        for (CompletableFuture<StoredEvent> each : published) {
            try {
                each.get(30, TimeUnit.SECONDS);
                taken++;
            } catch (ExecutionException e) {
                assertThat(e.getCause())
                        .isInstanceOfSatisfying(
                                DataPrismException.class,
                                f -> assertThat(f.code()).isEqualTo(ErrorCode.OVERLOADED));
            }
        }
        assertThat(taken).isBetween(AppendQueue.EVENTS_LIMIT, published.size() - 1);
        assertThat(cluster.node(0).log().counts().overloaded()).isEqualTo(published.size() - taken);
    }

    @Test
    void closingFinishesWhatWasSentAndLeavesNoThread() throws Exception {
        cluster = new TestCluster(2);
        List<CompletableFuture<StoredEvent>> published = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            published.add(cluster.node(0).log().publish(Topic.parse("t:" + i), "/x", TestCluster.json("1")));
        }

        cluster.node(0).leave();

        for (CompletableFuture<StoredEvent> each : published) {
            assertThat(each).isDone();
            if (each.isCompletedExceptionally()) {
                assertThat(each.exceptionNow())
                        .isInstanceOfSatisfying(
                                DataPrismException.class,
                                f -> assertThat(f.code()).isEqualTo(ErrorCode.DRAINING));
            }
        }
        long kept = published.stream()
                .filter(each -> !each.isCompletedExceptionally())
                .count();
        await().atMost(LIMIT).until(() -> cluster.node(1).log().size() == kept);
        cluster.node(1).leave();
        await().atMost(LIMIT)
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("event-rings")));
    }

    @Test
    void theMarksOfARingLieWhereItLies() throws Exception {
        cluster = new TestCluster(1);
        for (int shard = 0; shard < EventLog.SHARDS; shard++) {
            var partitions = cluster.node(0).hazelcast().getPartitionService();
            String marks = cluster.node(0)
                    .hazelcast()
                    .getRingbuffer(RingSettings.marks(shard))
                    .getPartitionKey();
            assertThat(partitions.getPartition(marks).getPartitionId())
                    .isEqualTo(partitions.getPartition(RingSettings.ring(shard)).getPartitionId());
        }
    }

    @Test
    void whatIsAddedWhenTheMajorityIsOutOfSightIsNeitherAcknowledgedNorShownBeforeItIsThereAgain() throws Exception {
        cluster = new TestCluster(2);
        AtomicInteger asked = new AtomicInteger();
        AtomicBoolean sight = new AtomicBoolean(true);
        // there when it is published and when it is sent, and out of sight when the ring has it
        try (RingBufferEventLog log = new RingBufferEventLog(
                TestCluster.watch(cluster.node(0).hazelcast()),
                cluster.key(),
                "short-sighted",
                TestCluster.LIMITS,
                InstantSource.system(),
                () -> sight.get() || asked.incrementAndGet() <= 2)) {
            log.ready().get(30, TimeUnit.SECONDS);
            log.publish(Topic.parse("t:1"), "/nodes/x", TestCluster.json("before"))
                    .get(20, TimeUnit.SECONDS);
            Reader reader = new Reader(log, new Start.Earliest());
            reader.readAll();
            sight.set(false);
            asked.set(0);

            CompletableFuture<StoredEvent> done =
                    log.publish(Topic.parse("t:1"), "/nodes/x", TestCluster.json("unseen"));

            await().until(() -> asked.get() > 6);
            reader.readAll();
            assertThat(done).isNotDone();
            assertThat(reader.texts).containsExactly("before");
            sight.set(true);
            done.get(20, TimeUnit.SECONDS);
            reader.readAll();
            assertThat(reader.texts).containsExactly("before", "unseen");
            assertThat(reader.gaps).isEmpty();
        }
    }
}
