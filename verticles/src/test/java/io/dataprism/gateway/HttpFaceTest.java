package io.dataprism.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may call, which paths there are, and what is no HTTP. */
class HttpFaceTest {

    private static GatewayFixture gateway;

    @BeforeAll
    static void start() {
        gateway = new GatewayFixture();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void withoutAGoodTokenNothingIsTold() throws Exception {
        for (String path : List.of(
                "/v1/status",
                "/v1/nothing",
                "/v1/plugins",
                "/metrics",
                "/v1/status?access_token=" + GatewayFixture.TOKEN)) {
            for (String token : new String[] {null, "Bearer wrong", "Basic YWRtaW46YWRtaW4=", "Bearer"}) {
                var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.deployed.port() + path));
                if (token != null) {
                    request.header("Authorization", token);
                }
                var response = gateway.send(request);
                GatewayFixture.problem(response, 401, "UNAUTHENTICATED");
                assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Bearer");
            }
        }
        assertThat(gateway.audit).contains("signin.failed /v1/plugins");
    }

    @ParameterizedTest
    @CsvSource({
        "analyst, GET, /v1/plugins, 200",
        "analyst, GET, /v1/plugins/alpha, 200",
        "analyst, GET, /v1/plugins/beta, 403",
        "analyst, GET, /v1/plugins/nothing, 403",
        "analyst, POST, /v1/plugins/alpha/activate, 403",
        "analyst, GET, /v1/tables, 200",
        "analyst, GET, /v1/tables/secret, 403",
        "analyst, GET, /v1/tables/pub_nothing, 404",
        "analyst, GET, /metrics, 403",
        "analyst, GET, /v1/status, 200",
        "operator, POST, /v1/plugins/alpha/activate, 200",
        "operator, GET, /metrics, 200",
        "operator, GET, /v1/tables, 403",
        "operator, POST, /v1/query, 403",
        "subscriber, GET, /v1/cluster, 200",
        "subscriber, GET, /v1/plugins/alpha, 200",
        "subscriber, GET, /v1/tables, 403",
        "subscriber, DELETE, /v1/plugins/alpha, 403",
        "subscriber, PUT, /v1/plugins/alpha/grants, 403",
    })
    void rolesAndScopesAreChecked(String token, String method, String path, int status) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.deployed.port() + path))
                .header("Authorization", "bearer " + token)
                .method(method, BodyPublishers.noBody());
        var response = gateway.send(request);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        if (status == 403) {
            GatewayFixture.problem(response, 403, "PERMISSION_DENIED");
        }
    }

    @Test
    void listingsAreNarrowedToTheScope() throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.deployed.port() + "/v1/plugins"))
                .header("Authorization", "Bearer analyst");
        JsonArray plugins = new JsonArray(gateway.send(request).body());
        assertThat(plugins).hasSize(1);
        assertThat(plugins.getJsonObject(0).getString("name")).isEqualTo("alpha");
        var cluster = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.deployed.port() + "/v1/cluster"))
                .header("Authorization", "Bearer analyst");
        assertThat(new JsonObject(gateway.send(cluster).body()).getJsonArray("placement"))
                .containsExactly(new JsonObject().put("plugin", "alpha"));
        assertThat(new JsonObject(gateway.send(gateway.request("/v1/cluster")).body()).getJsonArray("placement"))
                .hasSize(2);
    }

    @Test
    void aNarrowedTokenHearsOfNoOtherPluginInDependentsAndMetrics() throws Exception {
        String base = "http://127.0.0.1:" + gateway.deployed.port();
        for (String path : List.of("/v1/plugins/alpha", "/v1/plugins")) {
            var narrowed = HttpRequest.newBuilder(URI.create(base + path)).header("Authorization", "Bearer analyst");
            assertThat(gateway.send(narrowed).body()).contains("\"dependents\":[\"alpha\"]");
            assertThat(gateway.send(gateway.request(path)).body()).contains("\"dependents\":[\"alpha\",\"beta\"]");
        }
        var metrics = HttpRequest.newBuilder(URI.create(base + "/metrics")).header("Authorization", "Bearer narrowed");
        assertThat(gateway.send(metrics).body()).isEqualTo("""
                # HELP calls_total Calls
                # TYPE calls_total counter
                calls_total{outcome="ok",plugin="alpha"} 2
                """);
        assertThat(gateway.send(gateway.request("/metrics")).body()).contains("beta");
    }

    @Test
    void whatIsNotThereAndWhatIsNotAllowedHaveTheirProblems() throws Exception {
        GatewayFixture.problem(gateway.send(gateway.request("/v1/nothing")), 404, "NOT_FOUND");
        GatewayFixture.problem(gateway.send(gateway.request("/nothing")), 404, "NOT_FOUND");
        GatewayFixture.problem(gateway.send(gateway.request("/openapi.yaml")), 404, "NOT_FOUND");
        var response = gateway.send(gateway.request("/v1/query").DELETE());
        GatewayFixture.problem(response, 405, "METHOD_NOT_ALLOWED");
        assertThat(response.headers().firstValue("Allow")).contains("POST");
        var plugin = gateway.send(gateway.request("/v1/plugins/alpha").PUT(BodyPublishers.ofString("{}")));
        GatewayFixture.problem(plugin, 405, "METHOD_NOT_ALLOWED");
        assertThat(plugin.headers().firstValue("Allow").orElse("")).contains("GET", "DELETE");
    }

    @Test
    void headAndOptionsAreAnswered() throws Exception {
        var head = gateway.send(gateway.request("/v1/plugins").HEAD());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValueAsLong("Content-Length")).isPresent();
        var options = gateway.send(gateway.request("/v1/plugins").method("OPTIONS", BodyPublishers.noBody()));
        assertThat(options.statusCode()).isEqualTo(204);
        assertThat(options.headers().firstValue("Allow").orElse("")).contains("GET", "POST");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/tables/%zz | 400",
                "/v1/tables/a%2Fb | 404",
                "/v1/plugins/%61lpha | 200",
                "/v1/plugins/../plugins/alpha | 200",
                "/v1/plugins/alpha?x=1 | 400",
                "/v1/plugins/alpha/grants?x=1 | 400",
                "/v1/plugins/alpha/configuration?x=1 | 400",
                "/v1/plugins/alpha/deployment?x=1 | 400",
                "/v1/status?x=1 | 400",
                "/v1/cluster?x=1 | 400",
                "/v1/plugins?state=dead | 400",
                "/v1/plugins?stat=active | 400",
                "/v1/plugins?state=active&category=utility | 200",
            })
    void pathsAreDecodedAndParametersChecked(String path, int status) throws Exception {
        try (Socket socket =
                gateway.socket("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "
                        + GatewayFixture.TOKEN + "\r\n\r\n")) {
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 " + status);
        }
    }

    @Test
    void whatIsNoHttpIsRefusedWithAProblem() throws Exception {
        for (String head : List.of(
                "NONSENSE\r\n\r\n",
                "GET /LONG HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nX: LONG\r\n\r\n",
                "GET / HTTP/1.1\r\nContent-Length: abc\r\n\r\n",
                "GET / HTTP/1.1\r\nbad header\r\n\r\n")) {
            try (Socket socket = gateway.socket(head.replace("LONG", "x".repeat(20_000)))) {
                String answer = GatewayFixture.readUntil(socket, "hint");
                assertThat(answer)
                        .as(head)
                        .matches("(?s)HTTP/1.[01] 400 .*")
                        .contains("application/problem+json", "REQUEST_INVALID");
            }
        }
    }

    @Test
    void aRequestThatNamesNoHostIsRefusedWithAProblem() throws Exception {
        for (String head : List.of(
                "GET /v1/status HTTP/1.1\r\nConnection: close\r\nAuthorization: Bearer TOKEN\r\n\r\n",
                "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
                "GET /v1/status HTTP/1.1\r\nHost:\r\nConnection: close\r\nAuthorization: Bearer TOKEN\r\n\r\n",
                "POST /v1/query HTTP/1.1\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")) {
            try (Socket socket = gateway.socket(head.replace("TOKEN", GatewayFixture.TOKEN))) {
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(answer)
                        .as(head)
                        .startsWith("HTTP/1.1 400 ")
                        .containsIgnoringCase("cache-control: no-store")
                        .contains("application/problem+json", "REQUEST_INVALID", "Host");
            }
        }
    }

    @Test
    void aPathThatIsWrittenOtherwiseIsNotKeptInCachesEither() throws Exception {
        for (String path : List.of("//v1/status", "/x/../v1/status", "/%761/status")) {
            try (Socket socket = gateway.socket("GET " + path
                    + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer " + GatewayFixture.TOKEN
                    + "\r\n\r\n")) {
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(answer).as(path).startsWith("HTTP/1.1 200 ").containsIgnoringCase("cache-control: no-store");
            }
        }
    }

    @Test
    void theNodeTellsOfItself() throws Exception {
        JsonObject status =
                new JsonObject(gateway.send(gateway.request("/v1/status")).body());
        assertThat(status.getString("version")).isEqualTo("0.1.0");
        assertThat(status.getJsonObject("limits").getLong("packageBytes")).isEqualTo(1024 * 1024);
        assertThat(status.getJsonObject("isolation").getString("level")).isEqualTo("full");
        for (String path : List.of("/health/live", "/health/ready", "/")) {
            var open = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.deployed.port() + path));
            assertThat(gateway.send(open).statusCode()).as(path).isEqualTo(200);
        }
        assertThat(gateway.send(gateway.request("/metrics")).body()).contains("jvm_threads");
        assertThat(gateway.send(gateway.request("/v1/more")).body()).isEqualTo("{\"sub\":\"admin\"}");
    }

    @Test
    void aConnectionGoesOnAfterAnAnswer() throws Exception {
        String one =
                "GET /v1/plugins/nothing HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + GatewayFixture.TOKEN + "\r\n";
        String body = "POST /v1/nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nAuthorization: Bearer "
                + GatewayFixture.TOKEN + "\r\n\r\nhello";
        try (Socket socket = gateway.socket(one + "\r\n")) {
            for (String next : List.of(body, body, one + "\r\n", one + "\r\n")) {
                assertThat(GatewayFixture.readUntil(socket, "hint")).startsWith("HTTP/1.1 404");
                socket.getOutputStream().write(next.getBytes(StandardCharsets.UTF_8));
            }
            assertThat(GatewayFixture.readUntil(socket, "hint")).startsWith("HTTP/1.1 404");
        }
    }
}
