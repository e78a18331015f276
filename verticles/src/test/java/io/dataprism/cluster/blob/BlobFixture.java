package io.dataprism.cluster.blob;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.dataprism.cluster.Member;
import io.dataprism.core.cluster.BlobHolds;
import io.dataprism.core.cluster.ClusterKey;
import io.dataprism.core.cluster.LocalBlobs;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/** Nodes that serve folders to each other on loopback. */
final class BlobFixture implements AutoCloseable {

    static final BlobLimits LIMITS =
            new BlobLimits(32, 4, 256 << 10, Duration.ofSeconds(3), Duration.ofSeconds(2), Duration.ofSeconds(30));

    final Vertx vertx = Vertx.vertx();
    final ClusterKey key = ClusterKey.of(ClusterKey.newSecret());
    final BlobCounters counters = new BlobCounters();
    final BlobHolds holds = new BlobHolds();
    private final List<PeerBlobFetcher> fetchers = new ArrayList<>();

    /** Files in a folder under their digests. */
    record FolderBlobs(Path folder, BlobHolds holds) implements LocalBlobs {

        @Override
        public Optional<Held> hold(String digest) {
            Path file = folder.resolve(digest);
            try {
                return Files.exists(file)
                        ? Optional.of(new Held(file, Files.size(file), holds.hold(digest)))
                        : Optional.empty();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public Path place(String digest) {
            return folder.resolve(digest);
        }

        @Override
        public void keep(String digest) {
            holds.keep(digest, Duration.ofMinutes(1).toNanos());
        }
    }

    /** A file of so many random bytes; its name is its digest. */
    static Path blob(Path folder, int bytes, long seed) throws Exception {
        byte[] content = new byte[bytes];
        new Random(seed).nextBytes(content);
        String digest =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        return Files.write(Files.createDirectories(folder).resolve(digest), content);
    }

    BlobServer serve(Path folder, BlobLimits limits, PeerTls tls) {
        BlobServer server = await(BlobServer.start(
                vertx, new PeerSettings("127.0.0.1", List.of(0), tls), key, limits, new BlobCounters()));
        server.serve("tables", new FolderBlobs(folder, holds));
        return server;
    }

    BlobServer serve(Path folder) {
        return serve(folder, LIMITS, null);
    }

    /** A fetcher of a node that sees these. */
    PeerBlobFetcher fetcher(BlobLimits limits, PeerTls tls, String... peers) {
        List<Member> members = new ArrayList<>();
        members.add(FixedMembers.member("self", null));
        for (int i = 0; i < peers.length; i++) {
            members.add(FixedMembers.member("peer" + i, peers[i]));
        }
        PeerBlobFetcher fetcher = new PeerBlobFetcher(
                vertx, tls, key, new FixedMembers("self", members.toArray(Member[]::new)), limits, counters);
        fetchers.add(fetcher);
        return fetcher;
    }

    PeerBlobFetcher fetcher(String... peers) {
        return fetcher(LIMITS, null, peers);
    }

    static List<Path> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    static <T> T await(Future<T> future) {
        try {
            return future.await(20, SECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new AssertionError("It did not end in time.", e);
        }
    }

    @Override
    public void close() {
        fetchers.forEach(PeerBlobFetcher::close);
        await(vertx.close());
    }
}
