package io.dataprism.cluster.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dataprism.cluster.event.TestCluster.Node;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.event.Start;
import io.dataprism.core.event.StoredEvent;
import io.dataprism.core.event.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

/** A node is killed in the middle of a thousand publishes: what was acknowledged is there once, everywhere. */
@Timeout(120)
class NodeDeathTest {

    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final int EVENTS = 1_000;

    private record Published(String text, CompletableFuture<StoredEvent> done) {

        boolean isAcknowledged() {
            return !done.isCompletedExceptionally();
        }
    }

    @RepeatedTest(3)
    void whatWasAcknowledgedIsReadOnceAndNothingTwice() throws Exception {
        try (TestCluster cluster = new TestCluster(3)) {
            Node dying = cluster.node(1);
            await().atMost(LIMIT)
                    .until(() -> dying.hazelcast().getPartitionService().isClusterSafe());
            Reader moving = new Reader(dying.log(), new Start.Earliest());
            Reader staying = new Reader(cluster.node(0).log(), new Start.Earliest());
            List<Published> published = new ArrayList<>();
            for (int i = 0; i < EVENTS; i++) {
                if (i == EVENTS / 2) {
                    dying.hazelcast().getLifecycleService().terminate();
                    moving.readAll();
                    moving.moveTo(cluster.node(2).log());
                }
                Node at = cluster.node(i < EVENTS / 2 ? i % 3 : i % 2 * 2);
                published.add(publish(at, i));
                if (i % 10 == 0) {
                    moving.read(64);
                    staying.read(64);
                }
            }
            dying.log().close();

            CompletableFuture.allOf(published.stream().map(Published::done).toArray(CompletableFuture[]::new))
                    .exceptionally(failed -> null)
                    .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            List<String> acknowledged = published.stream()
                    .filter(Published::isAcknowledged)
                    .map(Published::text)
                    .toList();
            assertThat(acknowledged).hasSizeGreaterThan(EVENTS / 2);
            Reader late = new Reader(cluster.join(false).log(), new Start.Earliest());
            for (Reader reader : List.of(moving, staying, late)) {
                String which = reader == moving ? "moving" : reader == staying ? "staying" : "late";
                await().atMost(LIMIT).untilAsserted(() -> {
                    reader.readAll();
                    assertThat(missing(acknowledged, reader))
                            .as("not seen by the reader that is %s, which was told of gaps %s", which, reader.gaps)
                            .isEmpty();
                });
                assertThat(reader.texts).as(which).doesNotHaveDuplicates();
                assertThat(reader.gaps).as(which).isEmpty();
            }
            assertThat(published.stream().filter(each -> !each.isAcknowledged()))
                    .allSatisfy(each -> assertThat(each.done().exceptionNow())
                            .isInstanceOfSatisfying(
                                    DataPrismException.class,
                                    failure -> assertThat(failure.code().retryable())
                                            .isTrue()));
        }
    }

    private static List<String> missing(List<String> wanted, Reader reader) {
        Set<String> seen = new HashSet<>(reader.texts);
        return wanted.stream().filter(each -> !seen.contains(each)).toList();
    }

    private static Published publish(Node node, int number) throws Exception {
        String text = String.valueOf(number);
        CompletableFuture<StoredEvent> done =
                node.log().publish(Topic.parse("t:" + number % 30), "/nodes/x", TestCluster.json(text));
        if (number % 50 == 0 && number < EVENTS / 2) {
            done.get(20, TimeUnit.SECONDS);
        }
        return new Published(text, done);
    }
}
