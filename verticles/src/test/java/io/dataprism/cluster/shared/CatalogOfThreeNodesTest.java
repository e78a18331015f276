package io.dataprism.cluster.shared;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.core.catalog.Catalog;
import io.dataprism.core.catalog.FindingsPolicy;
import io.dataprism.core.catalog.Wish;
import io.dataprism.core.cluster.ClusterKey;
import io.dataprism.core.cluster.Sharing;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.fixtures.net.TestPorts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class CatalogOfThreeNodesTest {

    /** An entry point, as far as bytes go. */
    public static class Entry {}

    private final String cluster = "catalog-" + UUID.randomUUID();
    private final ClusterKey key = ClusterKey.of(ClusterKey.newSecret());
    private final List<Integer> ports = List.of(TestPorts.take(), TestPorts.take(), TestPorts.take());
    private final List<SharedNode> nodes = new ArrayList<>();
    private final List<Catalog> catalogs = new ArrayList<>();

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        nodes.forEach(SharedNode::terminate);
    }

    @Test
    void theCatalogIsOneAndComesBackWithTheCluster() throws Throwable {
        start();
        catalogs.get(0).register(jar("aa"), false);
        Eventually.holds(() -> assertThat(catalogs.get(1).find("aa")).isPresent());
        catalogs.get(1).change("aa", entry -> entry.withConfiguration(Map.of("password", "hunter2")));
        catalogs.get(2).wish("aa", Wish.ACTIVE);
        catalogs.get(2).register(jar("bb"), false);
        catalogs.get(0).unregister("bb");
        equal();
        assertThat(catalogs.get(0).all()).hasSize(1);
        nodes.forEach(SharedNode::terminate);
        start();
        equal();
        assertThat(catalogs.get(0).get("aa").configuration()).isEqualTo(Map.of("password", "hunter2"));
        assertThat(catalogs.get(0).get("aa").wish()).isEqualTo(Wish.ACTIVE);
        assertThat(catalogs.get(0).find("bb")).isEmpty();
    }

    @Test
    void ofOperatorsWhoChangeWhatTheySeeAtOnceOneWins() throws Throwable {
        start();
        catalogs.get(0).register(jar("aa"), false);
        equal();
        CyclicBarrier together = new CyclicBarrier(3);
        ConcurrentLinkedQueue<Object> outcomes = new ConcurrentLinkedQueue<>();
        List<Thread> operators = catalogs.stream()
                .map(catalog -> Thread.ofPlatform().start(() -> {
                    try {
                        var seen = catalog.get("aa");
                        together.await();
                        outcomes.add(catalog.change(seen, entry -> entry.withConfiguration(Map.of("by", "me")))
                                .generation());
                    } catch (DataPrismException lost) {
                        outcomes.add(lost.code());
                    } catch (Exception broken) {
                        outcomes.add(broken);
                    }
                }))
                .toList();
        for (Thread operator : operators) {
            operator.join();
        }
        assertThat(outcomes).containsExactlyInAnyOrder(2L, ErrorCode.STATE_CONFLICT, ErrorCode.STATE_CONFLICT);
        equal();
    }

    private void equal() throws Throwable {
        for (Catalog catalog : catalogs) {
            Eventually.holds(() -> assertThat(catalog.all())
                    .containsExactlyElementsOf(catalogs.get(0).all()));
        }
    }

    private void start() {
        nodes.clear();
        catalogs.clear();
        for (int i = 0; i < ports.size(); i++) {
            Path data = folder.resolve("node" + i);
            SharedNode node = new SharedNode(cluster, key, data, ports.get(i), ports);
            nodes.add(node);
            catalogs.add(Catalog.open(
                    data,
                    "0.1.0",
                    FindingsPolicy.WARN,
                    new Sharing(node.maps, (kind, digest, target) -> {}, (kind, digest) -> {})));
        }
    }

    private Path jar(String name) throws IOException {
        Path file = Files.createTempFile(folder, "upload", ".jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            String entryPoint = Entry.class.getName();
            String manifest = """
                    {"manifestVersion":1,"name":"%s","version":"1.0.0","category":"utility",\
                    "entryPoint":"%s"}""".formatted(name, entryPoint);
            zip.putNextEntry(new ZipEntry("META-INF/dataprism/plugin.json"));
            zip.write(manifest.getBytes(StandardCharsets.UTF_8));
            zip.putNextEntry(new ZipEntry(entryPoint.replace('.', '/') + ".class"));
            try (var bytes = Entry.class.getResourceAsStream("/" + entryPoint.replace('.', '/') + ".class")) {
                zip.write(bytes.readAllBytes());
            }
        }
        return file;
    }
}
