package io.dataprism.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code tokens}: what is sent, and what is printed where. */
class TokenCommandsTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<String> asked = new ArrayList<>();
    private String answer = "[]";
    private int status = 200;
    private HttpServer node;

    @BeforeEach
    void listen() throws IOException {
        node = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        node.createContext("/", exchange -> {
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
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
        String all = "tokens " + arguments
                + (arguments.contains("--help")
                        ? ""
                        : " --token t --url http://127.0.0.1:"
                                + node.getAddress().getPort());
        return line.execute(all.split(" "));
    }

    @Test
    void aTokenIsAloneOnStandardOutput() {
        status = 201;
        answer = "{\"id\":\"7\",\"token\":\"dp_secret\",\"exp\":\"2026-01-01T00:00:00Z\"}";
        assertThat(run("create --sub ada --role analyst --role subscriber --topic app:** --table pub_* --table x"
                        + " --plugin bar-chart --ttl 30d"))
                .isZero();
        assertThat(out.toString()).isEqualTo("dp_secret" + System.lineSeparator());
        assertThat(err.toString())
                .contains("token 7 of ada, good until 2026-01-01")
                .doesNotContain("dp_secret");
        assertThat(asked)
                .containsExactly("POST /v1/tokens {\"sub\":\"ada\",\"roles\":[\"analyst\",\"subscriber\"],"
                        + "\"topics\":[\"app:**\"],\"tables\":[\"pub_*\",\"x\"],\"plugins\":[\"bar-chart\"],"
                        + "\"ttlSeconds\":2592000}");
    }

    @Test
    void whatDoesNotNarrowIsLeftOut() {
        status = 201;
        answer = "{\"id\":\"7\",\"token\":\"dp_secret\",\"exp\":\"2026-01-01T00:00:00Z\"}";
        assertThat(run("create --sub ada --role admin --json")).isZero();
        assertThat(asked)
                .containsExactly("POST /v1/tokens {\"sub\":\"ada\",\"roles\":[\"admin\"],\"ttlSeconds\":86400}");
        assertThat(out.toString().strip()).isEqualTo(answer);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void nothingAtAllIsAnEmptyList() {
        status = 201;
        answer = "{\"id\":\"7\",\"token\":\"dp_secret\",\"exp\":\"2026-01-01T00:00:00Z\"}";
        assertThat(run("create --sub ada --role operator --no-topics --table x --no-plugins"))
                .isZero();
        assertThat(run("create --sub ada --role operator --no-tables")).isZero();
        assertThat(asked)
                .containsExactly(
                        "POST /v1/tokens {\"sub\":\"ada\",\"roles\":[\"operator\"],\"topics\":[],\"tables\":[\"x\"],"
                                + "\"plugins\":[],\"ttlSeconds\":86400}",
                        "POST /v1/tokens {\"sub\":\"ada\",\"roles\":[\"operator\"],\"tables\":[],\"ttlSeconds\":86400}");

        assertThat(run("create --sub ada --role operator --no-topics --topic app:**"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--no-topics leaves no topics, and --topic names 'app:**'");
        assertThat(asked).hasSize(2);
    }

    @Test
    void tokensAreATableOrADocument() {
        answer = "[{\"id\":\"7\",\"sub\":\"ada\",\"roles\":[\"analyst\",\"operator\"],\"tables\":[],"
                + "\"topics\":[\"app:**\"],\"exp\":\"2026-01-01T00:00:00Z\"}]";
        assertThat(run("list")).isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "ID  SUB  ROLES              ENDS                  NARROWED TO",
                        "7   ada  analyst, operator  2026-01-01T00:00:00Z  topics app:**; tables none");
        out.getBuffer().setLength(0);
        assertThat(run("list --json")).isZero();
        assertThat(out.toString().strip()).isEqualTo(answer);
    }

    @Test
    void aTokenIsRevokedByItsId() {
        status = 204;
        answer = "";
        assertThat(run("revoke 0b0e-7")).isZero();
        assertThat(asked).containsExactly("DELETE /v1/tokens/0b0e-7 ");
        assertThat(out.toString().strip()).isEqualTo("0b0e-7 revoked");
    }

    @Test
    void aRefusalHasItsHint() {
        status = 403;
        answer = "{\"code\":\"PERMISSION_DENIED\",\"detail\":\"It needs admin.\",\"hint\":\"Use another token.\"}";
        assertThat(run("list")).isEqualTo(1);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("It needs admin.", "Use another token.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create --role admin",
                "create --sub ada",
                "create --sub ada --role admin --ttl 5",
                "create --sub ada --role admin --ttl 0s",
                "create --sub ada --role admin --ttl 1y",
                "revoke",
                "revoke ../plugins/x",
                "revoke dp_secret",
                "conjure"
            })
    void whatCannotBeBegunIsSaidInOneLineAndNothingIsSent(String arguments) {
        assertThat(run(arguments)).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().lines()).singleElement().asString().startsWith("dataprism: ");
        assertThat(asked).isEmpty();
    }

    @Test
    void helpListsWhatThereIs() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("create", "list", "revoke");
    }
}
