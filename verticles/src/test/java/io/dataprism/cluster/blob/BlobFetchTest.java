package io.dataprism.cluster.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files on their way here, over real connections that fail. */
class BlobFetchTest {

    private static final int BYTES = 5_000_000;

    @TempDir
    Path folder;

    private final BlobFixture fixture = new BlobFixture();
    private Path there;
    private Path here;
    private Path blob;
    private String digest;
    private byte[] content;

    @BeforeEach
    void makeBlob() throws Exception {
        there = Files.createDirectories(folder.resolve("there"));
        here = Files.createDirectories(folder.resolve("here"));
        blob = BlobFixture.blob(there, BYTES, 1);
        digest = blob.getFileName().toString();
        content = Files.readAllBytes(blob);
    }

    @AfterEach
    void close() throws Exception {
        assertThat(BlobFixture.filesIn(here))
                .as("what is half there")
                .allMatch(file -> file.getFileName().toString().matches("[0-9a-f]{64}"));
        fixture.close();
    }

    private FaultyPeer faulty() {
        return new FaultyPeer(fixture.vertx, content, fixture.counters::fetchedBytes);
    }

    private void fetch(PeerBlobFetcher fetcher) {
        fetcher.fetch("tables", digest, here.resolve(digest));
    }

    private void assertWhole() throws Exception {
        assertThat(Files.readAllBytes(here.resolve(digest))).isEqualTo(content);
    }

    @Test
    void aFileComesInPiecesWholeAndReadOnly() throws Exception {
        BlobServer server = fixture.serve(there);

        fetch(fixture.fetcher(server.address()));

        assertWhole();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(here.resolve(digest))))
                .isEqualTo("r--r--r--");
        assertThat(fixture.counters.fetchedBytes()).isEqualTo(BYTES);
        assertThat(fixture.counters.fetched()).isEqualTo(1);
        Awaitility.await().untilAsserted(() -> assertThat(fixture.holds.count()).isZero());
        assertThat(server.transfers()).isZero();
    }

    @Test
    void aFileThatIsThereIsLeftAsItIs() throws Exception {
        Files.writeString(here.resolve(digest), "as it is");

        fetch(fixture.fetcher());

        assertThat(here.resolve(digest)).hasContent("as it is");
    }

    @Test
    void aBrokenConnectionIsGoneOnWithWhereItBrokeAndNoByteComesTwice() throws Exception {
        FaultyPeer peer = faulty();
        peer.breakAt = 3_000_001;
        peer.breaks.set(1);

        fetch(fixture.fetcher(peer.address()));

        assertWhole();
        assertThat(fixture.counters.resumed()).isEqualTo(1);
        assertThat(fixture.counters.fetchedBytes()).isEqualTo(BYTES);
        assertThat(peer.sentBytes).hasValue(BYTES);
    }

    @Test
    void whatOneNodeBeganAnotherEnds() throws Exception {
        FaultyPeer dies = faulty();
        dies.breakAt = 2_000_000;
        dies.breaks.set(Integer.MAX_VALUE);
        FaultyPeer whole = faulty();

        PeerBlobFetcher fetcher = fixture.fetcher(dies.address(), whole.address());
        fetcher.take("tables", digest, here.resolve(digest), "peer0");

        assertWhole();
        assertThat(fixture.counters.fetchedBytes()).isEqualTo(BYTES);
        assertThat(dies.sentBytes).hasValue(2_000_000);
        assertThat(whole.sentBytes).hasValue(BYTES - 2_000_000);
    }

    @Test
    void aNodeThatFallsSilentIsGivenUpAndAnotherAsked() throws Exception {
        FaultyPeer silent = faulty();
        silent.breakAt = 1_000_000;
        silent.breaks.set(Integer.MAX_VALUE);
        silent.silent = true;
        BlobServer server = fixture.serve(there);

        PeerBlobFetcher fetcher = fixture.fetcher(silent.address(), server.address());
        fetcher.take("tables", digest, here.resolve(digest), "peer0");

        assertWhole();
        assertThat(fixture.counters.fetchedBytes()).isEqualTo(BYTES);
    }

    @Test
    void wrongBytesAreRejectedAndAnotherNodeIsAsked() throws Exception {
        FaultyPeer liar = faulty();
        liar.lieFrom = 4_999_999;
        BlobServer server = fixture.serve(there);

        PeerBlobFetcher fetcher = fixture.fetcher(liar.address(), server.address());
        fetcher.take("tables", digest, here.resolve(digest), "peer0");

        assertWhole();
        assertThat(fixture.counters.rejected()).isEqualTo(1);
    }

    @Test
    void whereTwoNodesMadeAWrongWholeEachIsAskedForAllOfIt() throws Exception {
        FaultyPeer honest = faulty();
        honest.breakAt = 2_000_000;
        honest.breaks.set(2);
        FaultyPeer liar = faulty();
        liar.lieFrom = 0;

        PeerBlobFetcher fetcher = fixture.fetcher(honest.address(), liar.address());
        fetcher.take("tables", digest, here.resolve(digest), "peer0");

        assertWhole();
        assertThat(fixture.counters.rejected()).isBetween(1L, 2L);
    }

    @Test
    void aLiarAloneIsNobodyThatHasIt() throws Exception {
        FaultyPeer liar = faulty();
        liar.lieFrom = 10;

        DataPrismException failure =
                catchThrowableOfType(DataPrismException.class, () -> fetch(fixture.fetcher(liar.address())));

        assertThat(failure.code()).isEqualTo(ErrorCode.NODE_LOST);
        assertThat(failure.detail()).contains("peer0 sent something else");
        assertThat(here.resolve(digest)).doesNotExist();
        assertThat(fixture.counters.rejected()).isEqualTo(1);
    }

    @Test
    void whatIsNowhereIsNamed() {
        BlobServer server = fixture.serve(there);
        String absent = "a".repeat(64);

        DataPrismException failure = catchThrowableOfType(
                DataPrismException.class,
                () -> fixture.fetcher(server.address()).fetch("tables", absent, here.resolve(absent)));
        DataPrismException alone = catchThrowableOfType(
                DataPrismException.class, () -> fixture.fetcher().fetch("packages", absent, here.resolve(absent)));

        assertThat(failure.code()).isEqualTo(ErrorCode.NODE_LOST);
        assertThat(failure.code().retryable()).isTrue();
        assertThat(failure.detail())
                .startsWith("No node that can be seen has the file " + absent + " of kind tables")
                .contains("peer0 has not got it");
        assertThat(alone.detail()).contains(absent, "of kind packages", "no other node is seen");
        assertThat(fixture.counters.nowhere()).isEqualTo(2);
    }

    @Test
    void fetchesAreBoundedAndOfOneFileThereIsOne() throws Exception {
        FaultyPeer peer = faulty();
        CompletableFuture<Void> gate = new CompletableFuture<>();
        peer.gate = gate;
        BlobLimits limits =
                new BlobLimits(4, 2, BYTES, Duration.ofSeconds(3), Duration.ofSeconds(20), Duration.ofSeconds(30));
        PeerBlobFetcher fetcher = fixture.fetcher(limits, null, peer.address());
        try (ExecutorService callers = Executors.newCachedThreadPool()) {
            List<CompletableFuture<Void>> same = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                same.add(CompletableFuture.runAsync(() -> fetch(fetcher), callers));
            }
            List<CompletableFuture<Void>> others = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                String other = Integer.toString(i).repeat(64);
                others.add(
                        CompletableFuture.runAsync(() -> fetcher.fetch("tables", other, here.resolve(other)), callers));
            }
            Awaitility.await().untilAsserted(() -> {
                assertThat(peer.open).hasValue(2);
                assertThat(fetcher.underWay()).isEqualTo(6);
            });

            gate.complete(null);

            for (CompletableFuture<Void> each : same) {
                each.get(20, TimeUnit.SECONDS);
            }
            CompletableFuture.allOf(others.toArray(CompletableFuture[]::new))
                    .exceptionally(wrongBytes -> null)
                    .get(20, TimeUnit.SECONDS);
            assertThat(peer.mostOpen).hasValue(2);
            assertThat(peer.paths()).filteredOn(path -> path.endsWith(digest)).hasSize(1);
            assertThat(fetcher.underWay()).isZero();
        }
        assertWhole();
    }

    @Test
    void aServerThatSendsEnoughTellsOthersToComeAgainAndTheyDo() throws Exception {
        BlobServer server = fixture.serve(
                there,
                new BlobLimits(1, 4, 64 << 10, Duration.ofSeconds(3), Duration.ofSeconds(5), Duration.ofSeconds(60)),
                null);
        List<Path> blobs = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            blobs.add(BlobFixture.blob(there, 1_000_000, 100 + i));
        }
        PeerBlobFetcher fetcher = fixture.fetcher(server.address());

        try (ExecutorService callers = Executors.newCachedThreadPool()) {
            for (Path each : blobs) {
                String name = each.getFileName().toString();
                callers.submit(() -> fetcher.fetch("tables", name, here.resolve(name)));
            }
        }

        for (Path each : blobs) {
            assertThat(here.resolve(each.getFileName())).hasSameBinaryContentAs(each);
        }
    }

    @Test
    void closingEndsWhatIsUnderWay() throws Exception {
        FaultyPeer peer = faulty();
        peer.gate = new CompletableFuture<>();
        PeerBlobFetcher fetcher = fixture.fetcher(peer.address());
        CompletableFuture<Void> fetching = CompletableFuture.runAsync(() -> fetch(fetcher));
        Awaitility.await().until(() -> peer.open.get() == 1);

        fetcher.close();

        assertThat(catchThrowableOfType(
                        java.util.concurrent.ExecutionException.class, () -> fetching.get(10, TimeUnit.SECONDS)))
                .hasCauseInstanceOf(DataPrismException.class);
    }

    @Test
    void nothingStaysOpen() throws Exception {
        BlobServer server = fixture.serve(there);
        PeerBlobFetcher fetcher = fixture.fetcher(server.address());
        fetch(fetcher);
        long before = descriptors();
        int fetches = 40;
        for (int i = 0; i < fetches; i++) {
            Files.delete(here.resolve(digest));
            fetch(fetcher);
        }

        // connections are kept for a while, some for each event loop
        Awaitility.await().untilAsserted(() -> assertThat(descriptors()).isLessThan(before + fetches / 2));
    }

    private static long descriptors() throws Exception {
        return BlobFixture.filesIn(Path.of("/proc/self/fd")).size();
    }
}
