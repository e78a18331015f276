package io.dataprism.plugins.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Cells;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugin.RemoteTable;
import io.dataprism.plugins.testing.EngineInMemory;
import io.dataprism.plugins.testing.RealPostgres;
import io.dataprism.plugins.testing.TestHost;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.SocketFactory;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.types.pojo.Field;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The plugin in this JVM against a real server; {@code SourcesIT} has it in the real sandbox. */
class PostgresTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Map<String, Object> BY_ID = Map.of("incremental", Map.of("column", "id"));

    private static RealPostgres server;

    private final RootAllocator allocator = new RootAllocator();
    private final TestHost host = new TestHost("postgres", 64 << 20, null);
    private final Postgres plugin = new Postgres();

    @BeforeAll
    static void startServer() throws Exception {
        assumeThat(RealPostgres.installed()).as(RealPostgres.MISSING).isPresent();
        server = RealPostgres.start();
        server.sql(
                "CREATE TABLE wide AS SELECT i AS id, repeat('x', 500) AS text FROM generate_series(1, 100000) i;"
                        + "CREATE VIEW slow AS SELECT i, pg_sleep(0.001 * i) IS NULL AS late FROM generate_series(1, 100000) i");
    }

    @AfterAll
    static void stopServer() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void start() {
        host.configuration(settings(Map.of()));
        plugin.initialize(host.context()).block();
    }

    /** Whatever a test did, no connection and no memory is left. */
    @AfterEach
    void nothingIsLeft() throws Exception {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(server.connections()).isZero());
        plugin.cleanup().block();
        allocator.close();
    }

    private static Map<String, Object> settings(Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(Map.of(
                "host",
                "127.0.0.1",
                "port",
                server.port(),
                "database",
                RealPostgres.DATABASE,
                "user",
                RealPostgres.USER,
                "password",
                RealPostgres.PASSWORD,
                "sslMode",
                "disable"));
        settings.putAll(more);
        return settings;
    }

    @Test
    void everyCommonTypeHasAPlaceInArrow() throws Exception {
        server.sql(
                "CREATE TYPE mood AS ENUM ('sad', 'glad');"
                        + "CREATE TABLE types (a int2, b int4, c int8, d numeric(20,4), e numeric, f float4, g float8, h text, i bool,"
                        + " j date, k time, l timestamp, m timestamptz, n uuid, o bytea, p json, q jsonb, r int[], s mood, t interval,"
                        + " u char(3), v timetz, w inet);"
                        + "INSERT INTO types VALUES (-1, 2147483647, -9223372036854775808, 1234567890123456.7891, 1e40, 1.5,"
                        + " 0.1, E'ä\\t\"\\n', true, '2001-01-31', '10:11:12.123456', '0044-03-15 10:00:00.5 BC',"
                        + " '2001-01-31 10:00:00+02', '6b1d2a0e-0000-4000-8000-00000000000f', '\\x00ff', '{\"a\": 1}', '[1, null]',"
                        + " '{1,NULL,3}', 'glad', '1 day 2 hours', 'ab', '10:00:00+05:30', '10.0.0.1/8'); INSERT INTO types DEFAULT VALUES");
        Map<String, String> fields = new HashMap<>();
        List<List<String>> rows = new ArrayList<>();
        plugin.read("types", Map.of(), new LoadCheckpoint(null))
                .doOnNext(batch -> {
                    for (Field field : batch.schema().getFields()) {
                        fields.put(
                                field.getName(),
                                field.getType() + field.getMetadata().toString());
                    }
                    rows.addAll(texts(batch));
                })
                .blockLast(PATIENCE);
        assertThat(rows.getFirst())
                .containsExactly(
                        "-1",
                        "2147483647",
                        "-9223372036854775808",
                        "1234567890123456.7891",
                        "1" + "0".repeat(40),
                        "1.5",
                        "0.1",
                        "ä\t\"\n",
                        "true",
                        "2001-01-31",
                        "10:11:12.123456",
                        "-0043-03-15 10:00:00.5",
                        "2001-01-31 08:00:00+00",
                        "6b1d2a0e-0000-4000-8000-00000000000f",
                        "00ff",
                        "{\"a\": 1}",
                        "[1, null]",
                        "{1,NULL,3}",
                        "glad",
                        "1 day 02:00:00",
                        "ab ",
                        "10:00:00+05:30",
                        "10.0.0.1/8");
        assertThat(rows.get(1)).containsOnlyNulls();
        assertThat(fields)
                .containsEntry("a", "Int(16, true){}")
                .containsEntry("d", "Decimal(20, 4, 128){}")
                .containsEntry("e", "Utf8{}")
                .containsEntry("k", "Time(MICROSECOND, 64){}")
                .containsEntry("m", "Timestamp(MICROSECOND, UTC){}")
                .containsEntry("n", "Utf8{dataprism.type=UUID}")
                .containsEntry("o", "Binary{}")
                .containsEntry("q", "Utf8{dataprism.type=JSON}");
    }

    @Test
    void whatArrowHasNoValueForIsNamed() throws Exception {
        server.sql("CREATE TABLE endless AS SELECT 'infinity'::timestamptz AS t;"
                + "CREATE TABLE no_number AS SELECT 'NaN'::numeric(5,2) AS n");
        assertThatThrownBy(() -> read("endless", Map.of())).hasMessageContaining("Column 't' holds 'infinity'");
        assertThatThrownBy(() -> read("no_number", Map.of())).hasMessageContaining("Column 'n' holds 'NaN'");
    }

    @Test
    void aReaderThatAsksForOneBatchGetsOneAndACancelLeavesNothingOnTheServer() throws Exception {
        List<Batch> got = new ArrayList<>();
        BaseSubscriber<Batch> reader = take(got);
        plugin.read("public.wide", Map.of(), new LoadCheckpoint(null)).subscribe(reader);
        reader.request(1);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(got).hasSize(1));
        assertThat(got.getFirst().sizeBytes()).isLessThan(4 << 20);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                server.sql("SELECT state FROM pg_stat_activity WHERE application_name = 'dataprism'"))
                        .isEqualTo("idle in transaction"));
        reader.cancel();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(server.connections()).isZero());
        assertThat(got).hasSize(1);
        got.forEach(Batch::close);
    }

    @Test
    void wideRowsBehindNarrowOnesComeInSmallerFetches() throws Exception {
        server.sql("CREATE TABLE mixed AS SELECT i, repeat('x', CASE WHEN i > 2000 THEN 1000000 ELSE 1 END) AS t"
                + " FROM generate_series(1, 2090) i");
        List<Integer> rows = new ArrayList<>();
        plugin.read("mixed", Map.of(), new LoadCheckpoint(null))
                .doOnNext(batch -> {
                    rows.add(batch.rowCount());
                    batch.close();
                })
                .blockLast(PATIENCE);
        assertThat(rows.stream().mapToInt(each -> each).sum()).isEqualTo(2_090);
        assertThat(rows).hasSizeGreaterThan(40);
    }

    @Test
    void aCancelEndsAQueryThatTheServerIsStillComputing() throws Exception {
        List<Batch> got = new ArrayList<>();
        BaseSubscriber<Batch> reader = take(got);
        plugin.read("slow", Map.of(), new LoadCheckpoint(null)).subscribe(reader);
        reader.request(1);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(server.sql(
                                "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%slow%'"
                                        + " AND pid <> pg_backend_pid()"))
                        .isEqualTo("1"));
        reader.cancel();
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(server.connections()).isZero());
        got.forEach(Batch::close);
    }

    @Test
    @Tag("longer")
    void aCancelAtAnyMomentLeavesNothingOnTheServer() throws Exception {
        for (int moment = 0; moment < 12; moment++) {
            List<Batch> got = new ArrayList<>();
            BaseSubscriber<Batch> reader = take(got);
            plugin.read("slow", Map.of(), new LoadCheckpoint(null)).subscribe(reader);
            reader.request(1);
            for (int asked = 0; asked < moment % 4; asked++) {
                server.connections();
            }
            reader.cancel();
            await().atMost(Duration.ofSeconds(8))
                    .pollInterval(Duration.ofMillis(20))
                    .untilAsserted(() -> assertThat(server.connections()).isZero());
            got.forEach(Batch::close);
        }
    }

    private static BaseSubscriber<Batch> take(List<Batch> into) {
        return new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {}

            @Override
            protected void hookOnNext(Batch batch) {
                into.add(batch);
            }
        };
    }

    @Test
    void anIncrementalReadGoesOnWhereTheLastOneEnded() throws Exception {
        server.sql("CREATE TABLE log (id bigserial, t text); INSERT INTO log (t) VALUES ('a'), ('b')");
        LoadCheckpoint first = new LoadCheckpoint(null);
        assertThat(read("log", BY_ID, first)).containsExactly(List.of("1", "a"), List.of("2", "b"));
        assertThat(first.last()).asInstanceOf(InstanceOfAssertFactories.MAP).containsEntry("value", "2");
        server.sql("INSERT INTO log (t) VALUES ('c')");
        LoadCheckpoint second = new LoadCheckpoint(first.last());
        assertThat(read("log", BY_ID, second)).containsExactly(List.of("3", "c"));
        LoadCheckpoint third = new LoadCheckpoint(second.last());
        assertThat(read("log", BY_ID, third)).isEmpty();
        assertThat(third.last()).isNull();
        assertThat(read("log", Map.of("columns", List.of("t")), new LoadCheckpoint(null)))
                .hasSize(3);
        assertThatThrownBy(() -> read("log", Map.of("columns", List.of("t"), "incremental", Map.of("column", "id"))))
                .hasMessageContaining("'id', which is not among the columns [t]");
    }

    @Test
    void twoDatabasesWithATableOfOneNameAreReadEachFromWhereItWas() throws Exception {
        server.sql("CREATE TABLE twin (id bigserial, t text); INSERT INTO twin (t) VALUES ('a')");
        server.sql("CREATE DATABASE other TEMPLATE " + RealPostgres.DATABASE);
        Map<String, Object> stored = new ConcurrentHashMap<>();
        try (EngineInMemory engine = new EngineInMemory(allocator)) {
            TestHost storing = new TestHost("postgres", 64 << 20, engine)
                    .configuration(settings(Map.of()))
                    .hostCalls((address, body) -> Mono.fromSupplier(() -> storage(stored, address, body)));
            Postgres loading = new Postgres();
            loading.initialize(storing.context()).block();
            assertThat(load(loading, engine, "replace")).isEqualTo(1);
            loading.configure(settings(Map.of("database", "other"))).block();
            assertThat(load(loading, engine, "append")).as("its rows too").isEqualTo(2);
            server.sql("INSERT INTO twin (t) VALUES ('b')");
            loading.configure(settings(Map.of())).block();
            assertThat(load(loading, engine, "append")).as("the new one alone").isEqualTo(3);
            assertThat(load(loading, engine, "replace")).isEqualTo(2);
            assertThat(stored).as("of what was replaced nothing is known").hasSize(1);

            LoadCheckpoint checkpoint =
                    new LoadCheckpoint(stored.values().iterator().next());
            loading.configure(settings(Map.of("database", "other"))).block();
            loading.read("twin", BY_ID, checkpoint)
                    .doOnNext(batch -> assertThat(texts(batch)).hasSize(1))
                    .blockLast(PATIENCE);
            assertThat(checkpoint.last()).as("read from its first row").isNotNull();
            loading.cleanup().block();
        }
    }

    /** The rows that the table has then. */
    private static long load(Postgres plugin, EngineInMemory engine, String mode) throws SQLException {
        Map<String, Object> params =
                Map.of("table", "twin", "into", "twin", "mode", mode, "incremental", Map.of("column", "id"));
        plugin.execute("load", params).subscribeOn(Schedulers.boundedElastic()).block(PATIENCE);
        return engine.rows("FROM twin").size();
    }

    private static Object storage(Map<String, Object> stored, String address, Map<String, ?> body) {
        String key = String.valueOf(body.get("key"));
        Map<String, Object> reply = new HashMap<>();
        switch (address) {
            case "dataprism.service.storage.get" -> reply.put("value", stored.get(key));
            case "dataprism.service.storage.set" -> stored.put(key, Objects.requireNonNull(body.get("value")));
            case "dataprism.service.storage.delete" -> reply.put("deleted", stored.remove(key) != null);
            case "dataprism.service.storage.list" -> reply.put("keys", List.copyOf(stored.keySet()));
            default -> throw new PluginException("NOT_FOUND", address);
        }
        return reply;
    }

    @Test
    void aWriteIsAllOrNothing() throws Exception {
        try (EngineInMemory engine = new EngineInMemory(allocator)) {
            String some = "SELECT i::INTEGER AS id, 'row ' || i AS t FROM range(5000) r(i)";
            assertThat(write("made", "create", engine.query(some))).isEqualTo(5_000);
            assertThat(write("made", null, engine.query(some))).isEqualTo(5_000);
            assertThat(write("made", "replace", engine.query(some))).isEqualTo(5_000);
            assertThat(server.sql("SELECT count(*), count(DISTINCT t), sum(id) FROM made"))
                    .isEqualTo("5000|5000|12497500");

            assertThatThrownBy(() -> write("made", "create", engine.query(some)))
                    .hasMessageContaining("already exists");
            assertThatThrownBy(() -> write("nowhere", null, engine.query(some)))
                    .isInstanceOfSatisfying(
                            PluginException.class,
                            failure -> assertThat(failure.code()).isEqualTo("REQUEST_INVALID"));
            assertThatThrownBy(() -> write(
                            "made",
                            "replace",
                            Flux.concat(engine.query(some), Flux.error(new IllegalStateException("broken off")))))
                    .hasMessageContaining("broken off");
            server.sql("ALTER TABLE made ADD CHECK (id < 4990)  NOT VALID");
            assertThatThrownBy(() -> write("made", null, engine.query(some))).hasMessageContaining("violates check");
            assertThat(server.sql("SELECT count(*), sum(id) FROM made")).isEqualTo("5000|12497500");
            assertThat(engine.openResults()).isZero();
        }
    }

    @Test
    void whatTheEngineHasComesBackAsItWas() throws Exception {
        try (EngineInMemory engine = new EngineInMemory(allocator)) {
            String values = "SELECT 1::TINYINT AS a, 9007199254740993 AS b, 1.25::DECIMAL(9,3) AS c, 0.1::DOUBLE AS d,"
                    + " 'back\\slash' || chr(9) || chr(10) || chr(13) AS e, '\\x00\\xFF'::BLOB AS f, DATE '2001-01-31' AS g,"
                    + " TIMESTAMP '2001-01-31 10:00:00.123456' AS h, TIME '10:00:00' AS i, true AS j, '\\N' AS k"
                    + " UNION ALL SELECT NULL, NULL, NULL, NULL, '', NULL, NULL, NULL, NULL, NULL, NULL ORDER BY 1";
            List<List<String>> before = new ArrayList<>();
            engine.query(values).doOnNext(batch -> before.addAll(texts(batch))).blockLast(PATIENCE);
            write("there", "create", engine.query(values));
            assertThat(read("there", Map.of())).isEqualTo(before);
            assertThat(server.sql("SELECT count(*) FROM there WHERE e = '' AND k IS NULL"))
                    .isEqualTo("1");
        }
    }

    @Test
    void tablesAreDiscoveredAndTheConnectionTested() throws Exception {
        server.sql(
                "CREATE SCHEMA \"Other Things\"; CREATE TABLE \"Other Things\".\"T\" (a int NOT NULL, b numeric(5,2))");
        List<RemoteTable> tables = Objects.requireNonNull(plugin.discover().block(PATIENCE));
        assertThat(tables)
                .contains(new RemoteTable(
                        "Other Things.T",
                        List.of(
                                new RemoteTable.Column("a", "integer", false),
                                new RemoteTable.Column("b", "numeric(5,2)", true)),
                        null,
                        true))
                .extracting(RemoteTable::name)
                .contains("public.wide", "public.slow");
        assertThat(read("Other Things.T", Map.of())).isEmpty();
        assertThat(plugin.testConnection().block(PATIENCE)).satisfies(report -> {
            assertThat(report.connected()).isTrue();
            assertThat(report.detail()).startsWith("PostgreSQL ").contains("not encrypted");
        });
        plugin.configure(settings(Map.of("password", "wrong-secret"))).block();
        assertThat(plugin.testConnection().block(PATIENCE)).satisfies(report -> {
            assertThat(report.connected()).isFalse();
            assertThat(report.detail())
                    .contains("password authentication failed")
                    .doesNotContain("wrong-secret");
        });
    }

    @Test
    void noMoreConnectionsAreOpenThanTheSettingsAllow() {
        plugin.configure(settings(Map.of("maxConnections", 1, "connectTimeoutSeconds", 1)))
                .block();
        List<Batch> got = new ArrayList<>();
        BaseSubscriber<Batch> reader = take(got);
        plugin.read("wide", Map.of(), new LoadCheckpoint(null)).subscribe(reader);
        assertThatThrownBy(() -> read("wide", Map.of()))
                .isInstanceOfSatisfying(
                        PluginException.class,
                        failure -> assertThat(failure.code()).isEqualTo("QUOTA_EXCEEDED"));
        reader.cancel();
    }

    @Test
    void tlsIsCheckedAsFarAsTheModeSays(@TempDir Path folder) throws Exception {
        String certificate = server.certificate();
        for (Map<String, Object> good : List.<Map<String, Object>>of(
                Map.of("sslMode", "require"),
                Map.of("sslMode", "verify-ca", "rootCertificate", certificate),
                Map.of("sslMode", "verify-full", "rootCertificate", certificate))) {
            Session session = open(good, folder);
            try (var result = session.connection()
                    .createStatement()
                    .executeQuery("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")) {
                assertThat(result.next() && result.getBoolean(1))
                        .as(good.toString())
                        .isTrue();
            } finally {
                session.close();
            }
        }
        // a certificate that the JDK does not trust; a host that the certificate does not name
        for (Map<String, Object> bad : List.<Map<String, Object>>of(
                Map.of("sslMode", "verify-full"),
                Map.of("sslMode", "verify-full", "rootCertificate", certificate, "host", "127.0.0.2"))) {
            assertThatThrownBy(() -> open(bad, folder)).isInstanceOf(PluginException.class);
        }
    }

    private Session open(Map<String, Object> more, Path folder) {
        Sessions sessions = new Sessions(
                Settings.of(settings(more)),
                SocketFactory.getDefault(),
                folder,
                host.context().logger());
        try {
            return sessions.open();
        } finally {
            sessions.close();
        }
    }

    private long write(String table, String mode, Flux<Batch> data) {
        Map<String, Object> params = new HashMap<>();
        params.put("mode", mode);
        return Objects.requireNonNull(plugin.write(table, data, params).block(PATIENCE))
                .rows();
    }

    private List<List<String>> read(String table, Map<String, Object> params) {
        return read(table, params, new LoadCheckpoint(null));
    }

    private List<List<String>> read(String table, Map<String, Object> params, LoadCheckpoint checkpoint) {
        List<List<String>> rows = new ArrayList<>();
        plugin.read(table, params, checkpoint)
                .doOnNext(batch -> rows.addAll(texts(batch)))
                .blockLast(PATIENCE);
        return rows;
    }

    /** And closes it. */
    private static List<List<String>> texts(Batch batch) {
        try (batch) {
            List<List<String>> rows = new ArrayList<>();
            for (int row = 0; row < batch.rowCount(); row++) {
                int at = row;
                rows.add(batch.root().getFieldVectors().stream()
                        .map(column -> column.isNull(at) ? null : Cells.text(column, at))
                        .collect(ArrayList::new, ArrayList::add, ArrayList::addAll));
            }
            return rows;
        }
    }
}
