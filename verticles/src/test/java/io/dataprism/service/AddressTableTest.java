package io.dataprism.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowingConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every address that a plugin may send to: with the grant it works, without it is refused, with a narrower scope it works
 * inside the scope alone; and each refusal is in the audit log with plugin, address and what is missing.
 */
class AddressTableTest {

    private static final String PLUGIN = "sender";
    private static final String TARGET = "target";

    @TempDir
    static Path folder;

    private static ModelServer models;
    private static PluginNode node;

    /**
     * A row.
     *
     * @param grant what is needed, as narrow as can be
     * @param inside a body that is inside of the scope
     * @param outside one that is not; null where the scope is all or nothing
     */
    private record Row(
            String address,
            String grant,
            String inside,
            @Nullable String outside) {
        @Override
        public String toString() {
            return address + " with " + grant;
        }
    }

    private static Row row(String address, String grant, String inside, @Nullable String outside) {
        return new Row("dataprism." + address, grant, inside, outside);
    }

    static Stream<Row> rows() {
        return Stream.of(
                row("service.data.tables", "data read kept_*", "{}", null),
                row("service.data.table", "data read kept_*", "{'name': 'kept_a'}", "{'name': 'other'}"),
                row("service.data.query", "data read kept_*", "{'sql': 'FROM kept_a'}", "{'sql': 'FROM other'}"),
                row("service.data.load", "data write kept_*", load("kept_c"), load("other")),
                row("service.data.keep", "data write kept_*", keep("kept_b"), keep("other")),
                row("service.storage.get", "storage read in/*", "{'key': 'in/a'}", "{'key': 'out/a'}"),
                row("service.storage.list", "storage read in/*", "{}", null),
                row(
                        "service.storage.set",
                        "storage write in/*",
                        "{'key': 'in/a', 'value': 1}",
                        "{'key': 'out/a', 'value': 1}"),
                row("service.storage.delete", "storage write in/*", "{'key': 'in/a'}", "{'key': 'out/a'}"),
                row("service.metrics.getMetrics", "core read metrics", "{}", null),
                row("service.metrics.getStatus", "core read metrics", "{}", null),
                row("service.metrics.getMemoryUsage", "core read metrics", "{}", null),
                row("service.llm.chat", "core execute llm", "{'messages': [{'role': 'user', 'content': 'x'}]}", null),
                row("service.llm.embed", "core execute llm", "{'input': ['x']}", null),
                row("service.config.set", "core write config", "{'settings': {}}", null),
                row("service.network.fetch", "network read " + models.host(), fetch("GET", "ok"), fetch("POST", "ok")),
                row("service.network.fetch", "network write " + models.host(), fetch("POST", "ok"), fetch("GET", "ok")),
                row(
                        "service.network.connect",
                        "network execute 127.0.0.1:5432",
                        "{'host': '127.0.0.1', 'port': 5432}",
                        "{'host': '127.0.0.1', 'port': 5433}"),
                row(
                        "service.ui.render",
                        "ui write map-*",
                        "{'view': 'map-1', 'mediaType': 'image/png', 'data': ''}",
                        "{'view': 'chart', 'mediaType': 'image/png', 'data': ''}"),
                row("plugin." + TARGET, "core execute plugin:" + TARGET, call(), null),
                row(
                        "events.publish",
                        "core write events:shop:**",
                        "{'topic': 'shop:sold', 'data': 1}",
                        "{'topic': 'bank:moved', 'data': 1}"),
                row(
                        "events.subscribe",
                        "core read events:shop:**",
                        "{'topics': ['shop:*']}",
                        "{'topics': ['bank:*']}"));
    }

    @BeforeAll
    static void start() throws Exception {
        models = new ModelServer();
        node = new PluginNode(folder, PluginNode.llm(folder, models.url(), Duration.ofSeconds(10), 1_000_000));
        node.load("kept_a", "n\n1\n");
        node.load("other", "n\n1\n");
        node.activate(TARGET, new JsonArray(), new JsonObject());
        JsonArray everything =
                PluginNode.permissions(rows().map(Row::grant).distinct().toArray(String[]::new));
        everything.addAll(PluginNode.permissions("data read"));
        node.activate(PLUGIN, everything, new JsonObject());
    }

    @AfterAll
    static void stop() {
        node.close();
        models.close();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void withTheGrantItWorksInsideTheScopeAlone(Row row) throws Exception {
        grant(row.address().endsWith("keep") ? new String[] {row.grant(), "data read"} : new String[] {row.grant()});
        assertThat(send(row, row.inside()).fieldNames()).containsExactly("ok");
        String outside = row.outside();
        if (outside != null) {
            assertRefused(row, send(row, outside));
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void withoutTheGrantItIsRefused(Row row) throws Exception {
        grant();
        boolean topics = row.address().contains("events.");
        assertRefused(row, send(row, topics && row.outside() != null ? row.outside() : row.inside()));
    }

    @ParameterizedTest
    @MethodSource("always")
    void whatIsAPluginsOwnNeedsNoGrant(Row row) throws Exception {
        grant();
        assertThat(send(row, row.inside()).fieldNames()).containsExactly("ok");
    }

    static Stream<Row> always() {
        return Stream.of(
                row("service.config.get", "nothing", "{}", null),
                row("service.logger", "nothing", "{'message': 'm'}", null),
                row("service.metrics.record", "nothing", "{'points': []}", null),
                row("events.publish", "nothing", "{'topic': 'plugin:sender:own', 'data': 1}", null),
                row("events.subscribe", "nothing", "{'topics': ['plugin:sender:**']}", null));
    }

    @ParameterizedTest
    @MethodSource("nobodys")
    void whatIsTheNodesAloneIsRefusedWhateverIsGranted(Row row) throws Exception {
        grant(rows().map(Row::grant).distinct().toArray(String[]::new));
        assertRefused(row, send(row, row.inside()), line -> assertThat(line).doesNotContain("\"needed\""));
    }

    static Stream<Row> nobodys() {
        return Stream.of(
                        "engine",
                        "audit",
                        "catalog",
                        "catalog.put",
                        "node.n1.streams",
                        "service.unknown",
                        "service.storage.unknown",
                        "anything")
                .map(address -> row(address, "nothing", "{}", null));
    }

    private static JsonObject send(Row row, String body) throws Exception {
        JsonObject json = new JsonObject(body.replace('\'', '"'));
        return switch (row.address()) {
            // a stream goes with these two, so that only the typed service can send them
            case "dataprism.service.data.query" -> node.execute(PLUGIN, "query", json);
            case "dataprism.service.data.load" -> node.execute(PLUGIN, "load", json);
            default -> node.call(PLUGIN, row.address(), json);
        };
    }

    private static void grant(String... grants) throws Exception {
        node.put(
                "/v1/plugins/" + PLUGIN + "/grants",
                new JsonObject().put("permissions", PluginNode.permissions(grants)));
    }

    private static void assertRefused(Row row, JsonObject answer) {
        assertRefused(row, answer, line -> assertThat(line).contains("\"needed\":{\"resource\":\""));
    }

    private static void assertRefused(Row row, JsonObject answer, ThrowingConsumer<String> needed) {
        assertThat(answer.getString("code")).as(answer.encode()).isEqualTo("PERMISSION_DENIED");
        await().untilAsserted(() -> {
            List<String> lines = node.get("/v1/audit?action=permission.refused&limit=1000")
                    .lines()
                    .toList();
            assertThat(lines).anySatisfy(line -> {
                assertThat(line).contains("\"" + row.address() + "\"", "/plugins/" + PLUGIN, "\"missing\":\"");
                needed.accept(line);
            });
        });
    }

    private static String fetch(String method, String path) {
        return "{'method': '" + method + "', 'url': 'http://" + models.host() + "/" + path + "'}";
    }

    private static String load(String table) {
        return "{'table': '" + table + "', 'mode': 'REPLACE', 'batches': 1}";
    }

    private static String keep(String table) {
        return "{'name': '" + table + "', 'mode': 'REPLACE', 'query': {'id': 'q-" + table
                + "', 'sql': 'SELECT 1 AS n', 'parameters': [], 'batchRows': 1000, 'timeoutMs': 10000}}";
    }

    private static String call() {
        return "{'operation': 'store', 'params': {}}";
    }
}
