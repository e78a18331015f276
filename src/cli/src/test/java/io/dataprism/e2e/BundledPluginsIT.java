package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vertx.core.json.JsonObject;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class BundledPluginsIT {

    private static final String BY_SQL = "SELECT origin, count(delay) AS count, avg(delay) AS mean,"
            + " quantile_cont(delay, 0.5) AS median, quantile_cont(delay, 0.95) AS p95"
            + " FROM flights GROUP BY origin ORDER BY origin NULLS LAST";

    @TempDir
    static Path folder;

    private static Service service;

    @BeforeAll
    static void start() throws Exception {
        service = Service.start(folder.resolve("data"));
        for (String plugin : List.of("delay-statistics", "bar-chart")) {
            service.put("/v1/plugins/" + plugin + "/grants", new JsonObject().put("approve", "requested"))
                    .expect(200);
            service.post("/v1/plugins/" + plugin + "/activate").expect(200);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
    }

    @Test
    void bundledPluginsAreInTheCatalogAndTheSystemPluginsAreActive() throws Exception {
        for (String plugin : List.of("data-validator", "performance-monitor", "error-handler")) {
            assertThat(service.get("/v1/plugins/" + plugin).expect(200).json().getString("state"))
                    .as(plugin)
                    .isEqualTo("active");
        }
        assertThat(service.get("/v1/plugins/scheduler").expect(200).json().getString("state"))
                .isEqualTo("registered");
    }

    @Test
    void theDelayStatisticsAreThoseOfSql() throws Exception {
        sameFigures(service.call("delay-statistics", "statistics", new JsonObject(), "application/x-ndjson"));
    }

    @Test
    void theDelayStatisticsOfAnInputAreThoseOfSql() throws Exception {
        JsonObject body = new JsonObject()
                .put("params", new JsonObject().put("by", "origin").put("value", "delay"))
                .put("input", new JsonObject().put("sql", "SELECT origin, delay FROM flights"));
        sameFigures(service.call("delay-statistics", "statistics", body, "application/x-ndjson"));
    }

    @Test
    void theSummaryIsThatOfSql() throws Exception {
        JsonObject summary = service.call("delay-statistics", "summary", new JsonObject(), "*/*")
                .expect(200)
                .json()
                .getJsonObject("result");
        JsonObject sql = service.query(
                        "SELECT count(delay) AS rows, avg(delay) AS mean, quantile_cont(delay, 0.5) AS median,"
                                + " quantile_cont(delay, 0.95) AS p95 FROM flights",
                        "application/x-ndjson")
                .expect(200)
                .rows()
                .getFirst();
        assertThat(summary.getLong("rows")).isEqualTo(sql.getLong("rows"));
        for (String figure : List.of("mean", "median", "p95")) {
            assertThat(summary.getDouble(figure)).isCloseTo(sql.getDouble(figure), within(1e-9));
        }
    }

    @Test
    void aColumnThatIsNotThereIsNamedWithThoseThatAre() throws Exception {
        JsonObject body = new JsonObject().put("params", new JsonObject().put("by", "orign"));
        Answer answer = service.call("delay-statistics", "statistics", body, "application/x-ndjson");
        assertThat(answer.status()).isIn(400, 502);
        assertThat(answer.json().getString("detail")).contains("orign").contains("origin");
    }

    @Test
    void aChartIsDrawnAsPng() throws Exception {
        Answer answer = chart("image/png").expect(200);
        assertThat(answer.header("content-type")).startsWith("image/png");
        assertThat(answer.body()).startsWith(0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n');
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(answer.body()));
        assertThat(image.getWidth()).isEqualTo(640);
        assertThat(image.getHeight()).isEqualTo(360);
    }

    @Test
    void aChartIsDrawnAsSvgWithABarForEachRow() throws Exception {
        Answer answer = chart("image/svg+xml").expect(200);
        assertThat(answer.header("content-type")).startsWith("image/svg+xml");
        Document svg = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(answer.body()));
        assertThat(svg.getElementsByTagName("title").item(0).getTextContent()).isEqualTo("Mean delay & <more>");
        assertThat(svg.getElementsByTagName("rect").getLength()).isEqualTo(1 + 20);
    }

    @Test
    void bothRunConfined() throws Exception {
        for (String plugin : List.of("delay-statistics", "bar-chart")) {
            JsonObject shown = service.get("/v1/plugins/" + plugin).expect(200).json();
            assertThat(shown.getString("state")).isEqualTo("active");
            assertThat(shown.getJsonObject("isolation").getString("runtime")).isEqualTo("process");
            assertThat(shown.getJsonObject("isolation").getString("level")).isIn("full", "no-cgroup");
        }
        service.delete("/v1/plugins/bar-chart").problem(409, "STATE_CONFLICT");
    }

    private static Answer chart(String mediaType) throws Exception {
        String sql =
                "SELECT origin, avg(delay) AS delay FROM flights GROUP BY origin ORDER BY count(*) DESC, origin LIMIT 20";
        return service.call(
                "bar-chart",
                "render",
                new JsonObject()
                        .put(
                                "params",
                                new JsonObject()
                                        .put("x", "origin")
                                        .put("y", "delay")
                                        .put("title", "Mean delay & <more>")
                                        .put("width", 640)
                                        .put("height", 360))
                        .put("input", new JsonObject().put("sql", sql)),
                mediaType);
    }

    private static void sameFigures(Answer answer) throws Exception {
        List<JsonObject> rows = answer.expect(200).rows();
        List<JsonObject> sql =
                service.query(BY_SQL, "application/x-ndjson").expect(200).rows();
        assertThat(rows).hasSameSizeAs(sql).isNotEmpty();
        for (int row = 0; row < rows.size(); row++) {
            assertThat(rows.get(row).getString("origin")).isEqualTo(sql.get(row).getString("origin"));
            assertThat(rows.get(row).getLong("count")).isEqualTo(sql.get(row).getLong("count"));
            assertThat(rows.get(row).getBoolean("exact")).isTrue();
            for (String figure : List.of("mean", "median", "p95")) {
                assertThat(rows.get(row).getDouble(figure))
                        .isCloseTo(sql.get(row).getDouble(figure), within(1e-9));
            }
        }
    }
}
