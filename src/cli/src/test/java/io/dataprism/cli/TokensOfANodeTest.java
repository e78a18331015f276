package io.dataprism.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.gateway.Limits;
import io.dataprism.node.EngineConfiguration;
import io.dataprism.node.Node;
import io.dataprism.node.NodeConfiguration;
import io.vertx.core.json.JsonArray;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code tokens} against a node. */
class TokensOfANodeTest {

    @TempDir
    Path folder;

    private Node node;
    private String base;
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void start() throws Exception {
        node = Node.start(new NodeConfiguration(
                "127.0.0.1",
                0,
                folder.resolve("data"),
                folder,
                false,
                false,
                EngineConfiguration.DuckDb.defaults(),
                Limits.defaults()));
        base = "http://127.0.0.1:" + node.port();
    }

    @AfterEach
    void stop() {
        node.stop(Duration.ofSeconds(5));
    }

    private String ok(String... arguments) {
        StringWriter out = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        List<String> all = new ArrayList<>(List.of("tokens"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--url", base, "--data-dir", folder.resolve("data").toString()));
        assertThat(line.execute(all.toArray(String[]::new))).as(err.toString()).isZero();
        return out.toString().strip();
    }

    private int status(String path, String token) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create(base + path))
                                    .header("Authorization", "Bearer " + token)
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    @Test
    void aTokenWorksFromItsMakingToItsRevocation() throws Exception {
        String token = ok("create", "--sub", "ada", "--role", "analyst", "--table", "pub_*", "--ttl", "5m");
        assertThat(status("/v1/tables", token)).isEqualTo(200);
        assertThat(status("/v1/tables/private", token)).isEqualTo(403);
        assertThat(status("/v1/tokens", token)).isEqualTo(403);

        assertThat(ok("list")).contains("ada  analyst", "tables pub_*").doesNotContain(token);
        String id = new JsonArray(ok("list", "--json")).getJsonObject(0).getString("id");
        assertThat(ok("revoke", id)).isEqualTo(id + " revoked");
        assertThat(status("/v1/tables", token)).isEqualTo(401);
        assertThat(ok("list", "--json")).isEqualTo("[]");
    }
}
