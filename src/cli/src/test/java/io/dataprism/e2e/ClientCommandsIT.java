package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.cli.Main;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code ./dataprism query} and {@code events publish} against a node. */
class ClientCommandsIT {

    @TempDir
    static Path folder;

    private static Service service;

    @BeforeAll
    static void start() throws Exception {
        service = Service.start(folder.resolve("data"), "--no-sample", "--no-plugins");
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
    }

    @Test
    void rowsArePrintedInEveryFormat() {
        String sql = "SELECT range AS n, 'row ' || range AS name FROM range(2)";
        assertThat(run(0, "query", sql).out().lines()).containsExactly("n  name", "0  row 0", "1  row 1");
        assertThat(run(0, "query", sql, "--format", "csv").out().lines())
                .containsExactly("n,name", "0,row 0", "1,row 1");
        assertThat(run(0, "query", sql, "--format", "ndjson").out().lines())
                .containsExactly("{\"n\":0,\"name\":\"row 0\"}", "{\"n\":1,\"name\":\"row 1\"}");
        assertThat(new JsonObject(run(0, "query", sql, "--json").out()).getJsonArray("rows"))
                .hasSize(2);
        assertThat(run(0, "query", "SELECT ? AS word", "--parameter", "hello").out())
                .contains("hello");
        assertThat(run(0, "query", "FROM range(3000)").out().lines()).hasSize(3001);
    }

    @Test
    void aQueryThatFailsSaysWhyAndEndsWithOne() {
        assertThat(run(1, "query", "SELEC 1").err()).contains("SELEC");
        Ended late = run(
                1, "query", "SELECT CASE WHEN range = 90000 THEN error('late') ELSE range END AS n FROM range(100000)");
        assertThat(late.err()).containsAnyOf("late", "the engine stopped its threads before it told");
    }

    @Test
    void anEventIsPublished() throws Exception {
        String cursor = service.post("/v1/events/team:news", new JsonObject().put("data", 0))
                .expect(202)
                .json()
                .getString("cursor");
        assertThat(run(0, "events", "publish", "team:news", "{\"done\": true}").out())
                .matches("[A-Za-z0-9._~-]+\\R");
        assertThat(service.get("/v1/events/history?topic=team:news&after=" + cursor)
                        .expect(200)
                        .text())
                .contains("\"data\":{\"done\":true}", "\"source\":\"/users/admin\"");
        assertThat(run(1, "events", "publish", "core:news", "1").err()).contains("core:news");
        assertThat(run(2, "events", "publish", "team:news", "{").err()).contains("is no JSON");
        assertThat(run(2, "events", "tail", "--topic", "team:*", "--from", "never")
                        .err())
                .contains("latest or earliest");
        assertThat(run(1, "events", "tail", "--topic", "team:*:**:x").err()).contains("team:*:**:x");
    }

    private record Ended(String out, String err) {}

    private static Ended run(int exitCode, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--url", service.base().toString(), "--token", service.token()));
        assertThat(line.execute(all.toArray(String[]::new))).as(err.toString()).isEqualTo(exitCode);
        return new Ended(out.toString(), err.toString());
    }
}
