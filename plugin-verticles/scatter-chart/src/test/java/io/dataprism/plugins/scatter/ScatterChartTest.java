package io.dataprism.plugins.scatter;

import static io.dataprism.plugins.testing.ChartGallery.picture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
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
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import reactor.core.publisher.Flux;

class ScatterChartTest {

    private static final String NUMBERS = "SELECT i AS x, i * i AS y, 'a' || i % 2 AS name, i AS s FROM range(10) t(i)";

    private final ScatterChart plugin = new ScatterChart();
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
    @Tag("longer")
    void realFlightsAreDrawn() throws Exception {
        List<Picture> flights = Gallery.flights();
        assumeThat(flights).as("needs ../shared/data/flights-3m.parquet").isNotEmpty();
        assertThat(gallery.problems(flights.getFirst())).isEmpty();
        assertThat(rows(json(flights.getFirst()))).hasSize(229);
    }

    @Test
    void eachRowIsADotThatSaysWhatItStandsFor() throws Exception {
        assertThat(dots(svg(NUMBERS, Map.of("group", "name"))))
                .hasSize(10)
                .extracting(Element::getTextContent)
                .contains("a0, 0: 0", "a1, 9: 81");
    }

    @Test
    void areasAreInProportionToSizes() throws Exception {
        List<Element> dots = dots(svg("SELECT i AS x, i AS y, i * i AS s FROM range(1, 5) t(i)", Map.of("size", "s")));
        double largest = Double.parseDouble(dots.getFirst().getAttribute("r"));
        assertThat(dots)
                .extracting(dot -> Double.parseDouble(dot.getAttribute("r")))
                .satisfiesExactly(
                        radius -> assertThat(radius).isEqualTo(largest),
                        radius -> assertThat(radius).isCloseTo(largest * 3 / 4, within(0.02)),
                        radius -> assertThat(radius).isCloseTo(largest / 2, within(0.02)),
                        radius -> assertThat(radius).isCloseTo(largest / 4, within(0.02)));
    }

    @Test
    void ofManyRowsEachIsCountedAndTheOutermostAreDrawn() throws Exception {
        String sql = "SELECT CASE i WHEN 277777 THEN 5000 ELSE i % 1000 END AS x, CASE i WHEN 12345 THEN -4000"
                + " ELSE i * 7919 % 1009 END AS y FROM range(300000) t(i)";
        JsonNode chart = json(picture("many", sql, "x", "x", "y", "y"));
        List<JsonNode> rows = rows(chart);
        assertThat(rows).hasSizeLessThanOrEqualTo(4_000);
        assertThat(rows)
                .anyMatch(row -> row.get(0).asInt() == 5_000)
                .anyMatch(row -> row.get(1).asInt() == -4_000);
        assertThat(rows.stream().mapToLong(row -> row.get(2).asLong()).sum()).isEqualTo(300_000);
        assertThat(chart.path("notes").get(0).asText())
                .endsWith("dots stand for 300000 rows; the more rows, the more opaque.");
    }

    @Test
    void crowdedPlacesAreMoreOpaqueThanLonelyOnes() throws Exception {
        String sql = "SELECT i % 200 AS x, i % 100 * (i % 3) AS y FROM range(200000) t(i)"
                + " UNION ALL SELECT 200 + i % 150, 210 + i // 150 FROM range(19000) t(i)";
        assertThat(WrittenDrawing.elements(svg(sql, Map.of()), "g"))
                .extracting(dots -> Double.parseDouble(dots.getAttribute("fill-opacity")))
                .contains(0.2)
                .anyMatch(opacity -> opacity > 0.6);
    }

    @Test
    void manyDotsFitIntoTheEventOfALiveView() {
        String sql =
                "SELECT hash(i) % 100003 AS x, hash(-i) % 99991 AS y, 'g' || i % 3 AS name FROM range(500000) t(i)";
        assertThat(gallery.written(view(sql, Map.of("group", "name")), ExportFormat.SVG).length)
                .isLessThan(180 << 10);
    }

    static Stream<Arguments> notShown() {
        return Stream.of(
                Arguments.of(
                        "SELECT NULL::INT AS x, 1 AS y, 1 AS s", "1 row without a place on both axes is not shown."),
                Arguments.of(
                        "SELECT 'infinity'::DOUBLE AS x, 'NaN'::DOUBLE AS y, 1 AS s FROM range(3)",
                        "3 rows without a place on both axes are not shown."),
                Arguments.of("SELECT 1 AS x, 1 AS y, -1 AS s", "1 row without a size is not shown."),
                Arguments.of("SELECT 1 AS x, 1 AS y, NULL::INT AS s", "no rows"),
                Arguments.of("SELECT 1 AS x, 1 AS y, 1 AS s WHERE false", "no rows"),
                Arguments.of("SELECT 1 AS x, 1 AS y, 2500 AS s", "Areas are s, the largest 2\u202f500."));
    }

    @ParameterizedTest
    @MethodSource("notShown")
    void whatIsNotShownIsSaid(String sql, String note) throws Exception {
        assertThat(WrittenDrawing.texts(svg(sql, Map.of("size", "s")))).contains(note);
    }

    @Test
    void groupsBeyondTheFirstAreGrey() throws Exception {
        Document svg = svg(
                "SELECT i AS x, i AS y, 'g' || i % 200 AS name FROM range(400) t(i)",
                Map.of("group", "name", "maxGroups", 3));
        assertThat(WrittenDrawing.texts(svg))
                .contains("The first 3 of 200 groups have colours; the others are grey.", "g0", "g2", "others")
                .doesNotContain("g3");
        assertThat(dots(svg))
                .filteredOn(dot -> dot.getAttribute("class").equals("muted"))
                .hasSize(394);
    }

    static Stream<Arguments> wrongParameters() {
        return Stream.of(
                Arguments.of(Map.of("x", 1), "Parameter 'x' is 1, and must be a text"),
                Arguments.of(Map.of("y", ""), "Parameter 'y' is missing; it names a column"),
                Arguments.of(Map.of("x", "z"), "'z', which is no column of the input; its columns are [x, y, name, s]"),
                Arguments.of(Map.of("x", "name"), "the axes of dots need numbers, dates or times"),
                Arguments.of(
                        Map.of("size", "name"), "the sizes need integers, DECIMAL, FLOAT or DOUBLE, as have [x, y, s]"),
                Arguments.of(Map.of("group", "none"), "'none', which is no column"),
                Arguments.of(Map.of("maxGroups", 11), "'maxGroups' is 11, and must be an integer from 1 to 10"),
                Arguments.of(Map.of("maxDots", 99), "'maxDots' is 99, and must be an integer from 100 to 20000"),
                Arguments.of(Map.of("opacity", 0), "'opacity' is 0, and must be a number over 0.0 and up to 1.0"),
                Arguments.of(Map.of("height", 10), "an integer from 150 to 4000"),
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
    void markupInTheDataIsText() throws Exception {
        String sql =
                "SELECT 1 AS x, 1 AS y, '<script>alert(\"1\")</script>' AS name UNION ALL SELECT 2, 2, 'other' ORDER BY ALL";
        ChartView view = view(sql, Map.of("group", "name", "title", "</title><svg onload='x'>"));
        for (ExportFormat format : List.of(ExportFormat.SVG, ExportFormat.HTML, ExportFormat.JSON)) {
            assertThat(new String(gallery.written(view, format), StandardCharsets.UTF_8))
                    .doesNotContain("<script", "<svg onload");
        }
    }

    @Test
    void aKeptViewIsDrawnAgainInAnotherSizeAndWithOtherData() throws Exception {
        ChartView view = view(NUMBERS, Map.of("group", "name"));
        View wider = plugin.resize(view, new Dimensions(1200, 300)).block();
        View updated = plugin.update(wider, gallery.engine().query("SELECT 1 AS x, 2 AS y, 'new' AS name"))
                .block();
        Document svg = WrittenDrawing.svg(gallery.written((ChartView) updated, ExportFormat.SVG));
        assertThat(svg.getDocumentElement().getAttribute("width")).isEqualTo("1200");
        assertThat(dots(svg)).hasSize(1);
        assertThat(plugin.destroy(updated).blockOptional()).isEmpty();
        assertThatThrownBy(() -> plugin.render("paint", Flux.empty(), Map.of()).block())
                .hasFieldOrPropertyWithValue("code", "OPERATION_NOT_FOUND");
    }

    @Test
    void itSaysWhatItCanDraw() {
        assertThat(plugin.visualizationTypes())
                .hasSize(1)
                .allSatisfy(type -> assertThat(type.optionalFields()).containsExactly("group", "size"));
        assertThat(plugin.supportedDataTypes()).isNotEmpty();
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

    /** Without those of the legend. */
    private static List<Element> dots(Document svg) {
        return WrittenDrawing.elements(svg, "circle").stream()
                .filter(dot -> !dot.getAttribute("opacity").isEmpty())
                .toList();
    }

    private static List<JsonNode> rows(JsonNode chart) {
        List<JsonNode> rows = new ArrayList<>();
        chart.path("series").get(0).path("rows").forEach(rows::add);
        return rows;
    }
}
