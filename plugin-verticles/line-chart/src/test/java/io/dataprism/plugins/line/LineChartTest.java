package io.dataprism.plugins.line;

import static io.dataprism.plugins.testing.ChartGallery.picture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dataprism.plugin.Dimensions;
import io.dataprism.plugin.ExportFormat;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugin.View;
import io.dataprism.plugins.drawing.ChartView;
import io.dataprism.plugins.testing.ChartGallery;
import io.dataprism.plugins.testing.ChartGallery.Picture;
import io.dataprism.plugins.testing.WrittenDrawing;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import reactor.core.publisher.Flux;

class LineChartTest {

    private static final String NUMBERS = "SELECT i AS x, i * i AS y, 'a' || i % 2 AS name FROM range(10) t(i)";

    private final LineChart plugin = new LineChart();
    private ChartGallery gallery;

    @BeforeEach
    void start() throws SQLException {
        gallery = new ChartGallery(() -> plugin);
    }

    /** Fails where a batch is still open. */
    @AfterEach
    void noBatchIsLeaked() throws SQLException {
        gallery.close();
    }

    static Stream<Picture> pictures() {
        return Gallery.pictures().stream();
    }

    @ParameterizedTest
    @MethodSource("pictures")
    void everyPictureFitsAndIsGoodInFormatsWithoutFonts(Picture picture) throws Exception {
        assertThat(gallery.problems(picture)).isEmpty();
    }

    @Test
    void someAreGoodAsPngAndPdfToo() throws Exception {
        for (Picture picture : Gallery.pictures()) {
            if (Set.of("few", "waves", "gaps", "markup", "empty", "huge", "tiny")
                    .contains(picture.name())) {
                assertThat(gallery.paintingProblems(picture)).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pictures")
    @Tag("longer")
    void everyPictureIsGoodAsPngAndPdf(Picture picture) throws Exception {
        assertThat(gallery.paintingProblems(picture)).isEmpty();
    }

    @Test
    void realFlightsAreDrawn() throws Exception {
        List<Picture> flights = Gallery.flights();
        assumeThat(flights).as("needs ../shared/data/flights-3m.parquet").isNotEmpty();
        assertThat(gallery.problems(flights.getFirst())).isEmpty();
        JsonNode series = json(flights.getFirst()).path("series");
        assertThat(series).hasSize(4);
        assertThat(series.get(0).path("name").asText()).isEqualTo("ATL");
        assertThat(series.get(0).path("rows").get(0).get(0).asText()).isEqualTo("2001-01-01");
    }

    @Test
    void linesAreBrokenWhereAValueIsNullAndALonelyPointIsADot() throws Exception {
        Document svg = svg(
                "SELECT i AS x, CASE WHEN i IN (3, 5) THEN NULL ELSE i END AS y FROM range(8) t(i)",
                Map.of("title", "Gaps"));
        assertThat(WrittenDrawing.elements(svg, "polyline"))
                .extracting(line -> line.getAttribute("points").split(" ").length)
                .containsExactly(3, 2);
        assertThat(WrittenDrawing.elements(svg, "circle"))
                .extracting(Element::getTextContent)
                .contains("y", "y, 4: 4")
                .hasSize(7);
    }

    @Test
    void rowsInAnyOrderMakeLinesFromLeftToRight() throws Exception {
        Document svg = svg("SELECT (i * 7) % 10 AS x, (i * 7) % 10 AS y FROM range(10) t(i)", Map.of());
        String[] points = WrittenDrawing.elements(svg, "polyline")
                .getFirst()
                .getAttribute("points")
                .split(" ");
        assertThat(points).hasSize(10);
        assertThat(Stream.of(points).map(point -> Double.parseDouble(point.split(",")[0])))
                .isSorted();
    }

    @Test
    void ofAMillionRowsNoPeakIsLost() throws Exception {
        String sql =
                "SELECT i AS x, CASE i WHEN 777777 THEN 500 WHEN 12345 THEN -300 ELSE i % 10 END AS y FROM range(1000000) t(i)";
        JsonNode chart = json(picture("peaks", sql, "x", "x", "y", "y"));
        List<JsonNode> rows = rows(chart);
        assertThat(rows).hasSizeBetween(1_000, 3_300);
        assertThat(rows)
                .anyMatch(row -> row.get(0).asInt() == 777_777 && row.get(1).asInt() == 500)
                .anyMatch(row -> row.get(0).asInt() == 12_345 && row.get(1).asInt() == -300);
        assertThat(chart.path("notes").get(0).asText())
                .endsWith("in each column of pixels.")
                .contains("1000000 rows");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TRUE | [\"true\",1]",
                "DATE '2001-01-31' | [\"2001-01-31\",1]",
                "TIMESTAMP '2001-01-31 10:00:00.5' | [\"2001-01-31T10:00:00.500\",1]",
                "TIMESTAMPTZ '2001-01-31 10:00:00+00' | [\"2001-01-31T10:00\",1]",
                "TIMESTAMP_NS '2001-01-31 10:00:00' | [\"2001-01-31T10:00\",1]",
                "TIME '10:00:00' | [\"10:00\",1]",
                "12::TINYINT | [12,1]",
                "1.5::DECIMAL(9, 2) | [1.5,1]",
                "lower('TEXT') | [\"text\",1]"
            })
    void theHorizontalAxisTakesNumbersTimesAndTexts(String value, String row) throws Exception {
        JsonNode chart = json(picture("types", "SELECT " + value + " AS x, 1 AS y", "x", "x", "y", "y"));
        assertThat(rows(chart).getFirst()).hasToString(row);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"1 | Jan 30, Jan 31, Feb 1", "2 | Jan 31, Feb 1", "3 | Jan 31, Feb 1, Feb 2"})
    void datesHaveNoHours(int days, String ticks) throws Exception {
        String sql = "SELECT DATE '2001-01-31' + i::INT AS x, 1 AS y FROM range(" + days + ") t(i)";
        assertThat(WrittenDrawing.texts(svg(sql, Map.of())))
                .contains(ticks.split(", "))
                .noneMatch(text -> text.contains(":00"));
    }

    static Stream<Arguments> notShown() {
        return Stream.of(
                Arguments.of("SELECT NULL::INT AS x, 1 AS y", "1 row without a place on the axis of x is not shown."),
                Arguments.of(
                        "SELECT 'infinity'::DATE AS x, 1 AS y FROM range(3)",
                        "3 rows without a place on the axis of x are not shown."),
                Arguments.of("SELECT 1 AS x, 'NaN'::DOUBLE AS y", "1 value that is not finite is a gap."),
                Arguments.of(
                        "SELECT 'l' || i AS x, 1 AS y FROM range(1500) t(i)", "The first 1000 of 1500 values of x."),
                Arguments.of("SELECT NULL::INT AS x, 1 AS y WHERE false", "no rows"),
                Arguments.of("SELECT 1 AS x, NULL::INT AS y", "no values"));
    }

    @ParameterizedTest
    @MethodSource("notShown")
    void whatIsNotShownIsSaid(String sql, String note) throws Exception {
        assertThat(WrittenDrawing.texts(svg(sql, Map.of()))).contains(note);
    }

    @Test
    void seriesBeyondTheFirstAreCounted() throws Exception {
        Document svg = svg(
                "SELECT i AS x, i AS y, 's' || i % 200 AS name FROM range(400) t(i)",
                Map.of("series", "name", "maxSeries", 3));
        assertThat(WrittenDrawing.texts(svg))
                .contains("The first 3 of 200 series.", "s0", "s2")
                .doesNotContain("s3");
    }

    static Stream<Arguments> wrongParameters() {
        return Stream.of(
                Arguments.of(Map.of("x", 1), "Parameter 'x' is 1, and must be a text"),
                Arguments.of(Map.of("y", List.of()), "Parameter 'y' is [], and must name 1 to 50 columns"),
                Arguments.of(Map.of("y", List.of("y", "y")), "each once"),
                Arguments.of(Map.of("y", List.of("y", 3)), "each once"),
                Arguments.of(
                        Map.of("x", "time"), "'time', which is no column of the input; its columns are [x, y, name]"),
                Arguments.of(
                        Map.of("y", "name"), "the heights need integers, DECIMAL, FLOAT or DOUBLE, as have [x, y]"),
                Arguments.of(Map.of("series", "group"), "'group', which is no column"),
                Arguments.of(Map.of("y", List.of("x", "y"), "series", "name"), "needs one column as y, not 2"),
                Arguments.of(Map.of("maxSeries", 0), "'maxSeries' is 0, and must be an integer from 1 to 200"),
                Arguments.of(Map.of("zero", "no"), "Parameter 'zero' is no, and must be true or false"),
                Arguments.of(Map.of("width", 5000), "an integer from 200 to 4000"),
                Arguments.of(Map.of("theme", "pink"), "'pink', and must be light, dark or auto"));
    }

    @ParameterizedTest
    @MethodSource("wrongParameters")
    void wrongParametersAreRefusedByName(Map<String, Object> params, String problem) {
        assertThatThrownBy(() -> view(NUMBERS, params))
                .isInstanceOf(PluginException.class)
                .hasMessageContaining(problem)
                .hasFieldOrPropertyWithValue("code", "REQUEST_INVALID");
    }

    @Test
    void theAxisIncludesZeroWhereValuesAreNearOrWhereItIsAskedFor() throws Exception {
        String far = "SELECT i AS x, 1000 + i AS y FROM range(10) t(i)";
        assertThat(WrittenDrawing.texts(svg(far, Map.of())))
                .contains("1\u202f002")
                .doesNotContain("200");
        assertThat(WrittenDrawing.texts(svg(far, Map.of("zero", true)))).contains("200", "1\u202f000");
    }

    @Test
    void markupInTheDataIsText() throws Exception {
        String sql =
                "SELECT 1 AS x, 1 AS y, '<script>alert(\"1\")</script>' AS name UNION ALL SELECT 2, 2, 'other' ORDER BY ALL";
        ChartView view = view(sql, Map.of("series", "name", "title", "</title><svg onload='x'>"));
        for (ExportFormat format : List.of(ExportFormat.SVG, ExportFormat.HTML, ExportFormat.JSON)) {
            assertThat(new String(gallery.written(view, format), StandardCharsets.UTF_8))
                    .doesNotContain("<script", "<svg onload");
        }
    }

    @Test
    void aKeptViewIsDrawnAgainInAnotherSizeAndWithOtherData() throws Exception {
        ChartView view = view(NUMBERS, Map.of("series", "name"));
        View wider = plugin.resize(view, new Dimensions(1200, 300)).block();
        View updated = plugin.update(wider, gallery.engine().query("SELECT 1 AS x, 2 AS y, 'new' AS name"))
                .block();
        Document svg = WrittenDrawing.svg(gallery.written((ChartView) updated, ExportFormat.SVG));
        assertThat(svg.getDocumentElement().getAttribute("width")).isEqualTo("1200");
        assertThat(plugin.destroy(updated).blockOptional()).isEmpty();
        assertThatThrownBy(() -> plugin.render("paint", Flux.empty(), Map.of()).block())
                .hasFieldOrPropertyWithValue("code", "OPERATION_NOT_FOUND");
    }

    @Test
    void itSaysWhatItCanDraw() {
        assertThat(plugin.visualizationTypes())
                .hasSize(1)
                .allSatisfy(type -> assertThat(type.requiredFields()).containsExactly("x", "y"));
        assertThat(plugin.supportedDataTypes()).isNotEmpty();
        assertThat(plugin.interactionFeatures()).isNotEmpty();
    }

    private ChartView view(String sql, Map<String, ? extends @Nullable Object> params) {
        Picture picture = picture("chart", sql, "x", "x", "y", "y");
        picture.params().putAll(params);
        return gallery.view(picture);
    }

    private Document svg(String sql, Map<String, ? extends @Nullable Object> params) throws Exception {
        return WrittenDrawing.svg(gallery.written(view(sql, params), ExportFormat.SVG));
    }

    private JsonNode json(Picture picture) throws Exception {
        return new ObjectMapper().readTree(gallery.written(gallery.view(picture), ExportFormat.JSON));
    }

    private static List<JsonNode> rows(JsonNode chart) {
        List<JsonNode> rows = new ArrayList<>();
        chart.path("series").get(0).path("rows").forEach(rows::add);
        return rows;
    }
}
