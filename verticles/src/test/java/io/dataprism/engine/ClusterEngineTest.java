package io.dataprism.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.bus.Addresses;
import io.dataprism.bus.CallerContext;
import io.dataprism.bus.LogicalAddress;
import io.dataprism.bus.PermissionInterceptors;
import io.dataprism.bus.Replies;
import io.dataprism.cluster.Role;
import io.dataprism.core.dataset.DuckDbEngine;
import io.dataprism.core.dataset.EngineSettings;
import io.dataprism.core.engine.EngineLimits;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Grants;
import io.dataprism.core.permission.PermissionTable;
import io.dataprism.core.permission.Principal;
import io.dataprism.core.permission.TableScope;
import io.dataprism.engine.QueryService.QueryInfo;
import io.dataprism.engine.QueryService.QueryRequest;
import io.dataprism.engine.QueryService.QueryResult;
import io.dataprism.plugin.Batch;
import io.dataprism.plugin.TableInfo;
import io.dataprism.stream.BusStreamEndpoint;
import io.dataprism.testing.JoinedNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/** A node without an engine, and two with one, of a real cluster. */
@Tag("longer")
@Timeout(180)
class ClusterEngineTest {

    private static final Caller ADMIN = Caller.of(Principal.User.admin());
    private static final Caller ANN =
            Caller.of(new Principal.User("ann", Set.of(Principal.Role.ANALYST), null, List.of("pub_*"), null));

    @TempDir
    Path folder;

    private final List<Engines> nodes = new ArrayList<>();
    private Engines lite;

    /** What a node has of engines. */
    private final class Engines extends VerticleBase {
        private final JoinedNode joined;
        private final @Nullable DuckDbEngine engine;
        private final BufferAllocator allocator;
        private final BusStreamEndpoint streams;
        private final BusQueryService queries;
        private final BusTableService tables;

        Engines(JoinedNode joined, boolean has) {
            this.joined = joined;
            PermissionInterceptors.install(
                    joined.vertx,
                    joined.id,
                    new PermissionTable(name -> Grants.NONE),
                    (action, caller, target, outcome, details) -> {},
                    new SimpleMeterRegistry());
            engine = has
                    ? DuckDbEngine.open(new EngineSettings(
                            folder.resolve(joined.id), 2, 1L << 30, 1L << 30, new EngineLimits(4, 64, 64, 1L << 30)))
                    : null;
            allocator = engine == null ? new RootAllocator() : engine.allocator();
            streams = new BusStreamEndpoint(joined.id, allocator);
            joined.deploy(streams, new DeploymentOptions());
            if (engine != null) {
                joined.deploy(
                        new EngineVerticle(
                                engine,
                                joined.id,
                                streams,
                                (topic, data) -> Future.succeededFuture("c"),
                                (action, caller, target, outcome, details) -> {},
                                folder.resolve(joined.id + "-arrivals")),
                        new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER));
            }
            EngineRoute route = new EngineRoute(joined.vertx, joined.cluster.members());
            EngineFiles files = EngineFiles.over(joined.vertx, streams, allocator);
            queries = new BusQueryService(joined.vertx, streams, route, files);
            tables = new BusTableService(route, files);
            joined.deploy(this, new DeploymentOptions());
        }

        /** On a request's context of this node's, for somebody. */
        <T> T as(Caller caller, Supplier<Future<T>> call) {
            Promise<T> done = Promise.promise();
            ContextInternal acting = CallerContext.duplicateFor(context, caller);
            acting.runOnContext(go -> call.get().onComplete(done));
            return JoinedNode.await(done.future());
        }

        /** As its gateway asks for what is the node's own. */
        <T> T own(Supplier<Future<T>> call) {
            return as(Caller.of(new Principal.Node(joined.id)), call);
        }

        void close() {
            joined.close();
            if (engine == null) {
                allocator.close();
            } else {
                engine.close();
            }
        }
    }

    @BeforeEach
    void start() throws Exception {
        for (JoinedNode joined :
                JoinedNode.start(List.of(Set.of(Role.GATEWAY), Set.of(Role.ENGINE), Set.of(Role.ENGINE)))) {
            nodes.add(new Engines(joined, !nodes.isEmpty()));
        }
        lite = nodes.getFirst();
        // whose address is seen by all when it has answered once
        Awaitility.await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
            for (int i = 0; i < 4; i++) {
                lite.as(ADMIN, lite.tables::tables);
            }
            return lite.own(lite.queries::queries).isEmpty();
        });
    }

    @AfterEach
    void stop() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> nodes.forEach(node -> assertThat(node.allocator.getAllocatedMemory())
                        .as(() -> node.joined.id + ": " + node.allocator.toVerboseString())
                        .isZero()));
        nodes.forEach(Engines::close);
    }

    private static long sum(QueryResult result) {
        return result.batches()
                .map(batch -> {
                    try (batch) {
                        return (long) batch.rowCount();
                    }
                })
                .reduce(0L, Long::sum)
                .block(Duration.ofSeconds(30));
    }

    private static ErrorCode failure(Runnable call) {
        try {
            call.run();
        } catch (DataPrismException known) {
            return known.code();
        }
        throw new AssertionError("It should have failed.");
    }

    private Path csv(int rows) throws IOException {
        String text = "a,b\n"
                + IntStream.range(0, rows)
                        .mapToObj(i -> i + ",some text of row " + i)
                        .collect(Collectors.joining("\n"));
        return Files.writeString(folder.resolve("upload.csv"), text + "\n");
    }

    @Test
    void queriesRunWhereAnEngineIsAndAreSeenAndStoppedFromAnywhere() {
        assertThat(sum(lite.as(ADMIN, () -> lite.queries.query(QueryRequest.of("SELECT * FROM range(500000)")))))
                .isEqualTo(500_000);

        QueryResult one = lite.as(ADMIN, () -> lite.queries.query(QueryRequest.of("SELECT * FROM range(50000000)")));
        QueryResult two = lite.as(ADMIN, () -> lite.queries.query(QueryRequest.of("SELECT * FROM range(50000000)")));
        for (Engines asked : nodes) {
            List<QueryInfo> seen = asked.own(asked.queries::queries);
            assertThat(seen).extracting(QueryInfo::id).containsExactlyInAnyOrder(one.queryId(), two.queryId());
            assertThat(seen).extracting(QueryInfo::node).containsExactlyInAnyOrder("node-1", "node-2");
            assertThat(asked.own(() -> asked.queries.query(two.queryId())).user())
                    .isEqualTo("admin");
        }
        lite.own(() -> lite.queries.cancel(one.queryId()));
        Engines foreign = nodes.get(1);
        foreign.own(() -> foreign.queries.cancel(two.queryId()));
        assertThat(lite.own(lite.queries::queries)).isEmpty();
        assertThatThrownBy(() -> sum(one)).isInstanceOf(DataPrismException.class);
        assertThatThrownBy(() -> sum(two)).isInstanceOf(DataPrismException.class);
        for (Engines asked : nodes) {
            assertThat(failure(() -> asked.own(() -> asked.queries.cancel("none"))))
                    .isEqualTo(ErrorCode.QUERY_NOT_FOUND);
        }
    }

    @Test
    void whatSomebodyMayIsWhatTheLogicalAddressNeeds() throws Exception {
        TableService.Loaded loaded = lite.as(
                ADMIN,
                () -> lite.tables.load("secret", TableService.Mode.CREATE, TableService.Format.CSV, file(10), null));
        assertThat(loaded.created()).isTrue();
        assertThat(failure(() -> lite.as(ANN, () -> lite.tables.table("secret"))))
                .isEqualTo(ErrorCode.PERMISSION_DENIED);
        assertThat(failure(() -> lite.as(
                        ANN,
                        () -> lite.tables.load(
                                "other", TableService.Mode.CREATE, TableService.Format.CSV, file(10), null))))
                .isEqualTo(ErrorCode.PERMISSION_DENIED);
        Caller nobody = Caller.of(new Principal.Plugin("p"));
        assertThat(failure(() -> lite.as(nobody, () -> lite.queries.query(QueryRequest.of("SELECT 1")))))
                .isEqualTo(ErrorCode.PERMISSION_DENIED);
        for (String header : List.of("", "dataprism.audit", "dataprism.plugin.x", Addresses.engine("node-1"))) {
            assertThat(failure(() -> lite.as(ADMIN, () -> send(header)))).isEqualTo(ErrorCode.PERMISSION_DENIED);
        }
        assertThat(failure(() -> lite.as(ADMIN, () -> send(Addresses.ENGINE))))
                .as("the engine's own address is the nodes'")
                .isEqualTo(ErrorCode.PERMISSION_DENIED);
    }

    private Path file(int rows) {
        try {
            return csv(rows);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Future<JsonObject> send(String logical) {
        DeliveryOptions options = new DeliveryOptions().addHeader(LogicalAddress.ENGINE_HEADER, logical);
        options.addHeader(TableScope.HEADER, TableScope.everything().encode());
        return lite.joined
                .vertx
                .eventBus()
                .<JsonObject>request(Addresses.engine("node-1"), new JsonObject().put("op", "queries"), options)
                .map(Message::body)
                .recover(Replies::recover);
    }

    @Test
    void aFileGoesToAnEngineInPieces() throws Exception {
        int rows = 200_000;
        Path upload = csv(rows);
        assertThat(Files.size(upload)).isGreaterThan(5L * FilePieces.PIECE_BYTES);

        TableService.Loaded loaded = lite.as(
                ADMIN,
                () -> lite.tables.load("flights", TableService.Mode.CREATE, TableService.Format.CSV, upload, null));

        assertThat(loaded.table().rows()).isEqualTo(rows);
        assertThat(upload).as("is the caller's to delete").exists();
        for (Engines node : nodes.subList(1, 3)) {
            Path arrivals = folder.resolve(node.joined.id + "-arrivals");
            assertThat(!Files.exists(arrivals) || Files.list(arrivals).findAny().isEmpty())
                    .isTrue();
        }
        long found = nodes.subList(1, 3).stream()
                .flatMap(node -> node.as(ADMIN, node.tables::tables).stream())
                .map(TableInfo::name)
                .filter("flights"::equals)
                .count();
        assertThat(found).isEqualTo(1);
        lite.as(ADMIN, () -> lite.tables.admitLoad("flights"));
    }

    @Test
    void aQueryWhoseNodeIsLostBeforeItsFirstBatchIsRunElsewhereAndOneAfterItFails() {
        QueryResult early = lite.as(ADMIN, () -> lite.queries.query(QueryRequest.of("SELECT * FROM range(3000000)")));
        QueryResult late = lite.as(ADMIN, () -> lite.queries.query(QueryRequest.of("SELECT * FROM range(3000000)")));
        List<QueryInfo> seen = lite.own(lite.queries::queries);
        String lost = nodeOf(seen, late);
        assertThat(nodeOf(seen, early)).isNotEqualTo(lost);
        // both on the node that is about to be lost
        QueryResult third = lite.as(ADMIN, () -> lite.queries.query(QueryRequest.of("SELECT * FROM range(3000000)")));
        QueryResult fourth = lite.as(ADMIN, () -> lite.queries.query(QueryRequest.of("SELECT * FROM range(3000000)")));
        List<QueryResult> there = List.of(early, late, third, fourth).stream()
                .filter(query -> nodeOf(lite.own(lite.queries::queries), query).equals(lost))
                .toList();
        assertThat(there).hasSize(2);
        var begun = new ArrayList<Batch>();
        var reader = new BaseSubscriber<Batch>() {
            final Promise<Void> end = Promise.promise();

            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                request(1);
            }

            @Override
            protected void hookOnNext(Batch batch) {
                begun.add(batch);
            }

            @Override
            protected void hookOnError(Throwable failure) {
                end.fail(failure);
            }
        };
        there.get(1).batches().subscribe(reader);
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> !begun.isEmpty());

        var waiting = new Waiting();
        there.getFirst().batches().subscribe(waiting);
        Engines gone = nodes.stream()
                .filter(node -> node.joined.id.equals(lost))
                .findFirst()
                .orElseThrow();
        gone.joined.crash();

        assertThatThrownBy(() -> reader.end.future().await(30, TimeUnit.SECONDS))
                .hasMessageContaining(lost + " is not a member");
        begun.forEach(Batch::close);
        // what waits is asked for again before it is read: what was read of the lost node could not be taken back
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> lite.own(lite.queries::queries).size() == 3);
        assertThat(lite.streams.counters().inbound())
                .as("the lost node's streams hold nothing from then on")
                .isEqualTo(3);
        waiting.request(Long.MAX_VALUE);
        assertThat(JoinedNode.await(waiting.rows.future())).isEqualTo(3_000_000);
        for (QueryResult other : List.of(early, late, third, fourth)) {
            if (!there.contains(other)) {
                QueryBatches.discard(other.batches());
            }
        }
        assertThat(lite.as(ADMIN, lite.tables::tables)).isEmpty();
    }

    private static String nodeOf(List<QueryInfo> seen, QueryResult query) {
        return seen.stream()
                .filter(each -> each.id().equals(query.queryId()))
                .map(QueryInfo::node)
                .findFirst()
                .orElseThrow();
    }

    /** Asks for nothing until it is told to. */
    private static final class Waiting extends BaseSubscriber<Batch> {
        private final Promise<Long> rows = Promise.promise();
        private long count;

        @Override
        protected void hookOnSubscribe(Subscription subscription) {}

        @Override
        protected void hookOnNext(Batch batch) {
            count += batch.rowCount();
            batch.close();
        }

        @Override
        protected void hookOnComplete() {
            rows.complete(count);
        }

        @Override
        protected void hookOnError(Throwable failure) {
            rows.fail(failure);
        }
    }
}
