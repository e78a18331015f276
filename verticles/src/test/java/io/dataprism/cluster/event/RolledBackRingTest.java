package io.dataprism.cluster.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.ringbuffer.OverflowPolicy;
import com.hazelcast.ringbuffer.Ringbuffer;
import io.dataprism.cluster.event.TestCluster.Node;
import io.dataprism.core.event.EventLog;
import io.dataprism.core.event.Gap;
import io.dataprism.core.event.Start;
import io.dataprism.core.event.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A ring loses what was read of it and had no backup: as when its owner dies right after somebody has read it. */
@Timeout(60)
class RolledBackRingTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration LOOK = Duration.ofMillis(10);
    private static final int SHARD = EventLog.shardOf(Topic.parse("a"));
    private static final String OTHER = Stream.of("b", "c", "d", "e")
            .filter(topic -> EventLog.shardOf(Topic.parse(topic)) != SHARD)
            .findFirst()
            .orElseThrow();

    @Test
    void whatComesInItsPlaceIsShownAndWhatIsAddedAgainIsNot() throws Exception {
        try (TestCluster cluster = new TestCluster(1)) {
            Node node = cluster.node(0);
            List<String> cursors = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                cursors.add(node.publish("a", String.valueOf(i)));
            }
            Reader reader = new Reader(node.log(), new Start.Earliest());
            reader.readAll();
            Ringbuffer<byte[]> ring = node.hazelcast().getRingbuffer(RingSettings.ring(SHARD));
            List<byte[]> items = items(ring);
            ring.destroy();
            Ringbuffer<byte[]> after = node.hazelcast().getRingbuffer(RingSettings.ring(SHARD));
            after.addAllAsync(items.subList(0, 8), OverflowPolicy.OVERWRITE)
                    .toCompletableFuture()
                    .get(5, TimeUnit.SECONDS); // the beginning and 0 to 6
            await().atMost(LIMIT).until(() -> node.log().counts().rolledBack() == 1);

            node.publish("a", "new");
            after.addAllAsync(items.subList(8, 11), OverflowPolicy.OVERWRITE)
                    .toCompletableFuture()
                    .get(5, TimeUnit.SECONDS); // 7 to 9, by whom it was not known whether they are there
            node.publish("a", "last");

            reader.readAll();
            assertThat(reader.texts).hasSize(12).doesNotHaveDuplicates().endsWith("new", "last");
            assertThat(reader.gaps).isEmpty();

            Node joined = cluster.join(false);
            Reader resumed = new Reader(joined.log(), new Start.After(cursors.get(6)));
            resumed.readAll();
            assertThat(resumed.gaps).isEmpty();
            assertThat(resumed.texts).containsExactly("new", "last");
            Reader ofWhatIsGone = new Reader(joined.log(), new Start.After(cursors.get(7)));
            ofWhatIsGone.readAll();
            assertThat(ofWhatIsGone.gaps).extracting(Gap::reason).containsExactly(Gap.Reason.EPOCH);
        }
    }

    @Test
    void whatANodeWithoutAMajorityHasReadAndNotShownIsShownWhenItIsAddedAgain() throws Exception {
        try (TestCluster cluster = new TestCluster(2)) {
            Node writer = cluster.node(0);
            Node cutOff = cluster.node(1);
            writer.publish("a", "1");
            await().atMost(LIMIT).until(() -> cutOff.log().size() == 1);
            cutOff.majority().set(false);
            writer.publish("a", "2");
            Ringbuffer<byte[]> ring = writer.hazelcast().getRingbuffer(RingSettings.ring(SHARD));
            List<byte[]> items = items(ring);
            int last = items.size() - 1;
            ring.destroy();
            Ringbuffer<byte[]> after = writer.hazelcast().getRingbuffer(RingSettings.ring(SHARD));
            after.addAllAsync(items.subList(0, last), OverflowPolicy.OVERWRITE)
                    .toCompletableFuture()
                    .get(5, TimeUnit.SECONDS);
            await().atMost(LIMIT).until(() -> writer.log().counts().rolledBack() == 1);
            cutOff.majority().set(true);
            await().atMost(LIMIT).until(() -> cutOff.log().counts().rolledBack() == 1);

            after.addAsync(items.get(last), OverflowPolicy.OVERWRITE)
                    .toCompletableFuture()
                    .get(5, TimeUnit.SECONDS); // by its writer, who does not know what became of it
            writer.publish("a", "3");

            for (Node node : cluster.nodes()) {
                Reader reader = new Reader(node.log(), new Start.Earliest());
                await().atMost(LIMIT).untilAsserted(() -> {
                    reader.readAll();
                    assertThat(reader.texts).containsExactly("1", "2", "3");
                });
            }
        }
    }

    /** A reader has seen what the ring lost; its cursors do not forget that while it is on its way back to the ring. */
    @Test
    void whoHasSeenWhatIsAddedAgainIsNotToldOfItElsewhere() throws Exception {
        try (TestCluster cluster = new TestCluster(1)) {
            Node node = cluster.node(0);
            node.publish("a", "1");
            node.publish("a", "2");
            node.publish("a", "3");
            Ringbuffer<byte[]> ring = node.hazelcast().getRingbuffer(RingSettings.ring(SHARD));
            List<byte[]> items = items(ring);
            int kept = items.size() - 2;
            ring.destroy();
            Ringbuffer<byte[]> after = node.hazelcast().getRingbuffer(RingSettings.ring(SHARD));
            after.addAllAsync(items.subList(0, kept), OverflowPolicy.OVERWRITE)
                    .toCompletableFuture()
                    .get(5, TimeUnit.SECONDS);
            await().pollInterval(LOOK)
                    .atMost(LIMIT)
                    .until(() -> node.log().counts().rolledBack() == 1);
            List<String> cursors = new ArrayList<>();
            cursors.add(node.publish(OTHER, "4"));
            for (byte[] item : items.subList(kept, items.size())) {
                long again = node.log().counts().again();
                after.addAsync(item, OverflowPolicy.OVERWRITE)
                        .toCompletableFuture()
                        .get(5, TimeUnit.SECONDS);
                await().pollInterval(LOOK)
                        .atMost(LIMIT)
                        .until(() -> node.log().counts().again() > again);
                cursors.add(node.publish(OTHER, String.valueOf(cursors.size() + 4)));
            }
            Node joined = cluster.join(false);
            for (int each = 0; each < cursors.size(); each++) {
                Reader resumed = new Reader(joined.log(), new Start.After(cursors.get(each)));
                resumed.readAll();
                assertThat(resumed.gaps).isEmpty();
                assertThat(resumed.texts).isEqualTo(List.of("5", "6").subList(each, 2));
            }
        }
    }

    /** Its writer was lost with it: what comes in its place is told to who goes elsewhere, all of it and with no gap. */
    @Test
    void whoHasSeenWhatIsNotAddedAgainIsToldWhatComesInItsPlace() throws Exception {
        try (TestCluster cluster = new TestCluster(1)) {
            Node node = cluster.node(0);
            for (String text : List.of("1", "2", "3", "4")) {
                node.publish("a", text);
            }
            String before = node.log().place(new Start.Latest()).cursor();
            Ringbuffer<byte[]> ring = node.hazelcast().getRingbuffer(RingSettings.ring(SHARD));
            List<byte[]> items = items(ring);
            ring.destroy();
            node.hazelcast()
                    .<byte[]>getRingbuffer(RingSettings.ring(SHARD))
                    .addAllAsync(items.subList(0, items.size() - 3), OverflowPolicy.OVERWRITE)
                    .toCompletableFuture()
                    .get(5, TimeUnit.SECONDS);
            await().atMost(LIMIT).until(() -> node.log().counts().rolledBack() == 1);
            await().atMost(LIMIT)
                    .until(() -> !node.log().place(new Start.Latest()).cursor().equals(before));
            String cursor = node.publish(OTHER, "5");
            node.publish("a", "in its place");
            Node joined = cluster.join(false);
            Reader resumed = new Reader(joined.log(), new Start.After(cursor));
            resumed.readAll();
            assertThat(resumed.gaps).isEmpty();
            assertThat(resumed.texts).containsExactly("in its place");
        }
    }

    private static List<byte[]> items(Ringbuffer<byte[]> ring) throws InterruptedException {
        List<byte[]> items = new ArrayList<>();
        for (long at = ring.headSequence(); at <= ring.tailSequence(); at++) {
            items.add(ring.readOne(at));
        }
        return items;
    }
}
