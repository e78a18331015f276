package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The bundled charts as they come with the distribution, each in every format, in the real sandbox. */
@Tag("longer")
class ChartsIT {

    private static final String TITLE = "Delay & <more>";

    static final List<Chart> CHARTS = List.of(
            new Chart(
                    "bar-chart",
                    "SELECT origin, avg(delay) AS delay FROM flights GROUP BY origin ORDER BY count(*) DESC, origin LIMIT 20",
                    new JsonObject().put("x", "origin").put("y", "delay")),
            new Chart(
                    "line-chart",
                    "SELECT date::DATE AS day, origin, avg(delay) AS delay FROM flights WHERE origin IN ('ORD', 'ATL') GROUP BY ALL",
                    new JsonObject().put("x", "day").put("y", "delay").put("series", "origin")),
            new Chart(
                    "scatter-chart",
                    "SELECT distance, delay, origin FROM flights WHERE origin IN ('ORD', 'ATL')",
                    new JsonObject().put("x", "distance").put("y", "delay").put("group", "origin")));

    @TempDir
    static Path folder;

    private static Service service;

    /** A chart of the sample. */
    record Chart(String plugin, String sql, JsonObject params) {

        JsonObject body() {
            return new JsonObject()
                    .put(
                            "params",
                            params.copy().put("title", TITLE).put("width", 640).put("height", 360))
                    .put("input", new JsonObject().put("sql", sql));
        }

        @Override
        public String toString() {
            return plugin;
        }
    }

    @BeforeAll
    static void start() throws Exception {
        service = Service.start(folder.resolve("data"));
        for (Chart chart : CHARTS) {
            service.put("/v1/plugins/" + chart.plugin() + "/grants", new JsonObject().put("approve", "requested"))
                    .expect(200);
            service.post("/v1/plugins/" + chart.plugin() + "/activate").expect(200);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
    }

    @ParameterizedTest
    @FieldSource("CHARTS")
    void everyChartIsDrawnInEveryFormat(Chart chart) throws Exception {
        assertThat(ImageIO.read(new ByteArrayInputStream(drawn(chart, "image/png")))
                        .getWidth())
                .isEqualTo(640);
        assertThat(DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new ByteArrayInputStream(drawn(chart, "image/svg+xml")))
                        .getElementsByTagName("title")
                        .item(0)
                        .getTextContent())
                .isEqualTo(TITLE);
        assertThat(new String(drawn(chart, "text/html"), StandardCharsets.UTF_8))
                .contains("<title>Delay &amp; &lt;more&gt;</title>", "<table>", "<svg")
                .doesNotContain("<script");
        JsonObject json = new JsonObject(new String(drawn(chart, "application/json"), StandardCharsets.UTF_8));
        assertThat(json.getString("title")).isEqualTo(TITLE);
        assertThat(json.getJsonArray("series").getJsonObject(0).getJsonArray("rows"))
                .isNotEmpty();
    }

    @ParameterizedTest
    @FieldSource("CHARTS")
    void everyPdfHasItsTextsAsTextWithFontsOfTheMachine(Chart chart) throws Exception {
        try (PDDocument document = Loader.loadPDF(drawn(chart, "application/pdf"))) {
            assertThat(new PDFTextStripper().getText(document).replaceAll("\\s", ""))
                    .contains("Delay&<more>", "ORD", "ATL");
            assertThat(document.getPage(0).getResources().getXObjectNames()).isEmpty();
            assertThat(document.getPage(0).getMediaBox().getWidth()).isEqualTo(480);
        }
    }

    /** Of what is seen in their packages, all is PDFBox's unmapping of files, which charts do not use. */
    @ParameterizedTest
    @FieldSource("CHARTS")
    void theirPackagesAreSmallAndHoldNothingElseOfNote(Chart chart) throws Exception {
        JsonObject shown =
                service.get("/v1/plugins/" + chart.plugin()).expect(200).json();
        assertThat(shown.getJsonArray("findings"))
                .allSatisfy(
                        finding -> assertThat(finding.toString()).contains("org.apache.pdfbox.io.IOUtils.unmapper."));
        assertThat(shown.getJsonObject("isolation").getString("level")).isIn("full", "no-cgroup");
        Path jar = Path.of(System.getProperty("dataprism.home"), "plugins", chart.plugin() + "-0.1.0.jar");
        assertThat(jar.toFile().length()).isLessThan(3L << 20);
    }

    @Test
    void aMillionRowsBecomeALine() throws Exception {
        JsonObject body = new JsonObject()
                .put("params", new JsonObject().put("x", "range").put("y", new JsonArray().add("v")))
                .put("input", new JsonObject().put("sql", "SELECT range, sin(range / 50000) AS v FROM range(1000000)"));
        byte[] svg = service.call("line-chart", "render", body, "image/svg+xml")
                .expect(200)
                .body();
        assertThat(svg.length).isLessThan(100_000);
    }

    @Test
    void aKeptChartIsDrawnAgainInAnotherSize() throws Exception {
        JsonObject body = CHARTS.getLast().body().put("live", true);
        JsonObject view = service.call("scatter-chart", "render", body, "image/svg+xml")
                .expect(200)
                .json();
        String path = "/v1/plugins/scatter-chart/views/" + view.getString("viewId");
        service.post(path + "/resize", new JsonObject().put("width", 900).put("height", 300))
                .expect(200);
        service.post(path + "/resize", new JsonObject().put("width", 20).put("height", 300))
                .problem(400, "REQUEST_INVALID");
    }

    @Test
    void wrongColumnsAreNamed() throws Exception {
        for (Chart chart : CHARTS) {
            JsonObject body = chart.body();
            body.getJsonObject("params").put("y", "dealy");
            assertThat(Stream.of(service.call(chart.plugin(), "render", body, "image/png")))
                    .allSatisfy(answer ->
                            assertThat(answer.json().getString("detail")).contains("dealy", "delay"));
        }
    }

    private static byte[] drawn(Chart chart, String mediaType) throws Exception {
        Answer answer =
                service.call(chart.plugin(), "render", chart.body(), mediaType).expect(200);
        assertThat(answer.header("content-type")).startsWith(mediaType);
        return answer.body();
    }
}
