package io.dataprism.cluster.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.dataprism.cluster.Member;
import io.dataprism.cluster.NodeCalls;
import io.dataprism.core.cluster.BlobFetcher;
import io.dataprism.core.cluster.LocalBlobs;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that come to be on a second node, and packages that come to a node that has none. */
class BlobReplicationTest {

    @TempDir
    Path folder;

    private final BlobFixture fixture = new BlobFixture();
    private final MemoryCluster cluster = new MemoryCluster(fixture.vertx);
    private final List<BlobTakes> allTakes = new ArrayList<>();
    private final List<PeerBlobFetcher> fetchers = new ArrayList<>();
    private String digest;

    @BeforeEach
    void makeBlob() throws Exception {
        digest = BlobFixture.blob(data("a"), 300_000, 3).getFileName().toString();
    }

    @AfterEach
    void close() {
        allTakes.forEach(each -> BlobFixture.await(each.close()));
        fetchers.forEach(PeerBlobFetcher::close);
        fixture.close();
    }

    private Path data(String id) throws Exception {
        return Files.createDirectories(folder.resolve(id));
    }

    /** A node that serves its folder and takes files. */
    private PeerBlobReplicator join(String id, boolean data) throws Exception {
        BlobServer server = fixture.serve(data(id));
        Member member = FixedMembers.member(id, server.address());
        FixedMembers members = cluster.join(new Member(
                id,
                member.incarnation(),
                "",
                member.roles(),
                Map.of(),
                member.version(),
                data,
                server.address(),
                false));
        PeerBlobFetcher fetcher =
                new PeerBlobFetcher(fixture.vertx, null, fixture.key, members, BlobFixture.LIMITS, fixture.counters);
        fetchers.add(fetcher);
        BlobTakes takes = new BlobTakes(fixture.vertx, fetcher, BlobFixture.LIMITS);
        allTakes.add(takes);
        takes.serve("tables", new BlobFixture.FolderBlobs(data(id), fixture.holds));
        takes.serve(cluster.calls(id));
        return new PeerBlobReplicator(
                fixture.vertx, members, cluster.calls(id), (kind, other) -> true, BlobFixture.LIMITS);
    }

    private void failing(String id) {
        cluster.calls(id)
                .serve(
                        BlobTakes.METHOD,
                        (caller, body) -> Future.failedFuture(new DataPrismException(
                                ErrorCode.OVERLOADED, "The disk of " + id + " is full.", "Free space.")));
    }

    @Test
    void aSecondNodeHasItWhenItIsAnswered() throws Exception {
        PeerBlobReplicator replicator = join("a", true);
        join("b", true);

        replicator.replicate("tables", digest);
        replicator.replicate("tables", digest);

        assertThat(data("b").resolve(digest)).hasSameBinaryContentAs(data("a").resolve(digest));
        assertThat(fixture.counters.fetched())
                .as("what is there is not fetched again")
                .isEqualTo(1);
        assertThat(fixture.holds.isHeld(digest)).as("though nobody names it").isTrue();
    }

    @Test
    void aNodeThatIsAloneOrAmongLiteMembersIsContentAtOnce() throws Exception {
        PeerBlobReplicator replicator = join("a", true);
        replicator.replicate("tables", digest);
        join("lite", false);
        replicator.replicate("tables", digest);

        assertThat(BlobFixture.filesIn(data("lite"))).isEmpty();
    }

    @Test
    void whereOneNodeCannotTheNextIsAskedAndWhereNoneCanItIsSaid() throws Exception {
        PeerBlobReplicator replicator = join("a", true);
        join("b", true);
        join("c", true);
        failing("b");
        for (int i = 0; i < 5; i++) { // whichever is asked first
            replicator.replicate("tables", digest);
        }
        assertThat(data("c").resolve(digest)).exists();

        failing("c");
        DataPrismException failure =
                catchThrowableOfType(DataPrismException.class, () -> replicator.replicate("tables", digest));

        assertThat(failure.code()).isEqualTo(ErrorCode.NODE_LOST);
        assertThat(failure.code().retryable()).isTrue();
        assertThat(failure.detail())
                .contains(digest, "kind tables", "b said: The disk of b is full.", "c said: The disk of c is full.");
    }

    @Test
    void aNodeThatLeavesMeanwhileIsNotWaitedForAndWhoIsLeftAloneIsContent() throws Exception {
        PeerBlobReplicator replicator = join("a", true);
        join("b", true);
        cluster.calls("b").serve(BlobTakes.METHOD, (caller, body) -> {
            cluster.leave("b");
            return Future.failedFuture(new DataPrismException(ErrorCode.NODE_LOST, "Node b is lost.", "Try again."));
        });

        replicator.replicate("tables", digest);

        assertThat(data("b").resolve(digest)).doesNotExist();
    }

    @Test
    void whoSaysNothingIsNotWaitedForAsLongAsForAFile() throws Exception {
        PeerBlobReplicator replicator = join("a", true);
        join("b", true);
        cluster.calls("b")
                .serve(
                        BlobTakes.METHOD,
                        (caller, body) -> Promise.<JsonObject>promise().future());

        DataPrismException failure = assertTimeoutPreemptively(
                BlobFixture.LIMITS.total(),
                () -> catchThrowableOfType(DataPrismException.class, () -> replicator.replicate("tables", digest)));

        assertThat(failure.code()).isEqualTo(ErrorCode.NODE_LOST);
        assertThat(failure.detail()).contains("'blobs.take' in time");
    }

    @Test
    void aFileThatTakesLongIsAskedForAgainAndFetchedOnce() throws Exception {
        PeerBlobReplicator replicator = join("a", true);
        join("b", true);
        CountDownLatch askedTwice = new CountDownLatch(2);
        AtomicInteger fetches = new AtomicInteger();
        LocalBlobs folderOfB = new BlobFixture.FolderBlobs(data("b"), fixture.holds);
        allTakes.getLast().serve("tables", new LocalBlobs() {
            @Override
            public Optional<Held> hold(String wanted) {
                return folderOfB.hold(wanted);
            }

            @Override
            public Path place(String wanted) {
                return folderOfB.place(wanted);
            }

            @Override
            public void keep(String wanted) {
                fetches.incrementAndGet();
                try {
                    assertThat(askedTwice.await(20, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        });
        NodeCalls.Method own = cluster.method("b", BlobTakes.METHOD);
        cluster.calls("b").serve(BlobTakes.METHOD, (caller, body) -> {
            askedTwice.countDown();
            return own.answer(caller, body);
        });

        replicator.replicate("tables", digest);

        assertThat(data("b").resolve(digest)).hasSameBinaryContentAs(data("a").resolve(digest));
        assertThat(fetches).hasValue(1);
    }

    @Test
    void nobodyButANodeHasFilesTaken() throws Exception {
        join("b", true);
        JsonObject body =
                new JsonObject().put("kind", "tables").put("digest", digest).put("from", "a");
        Principal node = new Principal.Node("a");

        assertThat(take(Caller.of(Principal.User.admin()), body).code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
        assertThat(take(new Caller(node, Caller.of(Principal.User.admin())), body)
                        .code())
                .isEqualTo(ErrorCode.PERMISSION_DENIED);
        for (JsonObject bad : List.of(
                new JsonObject(),
                body.copy().put("digest", "../../x"),
                body.copy().put("digest", 5),
                body.copy().put("kind", "secrets"))) {
            assertThat(take(Caller.of(node), bad).code()).as(bad.encode()).isEqualTo(ErrorCode.NOT_FOUND);
        }
    }

    private DataPrismException take(Caller caller, JsonObject body) {
        return catchThrowableOfType(
                DataPrismException.class,
                () -> BlobFixture.await(
                        cluster.calls("x").call("b", BlobTakes.METHOD, caller, body, Duration.ofSeconds(5))));
    }

    @Test
    void aNodeComesToHaveThePackagesThatAreNamedAndAfterAWhileNoOthers() throws Exception {
        Set<String> named = ConcurrentHashMap.newKeySet();
        named.add(digest);
        Path data = folder.resolve("joins");
        PackageBlobs packages = new PackageBlobs(data, Duration.ofMinutes(1));
        String left = "b".repeat(64);
        String taken = "c".repeat(64);
        Files.writeString(packages.place(left), "x");
        Files.writeString(packages.place(taken), "x");
        packages.keep(taken);
        AtomicBoolean nowhere = new AtomicBoolean(true);
        BlobFetcher fetcher = (kind, wanted, target) -> {
            assertThat(kind).isEqualTo("packages");
            if (nowhere.get()) {
                throw BlobProblems.nowhere(kind, wanted, List.of());
            }
            try {
                Files.copy(data("a").resolve(wanted), target);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        };
        try (PackageKeeper keeper = new PackageKeeper(
                packages, fetcher, () -> Set.copyOf(named), Duration.ofMillis(50), Duration.ofMillis(300))) {
            Awaitility.await().until(() -> !keeper.problems().isEmpty());
            assertThat(keeper.problems().get(digest)).contains(digest);
            nowhere.set(false);
            Awaitility.await().untilAsserted(() -> {
                assertThat(packages.place(digest)).exists();
                assertThat(packages.place(left)).doesNotExist();
                assertThat(keeper.problems()).isEmpty();
            });
            named.clear();
            keeper.changed();
            Awaitility.await()
                    .untilAsserted(() -> assertThat(packages.place(digest)).doesNotExist());
            assertThat(packages.place(taken)).exists();
        }
    }
}
