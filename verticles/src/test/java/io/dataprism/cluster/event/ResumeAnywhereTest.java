package io.dataprism.cluster.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dataprism.cluster.event.TestCluster.Node;
import io.dataprism.core.event.Start;
import io.dataprism.core.event.StoredEvent;
import io.dataprism.core.event.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Readers that go from node to node at random while others publish, against what they must have seen: everything, once. To try a seed
 * again: {@code -Ddataprism.seed=N}.
 */
@Timeout(180)
class ResumeAnywhereTest {

    private static final int STEPS = 4_000;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final long seed =
            Long.getLong("dataprism.seed", ThreadLocalRandom.current().nextLong(1_000_000));
    private final Random random = new Random(seed);

    @Test
    void whoeverResumesWhereverSeesEachEventOnce() throws Exception {
        System.out.println("seed " + seed);
        try (TestCluster cluster = new TestCluster(3)) {
            List<Reader> readers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                readers.add(new Reader(some(cluster).log(), new Start.Earliest()));
            }
            List<CompletableFuture<StoredEvent>> published = new ArrayList<>();
            for (int step = 0; step < STEPS; step++) {
                step(cluster, readers, published);
            }
            CompletableFuture.allOf(published.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
            for (Reader reader : readers) {
                await().atMost(LIMIT).until(() -> {
                    reader.readAll();
                    return reader.texts.size() >= published.size();
                });
                assertThat(reader.gaps).as("seed " + seed).isEmpty();
                assertThat(reader.texts)
                        .as("seed " + seed)
                        .hasSize(published.size())
                        .doesNotHaveDuplicates();
            }
        }
    }

    private void step(TestCluster cluster, List<Reader> readers, List<CompletableFuture<StoredEvent>> published)
            throws Exception {
        int chance = random.nextInt(100);
        Reader reader = readers.get(random.nextInt(readers.size()));
        if (chance < 50) {
            for (int i = random.nextInt(8); i >= 0; i--) {
                Topic topic = Topic.parse("t:" + random.nextInt(40));
                published.add(some(cluster)
                        .log()
                        .publish(topic, "/nodes/x", TestCluster.json(String.valueOf(published.size()))));
            }
        } else if (chance < 80) {
            reader.read(1 + random.nextInt(20));
        } else if (chance < 99 || cluster.nodes().size() > 4) {
            reader.moveTo(some(cluster).log());
        } else {
            cluster.join(random.nextBoolean());
        }
    }

    private Node some(TestCluster cluster) {
        return cluster.nodes().get(random.nextInt(cluster.nodes().size()));
    }
}
