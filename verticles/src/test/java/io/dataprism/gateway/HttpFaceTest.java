package io.dataprism.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    private static JsonObject problem(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        JsonObject problem = new JsonObject(response.body());
        assertThat(problem.getString("code")).isEqualTo(code);
        assertThat(problem.getString("type")).isEqualTo("urn:dataprism:problem:" + code);
        assertThat(problem.getInteger("status")).isEqualTo(status);
        assertThat(problem.getString("detail")).isNotBlank();
        assertThat(problem.getString("hint")).isNotBlank();
        return problem;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"sql\":\"rows 1\",\"batchrows\":5} | #/batchrows",
                "{\"sql\":7} | #/sql",
                "{} | #/sql",
                "{\"sql\":\"\"} | #/sql",
                "{\"sql\":\"rows 1\",\"parameters\":{}} | #/parameters",
                "{\"sql\":\"rows 1\",\"parameters\":[1,[2]]} | #/parameters/1",
                "{\"sql\":\"rows 1\",\"parameters\":[1e400]} | #/parameters/0",
                "{\"sql\":\"rows 1\",\"parameters\":[1,123456789012345678901234567890123456789012]} | #/parameters/1",
                "{\"sql\":\"rows 1\",\"batchRows\":0} | #/batchRows",
                "{\"sql\":\"rows 1\",\"timeoutMs\":600001} | #/timeoutMs",
                "{\"sql\":\"rows 1\",\"timeoutMs\":\"1\"} | #/timeoutMs",
                "{\"sql\":\"rows 1\",\"maxRows\":-1} | #/maxRows",
                "{\"sql\":\"rows 1\",\"maxRows\":1.5} | #/maxRows",
            })
    void aWrongMemberIsNamed(String body, String pointer) throws Exception {
        JsonObject problem = problem(gateway.send(gateway.query(body)), 400, "REQUEST_INVALID");
        assertThat(problem.getJsonArray("errors").getJsonObject(0).getString("pointer"))
                .isEqualTo(pointer);
    }

    @Test
    void everyWrongMemberIsNamedAtOnce() throws Exception {
        JsonObject problem =
                problem(gateway.send(gateway.query("{\"sqll\":1,\"batchRows\":-1,\"x/y\":2}")), 400, "REQUEST_INVALID");
        assertThat(problem.getJsonArray("errors").stream()
                        .map(error -> ((JsonObject) error).getString("pointer"))
                        .toList())
                .containsExactlyInAnyOrder("#/sql", "#/batchRows", "#/sqll", "#/x~1y");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "NONE",
            value = {"NONE", "not json", "[1]", "{\"sql\":\"a\"} x", "{\"sql\":\"a\",\"sql\":\"b\"}", "{\"sql\":"})
    void aBodyThatIsNoJsonObjectIsRefused(String body) throws Exception {
        problem(gateway.send(gateway.query(body == null ? "" : body)), 400, "REQUEST_INVALID");
    }

    @Test
    void aBodyOfAnotherTypeIsRefusedAndTheLegalOnesNamed() throws Exception {
        var request =
                gateway.request("/v1/query").header("Content-Type", "text/csv").POST(BodyPublishers.ofString("a"));
        assertThat(problem(gateway.send(request), 415, "UNSUPPORTED_MEDIA_TYPE").getString("detail"))
                .contains("application/json");
        var table = gateway.request("/v1/tables/pub_t")
                .header("Content-Type", "image/png")
                .PUT(BodyPublishers.ofString("a"));
        assertThat(problem(gateway.send(table), 415, "UNSUPPORTED_MEDIA_TYPE").getString("detail"))
                .contains("text/csv", "application/vnd.apache.parquet");
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedWhetherItSaysSoOrNot() throws Exception {
        String large = "{\"sql\":\"" + "x".repeat(70_000) + "\"}";
        problem(gateway.send(gateway.query(large)), 413, "PAYLOAD_TOO_LARGE");
        var chunked = gateway.request("/v1/query")
                .POST(BodyPublishers.ofInputStream(
                        () -> new java.io.ByteArrayInputStream(large.getBytes(StandardCharsets.UTF_8))));
        problem(gateway.send(chunked), 413, "PAYLOAD_TOO_LARGE");
        var jar = gateway.request("/v1/plugins")
                .header("Content-Type", "application/java-archive")
                .POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(new byte[2 * 1024 * 1024])));
        problem(gateway.send(jar), 413, "PAYLOAD_TOO_LARGE");
        assertNoUploadsLeft();
    }

    @Test
    void aBodyThatNeverEndsEndsInAProblemAndChangesNothing() throws Exception {
        int before = gateway.plugins.calls.size();
        for (String head : List.of(
                "POST /v1/query HTTP/1.1\r\nContent-Type: application/json",
                "POST /v1/plugins HTTP/1.1\r\nContent-Type: application/java-archive",
                "PUT /v1/tables/endless HTTP/1.1\r\nContent-Type: text/csv",
                "POST /v1/plugins/alpha/operations/mean HTTP/1.1\r\nContent-Type: application/json")) {
            try (Socket socket = gateway.socket(head + "\r\nHost: x\r\nAuthorization: Bearer " + GatewayFixture.TOKEN
                    + "\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"sql\r\n")) {
                String answer = readUntil(socket, "\"errors\"", "hint");
                assertThat(answer).as(head).startsWith("HTTP/1.1 400").contains("REQUEST_INVALID", "did not end");
            }
        }
        assertThat(gateway.plugins.calls).hasSize(before);
        assertThat(gateway.tables.tables).doesNotContainKey("endless");
        assertNoUploadsLeft();
    }

    private static String readUntil(Socket socket, String... marks) throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[4_096];
        int count;
        while ((count = socket.getInputStream().read(buffer)) > 0) {
            all.write(buffer, 0, count);
            String text = all.toString(StandardCharsets.UTF_8);
            for (String mark : marks) {
                if (text.contains(mark)) {
                    return text;
                }
            }
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    private static void assertNoUploadsLeft() throws Exception {
        var folder = gateway.directory.resolve("uploads");
        org.awaitility.Awaitility.await().untilAsserted(() -> {
            try (var files = Files.exists(folder) ? Files.list(folder) : java.util.stream.Stream.empty()) {
                assertThat(files).isEmpty();
            }
        });
    }

    @Test
    void aBodyThatTricklesIsCutOffToo() throws Exception {
        try (Socket socket = gateway.socket("POST /v1/query HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                + GatewayFixture.TOKEN + "\r\nTransfer-Encoding: chunked\r\n\r\n")) {
            try (ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor()) {
                pace.scheduleAtFixedRate(() -> trickle(socket), 0, 100, TimeUnit.MILLISECONDS);
                assertThat(readUntil(socket, "hint")).contains("has not ended after");
                pace.shutdownNow();
            }
        }
    }

    /** Fails once the gateway has closed the connection, which ends the trickle. */
    private static void trickle(Socket socket) {
        try {
            socket.getOutputStream().write("1\r\n \r\n".getBytes(StandardCharsets.UTF_8));
        } catch (IOException closed) {
            throw new UncheckedIOException(closed);
        }
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
                problem(response, 401, "UNAUTHENTICATED");
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
            problem(response, 403, "PERMISSION_DENIED");
        }
    }

    @Test
    void listingsAreNarrowedToTheScope() throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.deployed.port() + "/v1/plugins"))
                .header("Authorization", "Bearer analyst");
        JsonArray plugins = new JsonArray(gateway.send(request).body());
        assertThat(plugins).hasSize(1);
        assertThat(plugins.getJsonObject(0).getString("name")).isEqualTo("alpha");
    }

    @Test
    void whatIsNotThereAndWhatIsNotAllowedHaveTheirProblems() throws Exception {
        problem(gateway.send(gateway.request("/v1/nothing")), 404, "NOT_FOUND");
        problem(gateway.send(gateway.request("/nothing")), 404, "NOT_FOUND");
        problem(gateway.send(gateway.request("/openapi.json")), 404, "NOT_FOUND");
        var response = gateway.send(gateway.request("/v1/query").DELETE());
        problem(response, 405, "METHOD_NOT_ALLOWED");
        assertThat(response.headers().firstValue("Allow")).contains("POST");
        var plugin = gateway.send(gateway.request("/v1/plugins/alpha").PUT(BodyPublishers.ofString("{}")));
        problem(plugin, 405, "METHOD_NOT_ALLOWED");
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
                "/v1/plugins/alpha?x=1 | 200",
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
                String answer = readUntil(socket, "hint");
                assertThat(answer)
                        .as(head)
                        .matches("(?s)HTTP/1.[01] 400 .*")
                        .contains("application/problem+json", "REQUEST_INVALID");
            }
        }
    }

    @Test
    void tablesAreLoadedReadAndDropped() throws Exception {
        var put = gateway.request("/v1/tables/pub_a").header("Content-Type", "text/csv; charset=utf-8");
        var created = gateway.send(put.PUT(BodyPublishers.ofString("a\n1\n")));
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        assertThat(created.headers().firstValue("ETag")).contains("\"1\"");
        assertThat(new JsonObject(created.body()).getLong("bytes")).isEqualTo(4);
        problem(gateway.send(put.PUT(BodyPublishers.ofString("a\n1\n"))), 409, "TABLE_EXISTS");
        var replace = gateway.request("/v1/tables/pub_a?mode=replace").header("Content-Type", "text/csv");
        var replaced = gateway.send(replace.header("If-Match", "\"1\"").PUT(BodyPublishers.ofString("a\n2\n")));
        assertThat(replaced.statusCode()).isEqualTo(200);
        assertThat(replaced.headers().firstValue("ETag")).contains("\"2\"");
        problem(gateway.send(replace.PUT(BodyPublishers.ofString("a\n2\n"))), 412, "PRECONDITION_FAILED");
        problem(
                gateway.send(gateway.request("/v1/tables/pub_a")
                        .header("If-Match", "\"1\"")
                        .DELETE()),
                412,
                "PRECONDITION_FAILED");
        assertThat(new JsonObject(gateway.send(gateway.request("/v1/tables/pub_a"))
                                .body())
                        .getJsonArray("versions"))
                .isEqualTo(new JsonArray().add(2));
        assertThat(new JsonArray(gateway.send(gateway.request("/v1/tables")).body()))
                .hasSize(1);
        assertThat(gateway.send(gateway.request("/v1/tables/pub_a").DELETE()).statusCode())
                .isEqualTo(204);
        problem(gateway.send(gateway.request("/v1/tables/pub_a")), 404, "TABLE_NOT_FOUND");
        problem(
                gateway.send(gateway.request("/v1/tables/Upper")
                        .header("Content-Type", "text/csv")
                        .PUT(BodyPublishers.noBody())),
                400,
                "REQUEST_INVALID");
        problem(
                gateway.send(gateway.request("/v1/tables/pub_b?mode=merge")
                        .header("Content-Type", "text/csv")
                        .PUT(BodyPublishers.ofString("a"))),
                400,
                "REQUEST_INVALID");
        assertNoUploadsLeft();
    }

    @Test
    void aJsonObjectKeepsTheRowsOfAQueryAndAnArrayIsRows() throws Exception {
        var kept = gateway.send(
                putJson("pub_k", " \n\t{\"sql\": \"SELECT ?\", \"parameters\": [1], \"timeoutMs\": 5000}"));
        assertThat(kept.statusCode()).as(kept.body()).isEqualTo(201);
        assertThat(kept.headers().firstValue("ETag")).hasValue("\"1\"");
        assertThat(gateway.tables.kept).singleElement().satisfies(query -> {
            assertThat(query.sql()).isEqualTo("SELECT ?");
            assertThat(query.parameters()).containsExactly(1);
            assertThat(query.timeout()).isEqualTo(java.time.Duration.ofSeconds(5));
        });
        assertThat(gateway.send(putJson("pub_rows", "[{\"sql\": 1}]")).statusCode())
                .isEqualTo(201);
        assertThat(gateway.tables.kept).hasSize(1);
        problem(gateway.send(putJson("pub_k", "{\"sql\": \"SELECT 1\", \"maxRows\": 1}")), 400, "REQUEST_INVALID");
        problem(gateway.send(putJson("pub_k", "{\"a\": 1}")), 400, "REQUEST_INVALID");
        problem(gateway.send(putJson("pub_k", "{\"sql\": \"SELECT 1\"} x")), 400, "REQUEST_INVALID");
        problem(
                gateway.send(putJson("pub_k", "{\"sql\": \"SELECT 1\", \"timeoutMs\": 600001}")),
                400,
                "REQUEST_INVALID");
        problem(gateway.send(putJson("pub_k", "{\"sql\": \"" + "x".repeat(1 << 20) + "\"}")), 413, "PAYLOAD_TOO_LARGE");
        assertThat(gateway.tables.kept).hasSize(1);
        gateway.tables.tables.remove("pub_k");
        gateway.tables.tables.remove("pub_rows");
        try (var left = java.nio.file.Files.list(gateway.directory.resolve("uploads"))) {
            assertThat(left).isEmpty();
        }
    }

    private static java.net.http.HttpRequest.Builder putJson(String table, String body) {
        return gateway.request("/v1/tables/" + table)
                .header("Content-Type", "application/json")
                .PUT(java.net.http.HttpRequest.BodyPublishers.ofString(body));
    }

    @Test
    void aLargeTableIsStreamedToDiskWithContinue() throws Exception {
        var put = gateway.request("/v1/tables/pub_large")
                .header("Content-Type", "text/csv")
                .expectContinue(true);
        var created = gateway.send(put.PUT(BodyPublishers.ofByteArray(new byte[3 * 1024 * 1024])));
        assertThat(new JsonObject(created.body()).getLong("bytes")).isEqualTo(3 * 1024 * 1024);
        gateway.tables.tables.remove("pub_large");
        assertNoUploadsLeft();
    }

    @Test
    void thePluginCallsReachTheService() throws Exception {
        var register = gateway.request("/v1/plugins?activate=true").header("Content-Type", "application/java-archive");
        assertThat(gateway.send(register.POST(BodyPublishers.ofByteArray(new byte[300_000])))
                        .statusCode())
                .isEqualTo(201);
        assertThat(gateway.plugins.calls).contains("register true 300000 true");
        for (String verb : List.of("load", "activate", "deactivate", "unload")) {
            assertThat(gateway.send(gateway.request("/v1/plugins/alpha/" + verb).POST(BodyPublishers.noBody()))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(gateway.plugins.calls).contains(verb + " alpha");
        }
        var grants = gateway.request("/v1/plugins/alpha/grants");
        assertThat(gateway.send(grants.PUT(BodyPublishers.ofString("{\"approve\":\"requested\"}")))
                        .statusCode())
                .isEqualTo(200);
        for (String wrong :
                List.of("{}", "{\"approve\":true}", "{\"permissions\":{}}", "{\"approve\":\"requested\",\"x\":1}")) {
            problem(gateway.send(grants.PUT(BodyPublishers.ofString(wrong))), 400, "REQUEST_INVALID");
        }
        for (String name : List.of("alpha", "beta")) {
            var reload = gateway.request("/v1/plugins/" + name + "/package")
                    .header("Content-Type", "application/java-archive")
                    .PUT(BodyPublishers.ofString("zip"));
            assertThat(gateway.send(reload).statusCode()).isEqualTo(name.equals("alpha") ? 200 : 202);
        }
        problem(
                gateway.send(gateway.request("/v1/plugins/gamma/package")
                        .header("Content-Type", "application/java-archive")
                        .PUT(BodyPublishers.ofString("zip"))),
                404,
                "PLUGIN_NOT_FOUND");
        problem(
                gateway.send(gateway.request("/v1/plugins/alpha/package")
                        .header("Content-Type", "text/plain")
                        .PUT(BodyPublishers.ofString("zip"))),
                415,
                "UNSUPPORTED_MEDIA_TYPE");
        var deployment = "/v1/plugins/alpha/deployment";
        assertThat(gateway.send(gateway.request(deployment)).statusCode()).isEqualTo(200);
        assertThat(gateway.send(
                                gateway.request(deployment)
                                        .PUT(
                                                BodyPublishers.ofString(
                                                        "{\"version\":\"1.0.0\",\"replicas\":\"everywhere\",\"labels\":{\"a\":\"b\"}}")))
                        .statusCode())
                .isEqualTo(200);
        for (String wrong : List.of(
                "{\"replicas\":2}",
                "{\"replicas\":\"all\"}",
                "{\"version\":1}",
                "{\"labels\":{\"a\":1}}",
                "{\"colour\":\"red\"}")) {
            problem(
                    gateway.send(gateway.request(deployment).PUT(BodyPublishers.ofString(wrong))),
                    400,
                    "REQUEST_INVALID");
        }
        var configuration = gateway.request("/v1/plugins/alpha/configuration");
        gateway.send(configuration.PUT(BodyPublishers.ofString("{\"a\":1}")));
        assertThat(gateway.plugins.calls).contains("configure {\"a\":1} alpha");
        assertThat(gateway.send(gateway.request("/v1/plugins/alpha/logs")).body())
                .isEqualTo("{\"message\":\"one\"}\n{\"message\":\"two\"}\n");
        assertThat(gateway.send(gateway.request("/v1/plugins/alpha").DELETE()).statusCode())
                .isEqualTo(204);
        problem(gateway.send(gateway.request("/v1/plugins/gamma")), 404, "PLUGIN_NOT_FOUND");
    }

    private HttpResponse<String> operation(String path, String body, String accept) throws Exception {
        return gateway.send(gateway.request("/v1/plugins/alpha/operations/" + path)
                .header("Accept", accept)
                .POST(BodyPublishers.ofString(body)));
    }

    @Test
    void operationsAnswerByTheirKind() throws Exception {
        assertThat(new JsonObject(
                        operation("mean", "{\"params\":{\"by\":\"a\"}}", "*/*").body()))
                .isEqualTo(new JsonObject().put("result", new JsonObject().put("by", "a")));
        assertThat(operation("table", "{}", "text/csv").body()).startsWith("n,text\r\n0,");
        var svg = operation("chart", "{\"input\":{\"sql\":\"FROM flights\"}}", "*/*");
        assertThat(svg.headers().firstValue("Content-Type")).contains("image/svg+xml");
        var png = operation("chart", "{}", "image/png, image/svg+xml;q=0.5");
        assertThat(png.headers().firstValue("Content-Type")).contains("image/png");
        assertThat(operation("chart?format=png", "{}", "*/*").headers().firstValue("Content-Type"))
                .contains("image/png");
        problem(operation("chart", "{}", "application/pdf"), 406, "NOT_ACCEPTABLE");
        problem(operation("nothing", "{}", "*/*"), 404, "OPERATION_NOT_FOUND");
        problem(operation("mean", "{\"parms\":{}}", "*/*"), 400, "REQUEST_INVALID");
        problem(operation("mean", "{\"params\":[]}", "*/*"), 400, "REQUEST_INVALID");
        problem(operation("mean", "{\"input\":{\"sql\":\"a\",\"table\":\"b\"}}", "*/*"), 400, "REQUEST_INVALID");
        problem(operation("mean", "nonsense", "*/*"), 400, "REQUEST_INVALID");
    }

    @Test
    void anArrowBodyIsTheInputOfAnOperation() throws Exception {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        Schema schema = new Schema(List.of(Field.nullable("n", new ArrowType.Int(64, true))));
        try (RootAllocator allocator = new RootAllocator();
                VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
                ArrowStreamWriter writer = new ArrowStreamWriter(root, null, stream)) {
            for (int i = 0; i < 3; i++) {
                ((BigIntVector) root.getVector(0)).setSafe(0, i);
                root.setRowCount(1);
                writer.writeBatch();
            }
            writer.end();
        }
        assertThat(arrow(stream.toByteArray()).body()).isEqualTo("{\"result\":3}");
        problem(arrow("no arrow at all".getBytes(StandardCharsets.UTF_8)), 400, "DATA_INVALID");
        byte[] cut = java.util.Arrays.copyOf(stream.toByteArray(), stream.size() - 100);
        problem(arrow(cut), 400, "DATA_INVALID");
        assertNoUploadsLeft();
    }

    private static HttpResponse<String> arrow(byte[] body) throws Exception {
        return gateway.send(gateway.request("/v1/plugins/alpha/operations/sum?params=%7B%22a%22%3A1%7D")
                .header("Content-Type", "application/vnd.apache.arrow.stream")
                .POST(BodyPublishers.ofByteArray(body)));
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
                assertThat(readUntil(socket, "hint")).startsWith("HTTP/1.1 404");
                socket.getOutputStream().write(next.getBytes(StandardCharsets.UTF_8));
            }
            assertThat(readUntil(socket, "hint")).startsWith("HTTP/1.1 404");
        }
    }
}
