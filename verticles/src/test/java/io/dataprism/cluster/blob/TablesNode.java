package io.dataprism.cluster.blob;

import io.dataprism.core.cluster.ClusterKey;
import io.dataprism.core.dataset.DuckDbEngine;
import io.dataprism.core.dataset.EngineSettings;
import io.dataprism.core.dataset.TableSharing;
import io.dataprism.core.engine.EngineLimits;
import io.dataprism.core.engine.EngineUser;
import io.dataprism.core.engine.LoadRequest;
import io.dataprism.core.engine.LoadedTable;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A node as far as tables go: a real engine over a data folder, a real server of files, and the cluster in memory. */
final class TablesNode implements AutoCloseable {

    static final TableSharing.Timing TIMING = new TableSharing.Timing(
            Duration.ofMillis(200), Duration.ofSeconds(5), Duration.ofMillis(300), Duration.ofMillis(100));

    final String id;
    final BlobCounters counters = new BlobCounters();
    final DuckDbEngine engine;
    final EngineUser user;
    final BlobServer server;
    final TableVersions versions;
    private final MemoryCluster cluster;
    private final PeerBlobFetcher fetcher;
    private final BlobTakes takes;
    private final Path folder;

    TablesNode(
            Vertx vertx,
            MemoryCluster cluster,
            ClusterKey key,
            String id,
            Path folder,
            TableSharing.Timing timing,
            boolean sample) {
        this.id = id;
        this.cluster = cluster;
        this.folder = folder;
        BlobLimits limits = BlobFixture.LIMITS;
        server = BlobFixture.await(
                BlobServer.start(vertx, new PeerSettings("127.0.0.1", List.of(0), null), key, limits, counters));
        FixedMembers members = cluster.join(FixedMembers.member(id, server.address()));
        fetcher = new PeerBlobFetcher(vertx, null, key, members, limits, counters);
        engine = DuckDbEngine.openToShare(settings(folder));
        user = new EngineUser(engine);
        takes = new BlobTakes(vertx, fetcher, limits);
        server.serve(TableSharing.KIND, engine.datasets().files(timing.grace()));
        takes.serve(TableSharing.KIND, engine.datasets().files(timing.grace()));
        takes.serve(cluster.calls(id));
        versions = new TableVersions(members, cluster.states(id));
        PeerBlobReplicator replicator =
                new PeerBlobReplicator(vertx, members, cluster.calls(id), (kind, member) -> true, limits);
        engine.datasets().share(new TableSharing(cluster.map(id), fetcher, replicator, versions, sample, timing));
    }

    static EngineSettings settings(Path folder) {
        return new EngineSettings(folder, 1, 256L << 20, 256L << 20, new EngineLimits(2, 16, 16, 256L << 20));
    }

    /** An engine of a node that is alone. */
    static DuckDbEngine alone(Path folder) {
        return DuckDbEngine.open(settings(folder));
    }

    LoadedTable csv(String table, LoadRequest.Mode mode, String content, Long ifMatch) {
        return csv(engine, folder, table, mode, content, ifMatch);
    }

    LoadedTable csv(String table, LoadRequest.Mode mode, String content) {
        return csv(table, mode, content, null);
    }

    static LoadedTable csv(
            DuckDbEngine engine, Path folder, String table, LoadRequest.Mode mode, String content, Long ifMatch) {
        try {
            Path file = Files.writeString(folder.resolve(UUID.randomUUID() + ".csv"), content);
            return engine.datasets().load(new LoadRequest(table, mode, LoadRequest.Format.CSV, file, ifMatch));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<List<Object>> rows(String sql) {
        return user.rows(sql);
    }

    /** The version that queries see; 0: none. */
    long version(String table) {
        var entry = engine.datasets().find(table);
        return entry == null ? 0 : entry.newest().version();
    }

    Set<String> blobs() {
        try (Stream<Path> files = Files.walk(folder.resolve("blobs"))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .collect(Collectors.toSet());
        } catch (IOException | UncheckedIOException e) {
            return blobs(); // one was deleted meanwhile
        }
    }

    /** What can be left over of loads. */
    Set<Path> incoming() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("incoming"))) {
            return files.collect(Collectors.toSet());
        }
    }

    @Override
    public void close() {
        user.close();
        fetcher.close();
        BlobFixture.await(takes.close());
        BlobFixture.await(server.close());
        cluster.leave(id);
    }
}
