package io.dataprism.plugins.chart;

import static io.dataprism.plugins.chart.TestData.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dataprism.plugin.Dimensions;
import io.dataprism.plugin.ExportFormat;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugin.RenderConfig;
import io.dataprism.plugin.Rendering;
import io.dataprism.plugin.View;
import io.dataprism.plugins.testing.WrittenDrawing;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class BarChartTest {

    private final TestData data = new TestData();
    private final BarChart plugin = new BarChart();

    /** Closing the allocator fails where a batch is still open. */
    @AfterEach
    void noBatchIsLeaked() {
        data.close();
    }

    static Stream<Gallery.Picture> pictures() {
        return Gallery.pictures().stream();
    }

    @ParameterizedTest
    @MethodSource("pictures")
    void everyPictureIsWellFormedInBothFormats(Gallery.Picture picture) throws Exception {
        Element svg = WrittenDrawing.svg(Gallery.draw(data, picture, ExportFormat.SVG))
                .getDocumentElement();
        assertThat(svg.getAttribute("role")).isEqualTo("img");
        assertThat(svg.getAttribute("width"))
                .isEqualTo(String.valueOf(picture.params().getOrDefault("width", 800)));

        byte[] png = Gallery.draw(data, picture, ExportFormat.PNG);
        assertThat(png).startsWith(0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n');
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
        assertThat(image.getWidth()).isEqualTo(picture.params().getOrDefault("width", 800));
        assertThat(image.getHeight()).isEqualTo(picture.params().getOrDefault("height", 450));
    }

    @Test
    void theSvgHasATitleABarForEachRowAndItsTextsAsText() throws Exception {
        Document svg = svg(TestData.origins(), Map.of("title", "Mean delay <by> origin & more"));
        assertThat(svg.getElementsByTagName("title").item(0).getTextContent())
                .isEqualTo("Mean delay <by> origin & more");
        assertThat(bars(svg)).hasSize(20).first().satisfies(bar -> {
            assertThat(bar.getAttribute("class")).isEqualTo("positive");
            assertThat(bar.getTextContent()).isEqualTo("ORD: 10.1");
        });
        assertThat(WrittenDrawing.texts(svg))
                .contains("Mean delay <by> origin & more", "origin", "delay", "ORD", "MCO", "0", "2", "12");
        assertThat(svg.getElementsByTagName("image").getLength()).isZero();
    }

    @ParameterizedTest
    @MethodSource("pictures")
    void everyPictureIsGoodAsPdfHtmlAndJsonToo(Gallery.Picture picture) throws Exception {
        String title = WrittenDrawing.svg(Gallery.draw(data, picture, ExportFormat.SVG))
                .getElementsByTagName("title")
                .item(0)
                .getTextContent();
        assertThat(WrittenDrawing.pdfText(Gallery.draw(data, picture, ExportFormat.PDF)))
                .contains(title.split(" ")[0]);
        assertThat(WrittenDrawing.reachesOut(Gallery.draw(data, picture, ExportFormat.HTML)))
                .isEmpty();
        Map<?, ?> json = new ObjectMapper().readValue(Gallery.draw(data, picture, ExportFormat.JSON), Map.class);
        assertThat(json.get("title")).isEqualTo(title);
    }

    @Test
    void thePdfHasItsTextsAsTextAndNoPictures() throws Exception {
        View view = render(data.batches(TestData.origins()), Map.of("title", "Verspätung – задержка"))
                .block();
        byte[] pdf = exported(view, ExportFormat.PDF).bytes();
        assertThat(WrittenDrawing.pdfText(pdf)).contains("Verspätung – задержка", "origin", "ORD", "MCO", "12");
        assertThat(new String(pdf, StandardCharsets.ISO_8859_1)).doesNotContain("/Image");
    }

    @Test
    void theHtmlHasATableAndNothingOfTheDataIsMarkup() {
        View view = render(
                        data.batches(List.of(row("<script>alert(1)</script>", 1234.5), row("\" onload='x", 2))),
                        Map.of("title", "<img src=x>"))
                .block();
        assertThat(new String(exported(view, ExportFormat.HTML).bytes(), StandardCharsets.UTF_8))
                .contains("<td>&lt;script&gt;alert(1)&lt;/script&gt;</td><td class=\"number\">1\u202f234.5</td>")
                .contains("&quot; onload=&#39;x")
                .doesNotContain("<script", "<img");
    }

    @Test
    void theJsonHasTheNumbers() throws Exception {
        View view = render(data.batches(List.of(row("a\"\\", 1.25), row("b", -3), row("c", null))), Map.of())
                .block();
        Map<?, ?> json =
                new ObjectMapper().readValue(exported(view, ExportFormat.JSON).bytes(), Map.class);
        assertThat(json.get("chart")).isEqualTo("bar-chart");
        assertThat(json.get("series"))
                .isEqualTo(List.of(Map.of("name", "delay", "rows", List.of(List.of("a\"\\", 1.25), List.of("b", -3)))));
        assertThat(json.get("notes")).isEqualTo(List.of("1 row without a finite delay is not shown."));
    }

    @Test
    void aKeptViewIsDrawnAgainInAnotherSizeAndWithOtherData() throws Exception {
        View view = render(data.batches(TestData.origins()), Map.of("title", "Kept"))
                .block();
        View larger = plugin.resize(view, new Dimensions(1000, 300)).block();
        Document svg = WrittenDrawing.svg(exported(larger, ExportFormat.SVG).bytes());
        assertThat(svg.getDocumentElement().getAttribute("width")).isEqualTo("1000");
        assertThat(bars(svg)).hasSize(20);
        View updated =
                plugin.update(larger, data.batches(List.of(row("new", 1)))).block();
        svg = WrittenDrawing.svg(exported(updated, ExportFormat.SVG).bytes());
        assertThat(svg.getDocumentElement().getAttribute("width")).isEqualTo("1000");
        assertThat(WrittenDrawing.texts(svg)).contains("Kept", "new").doesNotContain("ORD");
        assertThat(plugin.destroy(updated).blockOptional()).isEmpty();
        assertThatThrownBy(() -> plugin.resize(view, new Dimensions(10, 300)).block())
                .hasMessageContaining("Parameter 'width' is 10, and must be an integer from 200 to 4000");
    }

    @Test
    void whatACallerWishesIsHeeded() {
        plugin.configure(Map.of("theme", "dark")).block();
        View configured = render(data.batches(TestData.origins()), Map.of()).block();
        assertThat(new String(exported(configured, ExportFormat.SVG).bytes(), StandardCharsets.UTF_8))
                .contains(".ground { fill: #111827 }")
                .doesNotContain("@media");
        RenderConfig wishes = RenderConfig.of(
                Map.of("responsive", true, "styles", Map.of("positive", "#123456")), plugin.configuration());
        View wished = plugin.render(
                        "render",
                        data.batches(TestData.origins()),
                        Map.of("x", "origin", "y", "delay", "theme", "light"),
                        wishes)
                .block();
        assertThat(new String(exported(wished, ExportFormat.SVG).bytes(), StandardCharsets.UTF_8))
                .contains("width=\"100%\"", ".positive { fill: #123456 }", ".ground { fill: #ffffff }");
        assertThatThrownBy(() -> plugin.configure(Map.of("styles", Map.of("positive", "red; }")))
                        .block())
                .hasMessageContaining("must have a colour as #rrggbb");
        assertThatThrownBy(() -> plugin.configure(Map.of("styles", Map.of("bars", "#123456")))
                        .block())
                .hasMessageContaining("must name one of");
    }

    @Test
    void theHeightOfBarsIsInProportionAndNegativeOnesHangFromZero() throws Exception {
        List<Element> bars = bars(svg(List.of(row("a", 10), row("b", 5), row("c", -5)), Map.of()));
        double unit = number(bars.get(1), "height");
        assertThat(number(bars.get(0), "height")).isCloseTo(2 * unit, org.assertj.core.data.Offset.offset(0.02));
        assertThat(number(bars.get(2), "height")).isCloseTo(unit, org.assertj.core.data.Offset.offset(0.02));
        assertThat(number(bars.get(2), "y"))
                .isCloseTo(number(bars.get(1), "y") + unit, org.assertj.core.data.Offset.offset(0.02));
        assertThat(bars.get(2).getAttribute("class")).isEqualTo("negative");
    }

    @Test
    void whatIsLeftOutIsSaid() throws Exception {
        List<TestData.Row> rows = new ArrayList<>(TestData.numbered(60));
        rows.add(row("x", null));
        rows.add(row("y", Double.NaN));
        assertThat(WrittenDrawing.texts(svg(rows, Map.of("maxBars", 10))))
                .contains("The first 10 of 60 rows. 2 rows without a finite delay are not shown.");
        assertThat(WrittenDrawing.texts(svg(List.of(row("a", null)), Map.of())))
                .contains("no rows", "1 row without a finite delay is not shown.");
    }

    @Test
    void anEndlessInputIsNotReadToItsEnd() {
        List<TestData.Row> rows =
                IntStream.range(0, 1_000).mapToObj(index -> row("r", index)).toList();
        View view = render(Flux.generate(sink -> sink.next(data.batch(rows))), Map.of())
                .block();
        assertThat(new String(exported(view, ExportFormat.SVG).bytes(), StandardCharsets.UTF_8))
                .contains("The first 50 of more than 100000 rows.");
    }

    @Test
    void theThemeDecidesTheColours() throws IOException {
        assertThat(pixel("light")).isEqualTo(0xffffffff);
        assertThat(pixel("dark")).isEqualTo(0xff111827);
        assertThat(pixel("auto")).isEqualTo(0xffffffff);
        View view = render(data.batches(TestData.origins()), Map.of()).block();
        assertThat(new String(exported(view, ExportFormat.SVG).bytes(), StandardCharsets.UTF_8))
                .contains("@media (prefers-color-scheme: dark)");
    }

    static Stream<Arguments> wrongParameters() {
        return Stream.of(
                Arguments.of(Map.of("x", 1), "Parameter 'x' is 1, and must be a text"),
                Arguments.of(Map.of("y", ""), "Parameter 'y' is missing"),
                Arguments.of(Map.of("width", 199), "Parameter 'width' is 199, and must be an integer from 200 to 4000"),
                Arguments.of(Map.of("height", 200.5), "Parameter 'height' is 200.5"),
                Arguments.of(Map.of("maxBars", "many"), "Parameter 'maxBars' is many"),
                Arguments.of(Map.of("theme", "pink"), "'pink', and must be light, dark or auto"),
                Arguments.of(Map.of("x", "orign"), "its columns are [origin, delay]"),
                Arguments.of(Map.of("y", "origin"), "as have [delay]"));
    }

    @ParameterizedTest
    @MethodSource("wrongParameters")
    void wrongParametersAreRefusedByName(Map<String, Object> params, String problem) {
        assertThatThrownBy(
                        () -> render(data.batches(TestData.origins()), params).block())
                .isInstanceOf(PluginException.class)
                .hasMessageContaining(problem)
                .hasFieldOrPropertyWithValue("code", "REQUEST_INVALID");
    }

    @Test
    void whatItCannotDoIsRefused() {
        assertThatThrownBy(() -> plugin.render("paint", Flux.empty(), Map.of()).block())
                .hasFieldOrPropertyWithValue("code", "OPERATION_NOT_FOUND");
        assertThatThrownBy(() -> exported(new View() {}, ExportFormat.SVG)).hasMessageContaining("not made by");
    }

    /** In a JVM of its own, whose fontconfig knows only an empty folder. */
    @Test
    void withoutFontsPngAndPdfSayWhatIsMissingAndSvgStillWorks(@TempDir Path folder) throws Exception {
        Path configuration = Files.writeString(
                folder.resolve("fonts.conf"),
                "<?xml version=\"1.0\"?><fontconfig><dir>" + folder + "</dir></fontconfig>");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "--add-opens=java.base/java.nio=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Dsun.awt.fontconfig=" + folder.resolve("none"),
                        "-Dsun.java2d.fontpath=" + folder,
                        "-cp",
                        System.getProperty("java.class.path"),
                        FontlessMachine.class.getName())
                .redirectErrorStream(true);
        builder.environment().put("FONTCONFIG_FILE", configuration.toString());
        Process process = builder.start();
        try (InputStream output = process.getInputStream()) {
            String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(text)
                    .contains("SVG of ")
                    .contains("PNG: FONTS_MISSING", "PDF: FONTS_MISSING")
                    .contains("apt-get install fonts-dejavu-core");
        } finally {
            process.destroyForcibly();
        }
    }

    /** Draws one chart in formats that need fonts and in one that does not and says what came of it. */
    static final class FontlessMachine {
        public static void main(String[] arguments) {
            Gallery.Picture picture = Gallery.pictures().getFirst();
            try (TestData data = new TestData()) {
                System.out.println("SVG of " + Gallery.draw(data, picture, ExportFormat.SVG).length + " bytes");
                for (ExportFormat format : List.of(ExportFormat.PNG, ExportFormat.PDF)) {
                    try {
                        System.out.println(format + " of " + Gallery.draw(data, picture, format).length + " bytes");
                    } catch (PluginException failure) {
                        System.out.println(format + ": " + failure.code() + " " + failure.getMessage());
                    }
                }
            }
        }
    }

    private Document svg(List<TestData.Row> rows, Map<String, @Nullable Object> params) throws Exception {
        View view = render(data.batches(rows), params).block();
        return WrittenDrawing.svg(exported(view, ExportFormat.SVG).bytes());
    }

    private Mono<View> render(Flux<io.dataprism.plugin.Batch> batches, Map<String, @Nullable Object> params) {
        Map<String, @Nullable Object> all = new HashMap<>(Map.of("x", "origin", "y", "delay"));
        all.putAll(params);
        return plugin.render("render", batches, all);
    }

    private Rendering exported(View view, ExportFormat format) {
        return plugin.export(view, format).blockOptional().orElseThrow();
    }

    private int pixel(String theme) throws IOException {
        View view =
                render(data.batches(TestData.origins()), Map.of("theme", theme)).block();
        return ImageIO.read(new ByteArrayInputStream(
                        exported(view, ExportFormat.PNG).bytes()))
                .getRGB(1, 1);
    }

    private static List<Element> bars(Document svg) {
        return WrittenDrawing.elements(svg, "rect").stream()
                .filter(element -> !element.getAttribute("class").equals("ground"))
                .toList();
    }

    private static double number(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }
}
