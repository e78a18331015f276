package io.dataprism.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ViewRoutesTest {

    private static GatewayFixture gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = new GatewayFixture();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void aLiveCallAnswersWhereToFollowTheView() throws Exception {
        HttpResponse<String> answer =
                post("operations/chart", "{\"live\":true,\"params\":{\"x\":1},\"input\":{\"table\":\"flights\"}}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(answer.body()))
                .isEqualTo(new JsonObject().put("viewId", "v1").put("topic", "ui:alpha:v1"));
        assertThat(gateway.plugins.calls.getLast()).contains("\"live\":true", "\"format\":\"SVG\"", "flights");
    }

    @Test
    void stepsOfAViewReachThePlugin() throws Exception {
        assertThat(post("views/v1/update", "{\"input\":{\"sql\":\"FROM flights\"}}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(gateway.plugins.calls.getLast()).contains("\"action\":\"UPDATE\"", "FROM flights");
        assertThat(post("views/v1/resize", "{\"width\":3,\"height\":2}").statusCode())
                .isEqualTo(200);
        assertThat(gateway.plugins.calls.getLast()).contains("\"action\":\"RESIZE\"", "\"width\":3");
        assertThat(gateway.send(gateway.request("/v1/plugins/alpha/views/v1").DELETE())
                        .statusCode())
                .isEqualTo(204);
        assertThat(gateway.plugins.calls.getLast()).contains("\"action\":\"CLOSE\"");
    }

    @Test
    void whatIsWrongIsRefusedBeforeThePluginIsAsked() throws Exception {
        int before = gateway.plugins.calls.size();
        for (String wrong : List.of("{\"live\":false}", "{\"live\":true,\"x\":1}", "{\"live\":true,\"input\":{}}")) {
            assertThat(post("operations/chart", wrong).statusCode()).isEqualTo(400);
        }
        for (String wrong : List.of("{}", "{\"width\":0,\"height\":1}", "{\"width\":1}")) {
            assertThat(post("views/v1/resize", wrong).statusCode()).isEqualTo(400);
        }
        assertThat(post("views/v1/update", "{\"input\":{\"sql\":1}}").statusCode())
                .isEqualTo(400);
        assertThat(gateway.plugins.calls).hasSize(before);
    }

    @Test
    void wishesOfAnOrdinaryCallReachThePlugin() throws Exception {
        assertThat(post("operations/mean", "{\"options\":{\"mode\":\"sync\"}}").statusCode())
                .isEqualTo(200);
        assertThat(gateway.plugins.executions.getLast().options()).isEqualTo(new JsonObject().put("mode", "sync"));
    }

    private static HttpResponse<String> post(String path, String body) throws Exception {
        return gateway.send(gateway.request("/v1/plugins/alpha/" + path).POST(BodyPublishers.ofString(body)));
    }
}
