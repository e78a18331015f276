package io.dataprism.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.dataprism.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** {@code cluster status} and {@code cluster drain}: what is sent, and what is printed. */
class ClusterCommandsTest {

    private static final String CLUSTER = """
            {"members": [
              {"id": "n1", "address": "10.0.0.1:8080", "roles": ["gateway", "engine"], "version": "0.1.0",
               "state": "ready", "data": true},
              {"id": "n2", "address": "10.0.0.2:8080", "roles": ["plugins"], "version": "0.1.0", "data": false,
               "state": "draining", "labels": {"zone": "b"}}],
             "placement": [{"plugin": "bar-chart", "nodes": ["n1", "n2"]}, {"plugin": "scheduler", "nodes": []}]}
            """;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<String> asked = new ArrayList<>();
    private String answer = CLUSTER;
    private int status = 200;
    private HttpServer node;

    @BeforeEach
    void listen() throws IOException {
        node = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        node.createContext("/", exchange -> {
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        node.start();
    }

    @AfterEach
    void stop() {
        node.stop(0);
    }

    private int run(String arguments) {
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(("cluster " + arguments + " --token t --url http://127.0.0.1:"
                        + node.getAddress().getPort())
                .split(" "));
    }

    @Test
    void showsNodesAndWhereWhatRuns() {
        assertThat(run("status")).isZero();
        assertThat(out.toString().lines().map(line -> line.replaceAll(" +", " ")))
                .containsExactly(
                        "ID ADDRESS ROLES VERSION NOTES",
                        "n1 10.0.0.1:8080 gateway, engine 0.1.0",
                        "n2 10.0.0.2:8080 plugins 0.1.0 draining, keeps no share, zone=b",
                        "",
                        "PLUGIN NODES",
                        "bar-chart n1, n2",
                        "scheduler none");
        assertThat(asked).containsExactly("GET /v1/cluster");
    }

    @Test
    void whereNothingRunsOnlyNodesAreShown() {
        answer = "{\"members\": [{\"id\": \"n1\"}], \"placement\": []}";
        assertThat(run("status")).isZero();
        assertThat(out.toString()).doesNotContain("PLUGIN");
    }

    @Test
    void aMinoritySaysSo() {
        answer = "{\"members\": [{\"id\": \"n1\"}], \"placement\": [], \"majority\": false}";
        assertThat(run("status")).isZero();
        assertThat(out.toString()).contains("Too few nodes are seen");
    }

    @Test
    void scriptsGetTheNodesAnswer() {
        assertThat(run("status --json")).isZero();
        assertThat(out.toString()).contains("\"placement\":[{\"plugin\":\"bar-chart\"");
    }

    @Test
    void drainsTheNodeThatIsNamed() {
        answer = "{\"node\": \"n2\", \"state\": \"draining\"}";
        status = 202;
        assertThat(run("drain n2")).isZero();
        assertThat(asked).containsExactly("POST /v1/cluster/nodes/n2/drain");
        assertThat(out.toString()).isEqualTo("n2 is draining" + System.lineSeparator());
    }

    @Test
    void forgetsTheNodeThatIsNamed() {
        answer = "";
        status = 204;
        assertThat(run("forget n3")).isZero();
        assertThat(asked).containsExactly("DELETE /v1/cluster/nodes/n3");
        assertThat(out.toString()).isEqualTo("n3 is forgotten" + System.lineSeparator());
    }

    @Test
    void whatTheNodeRefusesIsSaid() {
        answer =
                "{\"status\":404,\"code\":\"NOT_FOUND\",\"detail\":\"There is no node n9.\",\"hint\":\"See GET /v1/cluster.\"}";
        status = 404;
        assertThat(run("drain n9")).isEqualTo(1);
        assertThat(err.toString()).contains("There is no node n9.", "See GET /v1/cluster.");
    }

    @Test
    void whatCannotBeANodesIdIsNotSent() {
        assertThat(run("drain ../x")).isEqualTo(2);
        assertThat(err.toString()).contains("'../x' cannot be a node's id");
        assertThat(run("forget ../x")).isEqualTo(2);
        assertThat(asked).isEmpty();
    }
}
