package io.dataprism.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
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

/** Plugins and their operations over HTTP. */
class HttpPluginsTest {

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
            GatewayFixture.problem(gateway.send(grants.PUT(BodyPublishers.ofString(wrong))), 400, "REQUEST_INVALID");
        }
        for (String name : List.of("alpha", "beta")) {
            var reload = gateway.request("/v1/plugins/" + name + "/package")
                    .header("Content-Type", "application/java-archive")
                    .PUT(BodyPublishers.ofString("zip"));
            assertThat(gateway.send(reload).statusCode()).isEqualTo(name.equals("alpha") ? 200 : 202);
        }
        GatewayFixture.problem(
                gateway.send(gateway.request("/v1/plugins/gamma/package")
                        .header("Content-Type", "application/java-archive")
                        .PUT(BodyPublishers.ofString("zip"))),
                404,
                "PLUGIN_NOT_FOUND");
        GatewayFixture.problem(
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
                "{\"replicas\":true}",
                "{\"replicas\":[2]}",
                "{\"version\":1}",
                "{\"labels\":{\"a\":1}}",
                "{\"colour\":\"red\"}")) {
            GatewayFixture.problem(
                    gateway.send(gateway.request(deployment).PUT(BodyPublishers.ofString(wrong))),
                    400,
                    "REQUEST_INVALID");
        }
        var configuration = gateway.request("/v1/plugins/alpha/configuration");
        gateway.send(configuration.PUT(BodyPublishers.ofString("{\"a\":1}")));
        assertThat(gateway.plugins.calls).contains("configure {\"a\":1} alpha");
        assertThat(gateway.send(gateway.request("/v1/plugins/alpha/logs")).body())
                .matches("\\{\"time\":\"[^\"]+\",\"level\":\"INFO\",\"message\":\"one\",\"node\":\"node-1\"}\n"
                        + ".*\"two\",\"node\":\"node-1\"}\n");
        assertThat(gateway.send(gateway.request("/v1/plugins/alpha/logs").header("Accept", "text/event-stream"))
                        .body())
                .startsWith("event: line\ndata: {")
                .endsWith("\"two\",\"node\":\"node-1\"}\n\n");
        GatewayFixture.problem(
                gateway.send(gateway.request("/v1/plugins/alpha/logs?follow=maybe")), 400, "REQUEST_INVALID");
        GatewayFixture.problem(
                gateway.send(gateway.request("/v1/plugins/alpha/logs").header("Accept", "image/png")),
                406,
                "NOT_ACCEPTABLE");
        assertThat(gateway.send(gateway.request("/v1/plugins/alpha").DELETE()).statusCode())
                .isEqualTo(204);
        GatewayFixture.problem(gateway.send(gateway.request("/v1/plugins/gamma")), 404, "PLUGIN_NOT_FOUND");
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
        assertThat(svg.headers().firstValue("Content-Security-Policy")).contains("sandbox allow-scripts");
        assertThat(svg.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        var png = operation("chart", "{}", "image/png, image/svg+xml;q=0.5");
        assertThat(png.headers().firstValue("Content-Type")).contains("image/png");
        assertThat(operation("chart?format=png", "{}", "*/*").headers().firstValue("Content-Type"))
                .contains("image/png");
        GatewayFixture.problem(operation("chart", "{}", "application/pdf"), 406, "NOT_ACCEPTABLE");
        GatewayFixture.problem(operation("nothing", "{}", "*/*"), 404, "OPERATION_NOT_FOUND");
        GatewayFixture.problem(operation("mean", "{\"parms\":{}}", "*/*"), 400, "REQUEST_INVALID");
        GatewayFixture.problem(operation("mean", "{\"params\":[]}", "*/*"), 400, "REQUEST_INVALID");
        GatewayFixture.problem(
                operation("mean", "{\"input\":{\"sql\":\"a\",\"table\":\"b\"}}", "*/*"), 400, "REQUEST_INVALID");
        GatewayFixture.problem(operation("mean", "nonsense", "*/*"), 400, "REQUEST_INVALID");
    }

    @Test
    void aBodyThatIsNotSaidToBeJsonIsNoDocumentOfAnOperation() throws Exception {
        for (String type : List.of("text/csv", "text/plain; charset=utf-8", "application/xml")) {
            GatewayFixture.problem(typed(type, "a,b"), 415, "UNSUPPORTED_MEDIA_TYPE");
            GatewayFixture.problem(typed(type, "{}"), 415, "UNSUPPORTED_MEDIA_TYPE");
            assertThat(typed(type, "").statusCode()).isEqualTo(200);
        }
        for (String type : List.of("application/json", "application/x.y+json", "application/x-www-form-urlencoded")) {
            assertThat(typed(type, "{}").statusCode()).as(type).isEqualTo(200);
        }
    }

    private static HttpResponse<String> typed(String type, String body) throws Exception {
        return gateway.send(gateway.request("/v1/plugins/alpha/operations/mean")
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString(body)));
    }

    @Test
    void parametersOfWhichATextIsNoTextAreRefusedWithTheirPlace() throws Exception {
        for (String[] each : new String[][] {
            {"{\"params\":{\"a\":[\"x\",{\"b/c\":\"\\ud800\"}]}}", "#/params/a/1/b~1c"},
            {"{\"params\":{\"a\\udc00\":1}}", "#/params"},
            {"{\"input\":{\"sql\":\"SELECT '\\ud800'\"}}", "#/input/sql"}
        }) {
            var problem = GatewayFixture.problem(operation("mean", each[0], "*/*"), 400, "REQUEST_INVALID");
            assertThat(problem.getJsonArray("errors").getJsonObject(0).getString("pointer"))
                    .isEqualTo(each[1]);
        }
        assertThat(operation("mean", "{\"params\":{\"a\":\"\\ud83d\\ude00\"}}", "*/*")
                        .statusCode())
                .isEqualTo(200);
        GatewayFixture.problem(
                gateway.send(gateway.request("/v1/plugins/alpha/operations/sum?params=%7B%22a%22%3A%22%5Cud800%22%7D")
                        .header("Content-Type", "application/vnd.apache.arrow.stream")
                        .POST(BodyPublishers.noBody())),
                400,
                "REQUEST_INVALID");
    }

    @Test
    void aValueThatIsWrongIsShownAsTheJsonThatItWas() throws Exception {
        var object =
                GatewayFixture.problem(operation("mean", "{\"params\":[1,{\"a\":1}]}", "*/*"), 400, "REQUEST_INVALID");
        assertThat(object.getJsonArray("errors").getJsonObject(0).getValue("value"))
                .isEqualTo(new JsonArray().add(1).add(new JsonObject().put("a", 1)));
        var other = GatewayFixture.problem(operation("mean", "{\"x\":{\"a\":1}}", "*/*"), 400, "REQUEST_INVALID");
        assertThat(other.getJsonArray("errors").getJsonObject(0).getValue("value"))
                .isEqualTo(new JsonObject().put("a", 1));
        String longer = "{\"x\":{\"a\":\"" + "y".repeat(500) + "\"}}";
        var cut = GatewayFixture.problem(operation("mean", longer, "*/*"), 400, "REQUEST_INVALID");
        assertThat(cut.getJsonArray("errors").getJsonObject(0).getString("value"))
                .startsWith("{\"a\":\"yyy")
                .hasSizeLessThan(210);
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
        GatewayFixture.problem(arrow("no arrow at all".getBytes(StandardCharsets.UTF_8)), 400, "DATA_INVALID");
        byte[] cut = java.util.Arrays.copyOf(stream.toByteArray(), stream.size() - 100);
        GatewayFixture.problem(arrow(cut), 400, "DATA_INVALID");
        gateway.assertNoUploadsLeft();
    }

    private static HttpResponse<String> arrow(byte[] body) throws Exception {
        return gateway.send(gateway.request("/v1/plugins/alpha/operations/sum?params=%7B%22a%22%3A1%7D")
                .header("Content-Type", "application/vnd.apache.arrow.stream")
                .POST(BodyPublishers.ofByteArray(body)));
    }
}
