package io.dataprism.service;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** Whatever a plugin sends to an address that it may send to: the failure says what is wrong, and the node foresaw it. */
class BadBodiesTest {

    private static final String PLUGIN = "sender";
    private static final String TARGET = "target";

    @TempDir
    static Path folder;

    private static ModelServer models;
    private static PluginNode node;

    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    /**
     * A row.
     *
     * @param body a good one, with every member
     * @param required those that must be there
     * @param words those that take some words alone
     * @param free those that may be anything
     */
    private record Row(String address, String body, Set<String> required, Set<String> words, Set<String> free) {
        @Override
        public String toString() {
            return address + " with " + body;
        }
    }

    /** @param members the required ones; {@code name=} takes some words alone, {@code name*} may be anything */
    private static Row row(String address, String body, String... members) {
        return new Row(
                "dataprism." + address,
                body,
                named(members, "[A-Za-z]+=?"),
                named(members, "[A-Za-z]+=|\\?[A-Za-z]+="),
                named(members, "[A-Za-z]+\\*"));
    }

    private static Set<String> named(String[] members, String form) {
        return Stream.of(members)
                .filter(member -> member.matches(form))
                .map(member -> member.replaceAll("[^A-Za-z]", ""))
                .collect(Collectors.toSet());
    }

    static Stream<Row> rows() {
        String query = "{'id': 'q', 'sql': 'SELECT 1', 'parameters': [1], 'batchRows': 9, 'timeoutMs': 9000, "
                + "'maxRows': 1, 'output': 'ROWS'}";
        return Stream.of(
                row("service.data.table", "{'name': 't'}", "name"),
                row(
                        "service.data.query",
                        query.replace("}", ", 'stream': {'node': 'n', 'stream': 's', 'credit': 1}}"),
                        "id",
                        "sql",
                        "parameters",
                        "batchRows",
                        "timeoutMs",
                        "?output=",
                        "stream",
                        "node",
                        "credit*"),
                row("service.data.query", "{'op': 'withdraw', 'id': 'q'}", "id"),
                row("service.data.load", "{'op': 'admit', 'name': 't', 'ifMatch': 1}", "op=", "name"),
                row("service.data.load", "{'op': 'drop', 'name': 't', 'ifMatch': 1}", "op=", "name"),
                row("service.data.load", "{'op': 'load', 'name': 't'}", "op=", "name"),
                row(
                        "service.data.keep",
                        "{'name': 't', 'mode': 'REPLACE', 'ifMatch': 1, 'query': " + query + "}",
                        "name",
                        "mode=",
                        "query",
                        "id",
                        "sql",
                        "parameters",
                        "batchRows",
                        "timeoutMs",
                        "?output="),
                row("service.storage.get", "{'key': 'a'}", "key"),
                row("service.storage.list", "{'prefix': 'a', 'after': 'a', 'limit': 1}"),
                row("service.storage.set", "{'key': 'a', 'value': 1}", "key", "value*"),
                row("service.storage.delete", "{'key': 'a'}", "key"),
                row(
                        "service.llm.chat",
                        "{'messages': [{'role': 'user', 'content': 'x'}], 'model': 'm', 'maxTokens': 1, "
                                + "'temperature': 1, 'stop': ['x']}",
                        "messages",
                        "role*",
                        "content*",
                        "temperature*"),
                row("service.llm.embed", "{'input': ['x'], 'model': 'm'}", "input"),
                row("service.config.set", "{'settings': {}}", "settings"),
                row(
                        "service.network.fetch",
                        "{'url': 'http://" + models.host() + "/ok', 'method': 'GET', 'headers': {'x-a': 'b'}, "
                                + "'body': '', 'timeoutMs': 9000, 'maxBytes': 9000, 'redirects': true}",
                        "url",
                        "?method=",
                        "x-a*"),
                row("service.network.connect", "{'host': '127.0.0.1', 'port': 5432}", "host", "port"),
                row(
                        "service.ui.render",
                        "{'view': 'v', 'mediaType': 'image/png', 'data': ''}",
                        "view=",
                        "mediaType=",
                        "data="),
                row("plugin." + TARGET, "{'operation': 'store', 'params': {}, 'options': {}}", "operation"),
                row("events.publish", "{'topic': 'shop:sold', 'data': 1}", "topic", "data*"),
                row("events.subscribe", "{'topics': ['shop:*']}", "topics"),
                row("service.logger", "{'message': 'm', 'level': 'info'}", "message", "?level="),
                row(
                        "service.metrics.record",
                        "{'points': [{'kind': 'counter', 'name': 'n', 'labels': {'a': 'b'}, 'value': 1}]}",
                        "points",
                        "kind=",
                        "name=",
                        "value*"));
    }

    @BeforeAll
    static void start() throws Exception {
        models = new ModelServer();
        node = new PluginNode(folder, PluginNode.llm(folder, models.url(), Duration.ofSeconds(10), 1_000_000));
        node.activate(TARGET, new JsonArray(), new JsonObject());
        JsonArray everything = PluginNode.permissions(
                "data read",
                "data write",
                "storage execute",
                "core execute llm",
                "core write config",
                "network execute",
                "ui write",
                "core execute plugin:" + TARGET,
                "core write events:shop:**",
                "core read events:shop:**");
        node.activate(PLUGIN, everything, new JsonObject());
    }

    @AfterAll
    static void stop() {
        node.close();
        models.close();
    }

    @BeforeEach
    void listen() {
        logged.start();
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).addAppender(logged);
    }

    @AfterEach
    void listenNoMore() {
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).detachAppender(logged);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void whatIsWrongWithABodyIsNamedAndForeseen(Row row) throws Exception {
        JsonObject good = new JsonObject(row.body().replace('\'', '"'));
        SoftAssertions softly = new SoftAssertions();
        for (BadBodies.BadBody bad : BadBodies.of(good, row.required(), row.words(), row.free())) {
            String sent = bad.body().encode();
            JsonObject answer = node.call(PLUGIN, row.address(), bad.body());
            softly.assertThat(answer.getString("code"))
                    .as("%s: %s", sent, answer)
                    .isEqualTo("REQUEST_INVALID");
            softly.assertThat(answer.getString("message", "")).as(sent).contains(bad.member());
        }
        softly.assertAll();
        assertThatNothingWasUnforeseen();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void anEmptyBodyIsForeseenEverywhere(Row row) throws Exception {
        JsonObject answer = node.call(PLUGIN, row.address(), new JsonObject());
        assertThat(answer.getString("code")).isIn(row.required().isEmpty() ? null : "REQUEST_INVALID");
        assertThatNothingWasUnforeseen();
    }

    @Test
    void aPluginLoadsTablesOfLegalNamesAlone() throws Exception {
        for (String name : List.of("", "A", "1a", "a-b", "a b", "a\"; DROP", "x".repeat(64))) {
            JsonObject load =
                    new JsonObject().put("table", name).put("mode", "REPLACE").put("batches", 1);
            JsonObject answer = node.execute(PLUGIN, "load", load);
            assertThat(answer.getString("code")).as(name).isEqualTo("REQUEST_INVALID");
            assertThat(answer.getString("message")).contains("[a-z_][a-z0-9_]{0,62}");
        }
        assertThat(node.get("/v1/tables")).isEqualTo("[]");
    }

    private void assertThatNothingWasUnforeseen() {
        assertThat(List.copyOf(logged.list))
                .filteredOn(event -> event.getThrowableProxy() != null)
                .extracting(ILoggingEvent::getFormattedMessage)
                .isEmpty();
    }
}
