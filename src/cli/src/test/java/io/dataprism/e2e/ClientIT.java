package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dataprism.client.Batch;
import io.dataprism.client.Call;
import io.dataprism.client.ClientException;
import io.dataprism.client.ConnectionException;
import io.dataprism.client.DataPrism;
import io.dataprism.client.Event;
import io.dataprism.client.Patience;
import io.dataprism.client.PluginInfo;
import io.dataprism.client.ProblemException;
import io.dataprism.client.Query;
import io.dataprism.client.Subscription;
import io.dataprism.client.TableInfo;
import io.dataprism.client.Tables;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;

/** The Java client against a node. */
@Tag("longer")
class ClientIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    /** What the allocator takes for one of the engine's batches. */
    private static final long BATCH_BYTES = 2L << 20;

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    @TempDir
    static Path folder;

    private static Service service;
    private DataPrism client;

    @BeforeAll
    static void start() throws Exception {
        service = Service.start(folder.resolve("data"));
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
    }

    @BeforeEach
    void connect() {
        client = DataPrism.connect(service.base(), service.token());
    }

    /** No test leaves a batch behind. */
    @AfterEach
    void nothingIsHeld() {
        await().atMost(LIMIT).until(() -> client.allocatedBytes() == 0);
        client.close();
    }

    @Test
    void tenThousandEventsComeOnceAndInOrder() throws Exception {
        int count = 10_000;
        String before = published("many:start", JSON.nullNode());
        var following = client.events(Subscription.to("many:numbers").after(before))
                .take(count)
                .map(event -> event.data().asInt())
                .collectList()
                .toFuture();
        try (WebSocketClient publisher = service.webSocket()) {
            for (int number = 0; number < count; number++) {
                publisher.send(new JsonObject()
                        .put("op", "publish")
                        .put("id", "p" + number)
                        .put("topic", "many:numbers")
                        .put("data", number));
                if (number % 100 == 99) {
                    String last = "p" + number;
                    publisher.next(frame -> last.equals(frame.getString("id")));
                }
            }
        }

        assertThat(following.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .isEqualTo(IntStream.range(0, count).boxed().toList());
        assertThat(client.counters().gaps()).isZero();
        assertThat(client.counters().duplicates()).isZero();
    }

    @Test
    void aReaderGetsWhatItAsksForAndNoMore() throws Exception {
        List<Event> events = new CopyOnWriteArrayList<>();
        BaseSubscriber<Event> reader = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
                // asks for nothing
            }

            @Override
            protected void hookOnNext(Event event) {
                events.add(event);
            }
        };
        String before = published("slow:start", JSON.nullNode());
        client.events(Subscription.to("slow:news").after(before)).subscribe(reader);
        for (int number = 0; number < 10; number++) {
            published("slow:news", JSON.numberNode(number));
        }
        for (int asked = 1; asked <= 5; asked++) {
            int expected = asked;
            reader.request(1);
            await().atMost(LIMIT).until(() -> events.size() == expected);
        }
        await().during(Duration.ofMillis(500)).atMost(LIMIT).until(() -> events.size() == 5);
        assertThat(events).extracting(event -> event.data().asInt()).containsExactly(0, 1, 2, 3, 4);

        reader.cancel();
        await().atMost(LIMIT)
                .until(() -> service.get("/v1/events/stats").expect(200).text().indexOf("slow:news") < 0);
    }

    @Test
    void aMillionRowsGoThroughAReaderThatBlocksWithFewBatchesInMemory() throws Exception {
        Semaphore turns = new Semaphore(1);
        AtomicLong mostBytes = new AtomicLong();
        var rows = client.query(Query.of("SELECT range AS n, repeat('x', 40) AS text FROM range(?)", 1_000_000)
                        .within(Duration.ofMinutes(5)))
                .map(batch -> {
                    try (batch) {
                        turns.acquireUninterruptibly();
                        mostBytes.accumulateAndGet(client.allocatedBytes(), Math::max);
                        return batch.rowCount();
                    }
                })
                .reduce(0, Integer::sum)
                .toFuture();
        await().atMost(LIMIT).until(() -> client.allocatedBytes() > BATCH_BYTES);
        await().during(Duration.ofSeconds(1)).atMost(LIMIT).until(() -> {
            mostBytes.accumulateAndGet(client.allocatedBytes(), Math::max);
            return queries().size() == 1;
        });
        assertThat(rows).as("rows of a query that waits for its reader").isNotDone();
        turns.release(1_000_000);

        assertThat(rows.get(60, TimeUnit.SECONDS)).isEqualTo(1_000_000);
        assertThat(mostBytes.get())
                .as("that is held at once: four that wait, and the reader's own")
                .isBetween(1L, 5 * BATCH_BYTES);
    }

    @Test
    void aReaderThatStopsStopsTheEngineAndOneThatCancelsEndsTheQuery() throws Exception {
        BatchCollector reader = new BatchCollector();
        client.query(Query.of("SELECT * FROM range(1000000000)").within(Duration.ofMinutes(5)))
                .subscribe(reader);
        reader.one().close();
        AtomicReference<Long> rows = new AtomicReference<>(-1L);
        await().pollInterval(Duration.ofMillis(500)).atMost(LIMIT).until(() -> {
            long now = queries().getJsonObject(0).getLong("rows");
            return rows.getAndSet(now) == now;
        });
        assertThat(rows.get()).isLessThan(10_000_000);

        reader.request(3);
        reader.cancel();
        await().atMost(LIMIT).until(() -> queries().isEmpty());
        while (reader.waiting() > 0) {
            reader.one().close();
        }
    }

    @Test
    void whatIsRefusedIsATypedProblem() {
        assertProblem(client.query("SELEC 1").then(), 400, "QUERY_INVALID");
        assertProblem(client.query("FROM nowhere").then(), 404, "TABLE_NOT_FOUND");
        assertProblem(client.publish("core:status", JSON.nullNode()).then(), 403, "PERMISSION_DENIED");
        assertProblem(client.plugins().get("nobody").then(), 404, "PLUGIN_NOT_FOUND");
        assertProblem(client.events(Subscription.to("a:**:b")).then(), 400, "REQUEST_INVALID");
        DataPrism stranger = DataPrism.connect(service.base(), "nobody");
        assertProblem(stranger.status().then(), 401, "UNAUTHENTICATED");
        assertProblem(stranger.query("SELECT 1").then(), 401, "UNAUTHENTICATED");
        assertProblem(stranger.events(Subscription.to("core:**")).then(), 401, "UNAUTHENTICATED");
        stranger.close();
    }

    /** Over HTTP it would be an aborted body, and nobody would know why. */
    @Test
    void aQueryThatFailsAfterItsFirstRowSaysWhy() throws Exception {
        client.query("SELECT 1").doOnNext(Batch::close).blockLast(LIMIT); // the first takes longer
        BatchCollector reader = new BatchCollector();
        client.query(Query.of("SELECT * FROM range(1000000000)").within(Duration.ofSeconds(6)))
                .subscribe(reader);
        reader.one().close();

        assertThatThrownBy(() -> reader.end().get())
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.code()).isEqualTo("QUERY_TIMEOUT"));
    }

    @Test
    void aNodeThatIsNotThereIsSaidSo() {
        try (DataPrism nobody = DataPrism.connect(
                URI.create("http://127.0.0.1:1"),
                Mono.just("token"),
                Patience.usual().givingUpAfter(Duration.ofMillis(500)))) {
            assertThatThrownBy(() -> nobody.status().block(LIMIT)).isInstanceOf(ConnectionException.class);
            assertThatThrownBy(() -> nobody.query("SELECT 1").blockLast(LIMIT))
                    .isInstanceOfSatisfying(
                            ClientException.class,
                            failure -> assertThat(failure.retryable()).isTrue());
            assertThatThrownBy(() -> nobody.events(Subscription.to("core:**")).blockLast(LIMIT))
                    .isInstanceOf(ConnectionException.class);
        }
    }

    @Test
    void aRevokedTokenEndsWhoFollows() throws Exception {
        JsonObject token = service.post(
                        "/v1/tokens",
                        new JsonObject()
                                .put("sub", "guest")
                                .put("roles", new JsonArray().add("subscriber"))
                                .put("ttlSeconds", 600))
                .expect(201)
                .json();
        try (DataPrism guest = DataPrism.connect(service.base(), token.getString("token"))) {
            var following = guest.events(Subscription.to("core:**")).then().toFuture();
            await().atMost(LIMIT).until(() -> guest.counters().connections() == 1);
            service.delete("/v1/tokens/" + token.getString("id")).expect(204);

            assertThatThrownBy(() -> following.get(60, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            problem -> assertThat(problem.code()).isEqualTo("UNAUTHENTICATED"));
        }
    }

    @Test
    void aPluginIsGovernedAndCalled() {
        JsonNode granted = client.plugins().grantRequested("delay-statistics").block(LIMIT);
        assertThat(granted.path("pending")).isEmpty();
        assertThat(client.plugins()
                        .activate("delay-statistics")
                        .map(PluginInfo::state)
                        .block(LIMIT))
                .isEqualTo("active");
        assertThat(client.plugins()
                        .list("utility", null)
                        .map(PluginInfo::name)
                        .collectList()
                        .block(LIMIT))
                .doesNotContain("delay-statistics")
                .isNotEmpty();

        Call call = Call.of("delay-statistics", "statistics")
                .params(JSON.objectNode().put("by", "origin"))
                .inputSql("SELECT origin, delay FROM flights WHERE origin IN ('JFK', 'SFO')");
        List<String> origins = client.dataset(call)
                .flatMapIterable(batch -> {
                    try (batch) {
                        return IntStream.range(0, batch.rowCount())
                                .mapToObj(row ->
                                        batch.column("origin").getObject(row).toString())
                                .toList();
                    }
                })
                .collectList()
                .block(LIMIT);
        assertThat(origins).containsExactlyInAnyOrder("JFK", "SFO");
        assertThat(client.call(call).block(LIMIT).path("rows")).hasSize(2);
        assertThat(client.plugins()
                        .logs("delay-statistics", false)
                        .collectList()
                        .block(LIMIT))
                .allMatch(line -> line.has("message"));
        assertThat(client.plugins()
                        .deactivate("delay-statistics")
                        .map(PluginInfo::state)
                        .block(LIMIT))
                .isEqualTo("loaded");
    }

    @Test
    void aTableIsLoadedReadAndDropped() {
        Tables tables = client.tables();
        byte[] csv = "code,name\nORD,Chicago\n".getBytes(StandardCharsets.UTF_8);
        assertThat(tables.put("airports", Tables.Mode.CREATE, "text/csv", csv)
                        .map(TableInfo::rows)
                        .block(LIMIT))
                .isEqualTo(1);
        assertThat(tables.put("airports", Tables.Mode.APPEND, "SELECT 'DFW' AS code, 'Dallas' AS name")
                        .map(TableInfo::version)
                        .block(LIMIT))
                .isEqualTo(2);
        assertThat(tables.list().map(TableInfo::name).collectList().block(LIMIT))
                .contains("airports", "flights");
        assertProblem(
                tables.put("airports", Tables.Mode.CREATE, "text/csv", csv).then(), 409, "TABLE_EXISTS");
        tables.drop("airports").block(LIMIT);
        assertProblem(tables.get("airports").then(), 404, "TABLE_NOT_FOUND");
    }

    private static void assertProblem(Mono<?> call, int status, String code) {
        assertThatThrownBy(() -> call.block(LIMIT)).isInstanceOfSatisfying(ProblemException.class, problem -> {
            assertThat(problem.code()).isEqualTo(code);
            assertThat(problem.status()).isEqualTo(status);
            assertThat(problem.hint()).isNotBlank();
        });
    }

    private String published(String topic, JsonNode data) {
        return client.publish(topic, data).block(LIMIT).cursor();
    }

    private static JsonArray queries() throws Exception {
        return new JsonArray(service.get("/v1/queries").expect(200).text());
    }
}
