package io.dataprism.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.bus.Addresses;
import io.dataprism.bus.CallerContext;
import io.dataprism.bus.Replies;
import io.dataprism.bus.SendersForTests;
import io.dataprism.core.dataset.DuckDbEngine;
import io.dataprism.core.dataset.EngineSettings;
import io.dataprism.core.engine.EngineLimits;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.dataprism.core.permission.TableScope;
import io.dataprism.engine.QueryService.QueryRequest;
import io.dataprism.engine.QueryService.QueryResult;
import io.dataprism.plugin.Batch;
import io.dataprism.stream.BusStreamEndpoint;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

class EngineVerticleTest {

    @TempDir
    Path folder;

    private Vertx vertx;
    private Context context;
    private DuckDbEngine engine;
    private BusStreamEndpoint streams;
    private BusQueryService queries;
    private BusTableService tables;
    private final AtomicReference<String> scope =
            new AtomicReference<>(TableScope.everything().encode());
    private final AtomicReference<String> target =
            new AtomicReference<>(TableScope.everything().encode());
    private final ConcurrentLinkedQueue<Map.Entry<String, JsonObject>> events = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> audit = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        context = vertx.getOrCreateContext();
        vertx.eventBus().addOutboundInterceptor(delivery -> {
            if (delivery.message().address().startsWith("dataprism.service.data.") && scope.get() != null) {
                delivery.message().headers().set(TableScope.HEADER, scope.get());
                delivery.message().headers().set(TableScope.TARGET_HEADER, target.get());
            }
            delivery.next();
        });
        engine = DuckDbEngine.open(new EngineSettings(
                folder.resolve("data"), 2, 1L << 30, 1L << 30, new EngineLimits(4, 64, 64, 1L << 30)));
        streams = new BusStreamEndpoint("n1", engine.allocator());
        await(vertx.deployVerticle(streams));
        EngineVerticle verticle = new EngineVerticle(
                engine,
                "n1",
                streams,
                (topic, data) -> {
                    events.add(Map.entry(topic, (JsonObject) data));
                    return Future.succeededFuture("c");
                },
                (action, caller, target, outcome, details) -> audit.add(action + " " + outcome));
        await(vertx.deployVerticle(verticle, new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)));
        queries = new BusQueryService(vertx, streams);
        tables = new BusTableService(vertx);
    }

    @AfterEach
    void stop() {
        Awaitility.await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
            assertThat(engine.allocator().getAllocatedMemory()).isZero();
            assertThat(streams.counters().inbound()).isZero();
            assertThat(streams.counters().outbound()).isZero();
            assertThat(streams.counters().creditLeft()).isEqualTo(80);
        });
        await(vertx.close());
        engine.close();
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            if (e.getCause() instanceof DataPrismException known) {
                throw known;
            }
            throw new AssertionError(e);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private <T> T onContext(Supplier<Future<T>> call) {
        Promise<T> done = Promise.promise();
        context.runOnContext(go -> call.get().onComplete(done));
        return await(done.future());
    }

    private QueryResult open(String sql) {
        return onContext(() -> queries.query(QueryRequest.of(sql)));
    }

    @Test
    void aQueryThatHasNotAnsweredYetIsCancelledByItsId() {
        QueryRequest slow = QueryRequest.of(
                "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range + b.range = 3");
        Promise<QueryResult> answer = Promise.promise();
        context.runOnContext(go -> queries.query(slow).onComplete(answer));
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .until(() -> onContext(queries::queries).stream()
                        .anyMatch(query ->
                                query.id().equals(slow.id()) && query.state().equals("running")));

        onContext(() -> queries.cancel(slow.id()));

        assertThat(onContext(queries::queries)).isEmpty();
        assertThat(failure(answer::future)).isEqualTo(ErrorCode.QUERY_NOT_FOUND);
    }

    private static long countRows(QueryResult result) {
        return result.batches()
                .map(batch -> {
                    try (batch) {
                        return (long) batch.rowCount();
                    }
                })
                .reduce(0L, Long::sum)
                .block(Duration.ofSeconds(30));
    }

    private ErrorCode failure(Supplier<Future<?>> call) {
        try {
            onContext(() -> call.get().mapEmpty());
        } catch (DataPrismException e) {
            return e.code();
        }
        throw new AssertionError("The call should have failed.");
    }

    private Path csv(String content) throws Exception {
        return Files.writeString(Files.createTempFile(folder, "upload", ".csv"), content);
    }

    /** Takes what it asks for, on the context that it expects, and no more. */
    private static final class Taker extends BaseSubscriber<Batch> {
        final AtomicLong rows = new AtomicLong();
        final AtomicLong batches = new AtomicLong();
        final AtomicReference<Context> context = new AtomicReference<>();
        final long first;

        Taker(long first) {
            this.first = first;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            request(first);
        }

        @Override
        protected void hookOnNext(Batch batch) {
            context.set(Vertx.currentContext());
            rows.addAndGet(batch.rowCount());
            batches.incrementAndGet();
            batch.close();
        }
    }

    @Test
    void aQueryGoesOverTheBusAndComesBackAsBatches() {
        QueryResult result = open("SELECT range AS n, 'x' AS t FROM range(1000000)");

        assertThat(result.columns()).extracting("name").containsExactly("n", "t");
        assertThat(result.columns()).extracting("type").containsExactly("BIGINT", "VARCHAR");
        assertThat(result.schema().getFields()).extracting("name").containsExactly("n", "t");
        assertThat(countRows(result)).isEqualTo(1_000_000);
        Awaitility.await().until(() -> !events.isEmpty() && !audit.isEmpty());
        assertThat(events.peek().getKey()).isEqualTo("core:query:complete");
        assertThat(events.peek().getValue())
                .contains(
                        Map.entry("state", "completed"), Map.entry("rows", 1_000_000L), Map.entry("user", "/nodes/n1"));
        assertThat(audit).containsExactly("query.run ok");
    }

    @Test
    void batchesComeOnTheContextThatOpenedTheQuery() {
        Taker taker = new Taker(Long.MAX_VALUE);
        QueryResult result = open("SELECT * FROM range(100000)");
        result.batches().subscribe(taker);

        Awaitility.await().until(() -> taker.rows.get() == 100_000);
        assertThat(taker.context.get()).isSameAs(context);
    }

    @Test
    void aConsumerThatStopsReadingStopsTheEngineAndOneThatGoesFreesIt() {
        Taker taker = new Taker(5);
        QueryResult result = open("SELECT * FROM range(100000000)");
        result.batches().subscribe(taker);
        Awaitility.await().until(() -> taker.batches.get() == 5);
        Awaitility.await().until(() -> engine.counters().busyWorkers() == 0);

        assertThat(engine.queries())
                .singleElement()
                .satisfies(query -> assertThat(query.rows()).isLessThanOrEqualTo(9 * 32_768));
        assertThat(engine.allocator().getAllocatedMemory()).isLessThan(16 << 20);
        assertThat(onContext(queries::queries)).singleElement().satisfies(query -> {
            assertThat(query.node()).isEqualTo("n1");
            assertThat(query.state()).isEqualTo("running");
        });

        taker.cancel();
        Awaitility.await()
                .atMost(Duration.ofSeconds(1))
                .until(() -> engine.queries().isEmpty());
    }

    @Test
    void cancellingAQueryByItsIdEndsItsStream() {
        QueryResult result = open("SELECT * FROM range(100000000)");
        onContext(() -> queries.cancel(result.queryId()));

        assertThatThrownBy(() -> result.batches().doOnNext(Batch::close).blockLast(Duration.ofSeconds(10)))
                .isInstanceOfSatisfying(
                        DataPrismException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_NOT_FOUND));
        assertThat(failure(() -> queries.cancel(result.queryId()))).isEqualTo(ErrorCode.QUERY_NOT_FOUND);
    }

    @Test
    void aFailureInMidStreamComesAsTheProblemThatItIs() {
        QueryResult result =
                open("SELECT CASE WHEN range = 1000000 THEN error('half way') ELSE range END FROM range(2000000)");

        assertThatThrownBy(() -> result.batches().doOnNext(Batch::close).blockLast(Duration.ofSeconds(10)))
                .isInstanceOfSatisfying(DataPrismException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.QUERY_INVALID);
                    // the second is what the engine leaves of an error that one of its threads found while another was
                    // heard first
                    assertThat(e.detail()).containsAnyOf("half way", "stopped its threads");
                });
    }

    @Test
    void aRefusedStatementFailsAtOnceAndIsAudited() {
        assertThat(failure(() -> queries.query(QueryRequest.of("DROP TABLE x"))))
                .isEqualTo(ErrorCode.QUERY_NOT_ALLOWED);
        assertThat(failure(() -> queries.query(QueryRequest.of("SELEC 1")))).isEqualTo(ErrorCode.QUERY_INVALID);
        assertThat(failure(
                        () -> queries.query(new QueryRequest("SELECT 1", List.of(), 0, Duration.ofSeconds(1), null))))
                .isEqualTo(ErrorCode.REQUEST_INVALID);
        assertThat(failure(() -> queries.query(new QueryRequest("SELECT 1", List.of(), 1, Duration.ofHours(1), null))))
                .isEqualTo(ErrorCode.REQUEST_INVALID);
        Awaitility.await().until(() -> audit.contains("query.run refused") && audit.contains("query.run failed"));
    }

    @Test
    void tablesAreLoadedListedReadAndDropped() throws Exception {
        Path upload = csv("a,b\n1,x\n2,y\n");
        var loaded = onContext(() -> tables.load("t", TableService.Mode.CREATE, TableService.Format.CSV, upload, null));
        assertThat(loaded.created()).isTrue();
        assertThat(upload).doesNotExist();
        assertThat(countRows(open("FROM t"))).isEqualTo(2);
        Path more = csv("a,b\n3,z\n");
        assertThat(onContext(() -> tables.load("t", TableService.Mode.APPEND, TableService.Format.CSV, more, 1L))
                        .table()
                        .rows())
                .isEqualTo(3);
        assertThat(onContext(tables::tables)).singleElement().isEqualTo(onContext(() -> tables.table("t")));
        assertThat(onContext(() -> tables.versions("t"))).containsExactly(1L, 2L);
        Path again = csv("a\n1\n");
        assertThat(failure(() -> tables.load("t", TableService.Mode.CREATE, TableService.Format.CSV, again, null)))
                .isEqualTo(ErrorCode.TABLE_EXISTS);

        assertThat(failure(() -> tables.delete("t", 1L))).isEqualTo(ErrorCode.PRECONDITION_FAILED);
        onContext(() -> tables.delete("t", 2L));

        assertThat(failure(() -> tables.table("t"))).isEqualTo(ErrorCode.TABLE_NOT_FOUND);
        assertThat(failure(() -> tables.delete("t", null))).isEqualTo(ErrorCode.TABLE_NOT_FOUND);
        assertThat(onContext(tables::tables)).isEmpty();
    }

    @Test
    void aPluginNamesNoFileOfTheHostToLoadWhateverItMayWrite() throws Exception {
        SendersForTests.install(vertx);
        Path secret = csv("a\n1\n");
        JsonObject naming = new JsonObject()
                .put("op", "load")
                .put("name", "t")
                .put("mode", "CREATE")
                .put("format", "CSV")
                .put("file", secret.toString());
        Caller plugin = Caller.of(new Principal.Plugin("curious"));
        for (String seen : new String[] {
            TableScope.everything().encode(), TableScope.nothing().encode()
        }) {
            scope.set(seen);
            assertThat(failure(() -> {
                        CallerContext.actAs(Vertx.currentContext(), plugin);
                        return vertx.eventBus()
                                .request(Addresses.DATA_LOAD, naming)
                                .recover(Replies::recover)
                                .mapEmpty();
                    }))
                    .isEqualTo(ErrorCode.PERMISSION_DENIED);
        }
        assertThat(secret).as("neither read, moved nor deleted").exists();
        assertThat(engine.datasets().tables(TableScope.everything())).isEmpty();
    }

    @Test
    void rowsOfAQueryAreKeptAndAreAQueryLikeAnyOther() throws Exception {
        Path upload = csv("a,b\n1,x\n2,y\n");
        onContext(() -> tables.load("t", TableService.Mode.CREATE, TableService.Format.CSV, upload, null));
        QueryRequest sums =
                new QueryRequest("SELECT sum(a) AS s FROM t WHERE a >= ?", List.of(1), 1, Duration.ofSeconds(10), null);

        var kept = onContext(() -> tables.keep("k", TableService.Mode.CREATE, sums, null));

        assertThat(kept.created()).isTrue();
        assertThat(kept.table().columns()).extracting("type").containsExactly("HUGEINT");
        assertThat(failure(() -> tables.keep("k", TableService.Mode.REPLACE, sums, 7L)))
                .isEqualTo(ErrorCode.PRECONDITION_FAILED);
        assertThat(onContext(() -> tables.keep("k", TableService.Mode.APPEND, sums, 1L))
                        .table()
                        .rows())
                .isEqualTo(2);
        Awaitility.await().until(() -> audit.contains("query.run ok") && audit.contains("table.loaded failed"));
    }

    @Test
    void keepingNeedsTheQuerysTablesToReadAndTheTableToWrite() throws Exception {
        Path upload = csv("a\n1\n");
        onContext(() -> tables.load("t", TableService.Mode.CREATE, TableService.Format.CSV, upload, null));
        String onlyT = new TableScope(List.of(List.of("t"))).encode();
        String onlyK = new TableScope(List.of(List.of("k"))).encode();
        scope.set(onlyT);
        target.set(onlyK);
        assertThat(onContext(() -> tables.keep("k", TableService.Mode.CREATE, QueryRequest.of("FROM t"), null))
                        .created())
                .isTrue();
        assertThat(failure(() -> tables.keep("t", TableService.Mode.REPLACE, QueryRequest.of("FROM t"), null)))
                .isEqualTo(ErrorCode.PERMISSION_DENIED);
        assertThat(failure(() -> tables.keep("k", TableService.Mode.REPLACE, QueryRequest.of("FROM k"), null)))
                .isEqualTo(ErrorCode.PERMISSION_DENIED);
    }

    @Test
    void whoHasNoScopeMayReadNothing() throws Exception {
        Path upload = csv("a\n1\n");
        onContext(() -> tables.load("t", TableService.Mode.CREATE, TableService.Format.CSV, upload, null));
        scope.set(null);

        assertThat(failure(() -> queries.query(QueryRequest.of("FROM t")))).isEqualTo(ErrorCode.PERMISSION_DENIED);
        assertThat(failure(() -> tables.table("t"))).isEqualTo(ErrorCode.PERMISSION_DENIED);
        assertThat(failure(() -> tables.delete("t", null))).isEqualTo(ErrorCode.PERMISSION_DENIED);
        assertThat(onContext(tables::tables)).isEmpty();
    }

    @Test
    void manyStreamsShareTheCreditAndAllArrive() {
        List<QueryResult> results = java.util.stream.IntStream.range(0, 20)
                .mapToObj(i -> open("SELECT * FROM range(200000)"))
                .toList();
        assertThat(streams.counters().creditLeft()).isEqualTo(80 - 20 * 4);
        results.forEach(result -> assertThat(countRows(result)).isEqualTo(200_000));
    }
}
