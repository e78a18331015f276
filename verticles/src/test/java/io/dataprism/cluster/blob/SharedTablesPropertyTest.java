package io.dataprism.cluster.blob;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.core.cluster.ClusterKey;
import io.dataprism.core.engine.LoadRequest.Mode;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nodes that change the same tables at once, by chance, come to the same tables: what was acknowledged is there, once, and what was refused is
 * not. {@code -Dseed=N} repeats a run, as far as threads allow.
 */
class SharedTablesPropertyTest {

    private static final int STEPS = 40;
    private static final Set<ErrorCode> REFUSALS = Set.of(
            ErrorCode.TABLE_EXISTS, ErrorCode.TABLE_NOT_FOUND, ErrorCode.PRECONDITION_FAILED, ErrorCode.STATE_CONFLICT);

    @TempDir
    Path folder;

    private final Map<Long, String> appended = new ConcurrentHashMap<>();
    private final Set<Long> refused = ConcurrentHashMap.newKeySet();

    @Test
    void nodesThatChangeTablesAtOnceAgree() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed of this run: " + seed);
        Vertx vertx = Vertx.vertx();
        MemoryCluster cluster = new MemoryCluster(vertx);
        ClusterKey key = ClusterKey.of(ClusterKey.newSecret());
        List<TablesNode> nodes = new ArrayList<>();
        for (String id : List.of("a", "b")) {
            nodes.add(node(vertx, cluster, key, id));
        }
        try {
            List<CompletableFuture<Void>> work = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                TablesNode node = nodes.get(i % 2);
                Random random = new Random(seed + i);
                long base = 1_000L * (i + 1);
                work.add(CompletableFuture.runAsync(() -> change(node, random, base)));
            }
            for (CompletableFuture<Void> each : work) {
                each.get(120, TimeUnit.SECONDS);
            }
            nodes.add(node(vertx, cluster, key, "c"));

            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(nodes)
                            .as("seed %d", seed)
                            .allSatisfy(each -> assertThat(seen(each)).isEqualTo(seen(nodes.getFirst()))));
            assertKept(nodes.getFirst(), seed);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(nodes)
                            .as("seed %d", seed)
                            .allSatisfy(each -> assertThat(each.blobs()).isEqualTo(named(each))));
        } finally {
            nodes.forEach(TablesNode::close);
            BlobFixture.await(vertx.close());
        }
    }

    private TablesNode node(Vertx vertx, MemoryCluster cluster, ClusterKey key, String id) throws Exception {
        return new TablesNode(
                vertx, cluster, key, id, Files.createDirectories(folder.resolve(id)), TablesNode.TIMING, false);
    }

    /** Appends to one table, which nobody replaces, and does anything to two others. */
    private void change(TablesNode node, Random random, long base) {
        for (int step = 0; step < STEPS; step++) {
            long row = base + step;
            String table = "t" + random.nextInt(3);
            boolean kept = "t0".equals(table);
            Mode mode = kept ? Mode.APPEND : Mode.values()[random.nextInt(3)];
            Long ifMatch = random.nextInt(4) == 0 ? Long.valueOf(node.version(table)) : null;
            try {
                if (!kept && random.nextInt(8) == 0) {
                    node.engine.datasets().drop(table, ifMatch);
                } else {
                    node.csv(table, kept && node.version("t0") == 0 ? Mode.CREATE : mode, "n\n" + row + "\n", ifMatch);
                    appended.put(row, table);
                }
            } catch (DataPrismException refusal) {
                assertThat(refusal.code()).as(refusal.detail()).isIn(REFUSALS);
                refused.add(row);
            }
        }
    }

    private void assertKept(TablesNode node, long seed) {
        Set<Long> rows = new HashSet<>();
        node.rows("SELECT n FROM t0")
                .forEach(row -> assertThat(rows.add((Long) row.getFirst()))
                        .as("seed %d: row %s once", seed, row)
                        .isTrue());
        Set<Long> expected = new HashSet<>();
        appended.forEach((row, table) -> {
            if ("t0".equals(table)) {
                expected.add(row);
            }
        });
        assertThat(rows).as("seed %d", seed).isEqualTo(expected).doesNotContainAnyElementsOf(refused);
    }

    private static Map<String, Object> seen(TablesNode node) {
        Map<String, Object> all = new TreeMap<>();
        for (String table : List.of("t0", "t1", "t2")) {
            if (node.version(table) > 0) {
                all.put(table, List.of(node.version(table), node.rows("SELECT n FROM " + table + " ORDER BY n")));
            }
        }
        return all;
    }

    private static Set<String> named(TablesNode node) {
        Set<String> named = new HashSet<>();
        for (String table : List.of("t0", "t1", "t2")) {
            var entry = node.engine.datasets().find(table);
            if (entry != null) {
                entry.versions().forEach(version -> version.files().forEach(file -> named.add(file.sha256())));
            }
        }
        return named;
    }
}
