package io.dataprism.plugins.drawing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Dimensions;
import io.dataprism.plugin.ExportFormat;
import io.dataprism.plugin.RenderConfig;
import io.dataprism.plugin.View;
import io.dataprism.plugins.drawing.Drawing.Anchor;
import io.dataprism.plugins.drawing.Drawing.Point;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.apache.pdfbox.text.PDFTextStripper;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** One drawing with every kind of mark, in every format. */
class FormatsTest {

    private static final String TITLE = "Every mark & <more>";

    private final ChartPlugin plugin = new EveryMark();

    @Test
    void svgHasEachMarkAsAnElement() {
        assertThat(text(ExportFormat.SVG, Map.of()))
                .contains("<title id=\"title\">Every mark &amp; &lt;more&gt;</title>")
                .contains(
                        "<rect class=\"positive\" x=\"20\" y=\"40\" width=\"30\" height=\"60\"><title>a bar</title></rect>")
                .contains("<line class=\"axis\" x1=\"10\" y1=\"120\" x2=\"190\" y2=\"120\"/>")
                .contains(
                        "<polyline class=\"series1-line\" stroke-width=\"2\" stroke-linejoin=\"round\" stroke-dasharray=\"7 4\""
                                + " points=\"10,10 100.5,60.25 190,20\"><title>a curve</title></polyline>")
                .contains("<circle class=\"series2\" cx=\"150\" cy=\"90\" r=\"12\" opacity=\"0.5\"/>")
                .contains("<g class=\"series3\" fill-opacity=\"0.5\">\n<circle cx=\"60\" cy=\"100\" r=\"2\"/>"
                        + "<circle cx=\"65\" cy=\"100\" r=\"2\"/></g>")
                .contains("transform=\"rotate(-90 12 80)\">turned</text>");
    }

    @Test
    void jsonEscapesWhatItMust() {
        assertThat(text(ExportFormat.JSON, Map.of()))
                .contains("\"title\":\"Every mark & \\u003cmore>\"")
                .contains("\"rows\":[[\"a\\\"b\\\\c\\u0001\",1.5],[\"\\ud83d\\ude80\",null],[\"whole\",12]]");
    }

    @Test
    void htmlHasATableOfAtMostAThousandRows() {
        assertThat(text(ExportFormat.HTML, Map.of()))
                .contains("(the first 1000 of 1503 rows)", "<th scope=\"row\">first</th><td>a&quot;b\\c")
                .contains("default-src 'none'", "<figcaption>A note.</figcaption>")
                .doesNotContain("row 998<", "<script");
        assertThat(text(ExportFormat.HTML, Map.of())).contains("row 996<");
    }

    @Test
    void pdfIsVectorsAndTextWithTheFontsThatItNeeds() throws IOException {
        byte[] pdf = written(ExportFormat.PDF, Map.of());
        try (PDDocument document = Loader.loadPDF(pdf)) {
            assertThat(new PDFTextStripper().getText(document).replaceAll("\\s", ""))
                    .contains("boldtext", "Ωμέγα", "turned");
            assertThat(document.getDocumentInformation().getTitle()).isEqualTo(TITLE);
            assertThat(document.getPage(0).getMediaBox().getWidth()).isEqualTo(150);
            assertThat(document.getPage(0).getResources().getXObjectNames()).isEmpty();
            for (var name : document.getPage(0).getResources().getFontNames()) {
                PDFont font = document.getPage(0).getResources().getFont(name);
                assertThat(font.isEmbedded()).isTrue();
                assertThat(font.getName()).matches("[A-Z]{6}\\+.*");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void pdfAndPngShowTheSame(String theme) throws IOException {
        Map<String, @Nullable Object> params = Map.of("theme", theme);
        BufferedImage png = ImageIO.read(new ByteArrayInputStream(written(ExportFormat.PNG, params)));
        try (PDDocument document = Loader.loadPDF(written(ExportFormat.PDF, params))) {
            BufferedImage pdf = new PDFRenderer(document).renderImageWithDPI(0, 96);
            assertThat(pdf.getWidth()).isEqualTo(png.getWidth());
            for (int[] place : new int[][] {{2, 2}, {35, 70}, {150, 90}, {150, 100}, {190, 140}}) {
                int difference = IntStream.of(0, 8, 16)
                        .map(shift -> Math.abs((png.getRGB(place[0], place[1]) >> shift & 0xff)
                                - (pdf.getRGB(place[0], place[1]) >> shift & 0xff)))
                        .max()
                        .orElseThrow();
                assertThat(difference)
                        .as("colour at " + place[0] + ", " + place[1])
                        .isLessThan(4);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ExportFormat.class)
    void aViewOfAnotherPluginIsRefused(ExportFormat format) {
        assertThatThrownBy(() -> plugin.export(new View() {}, format).block())
                .hasMessage("This view was not made by the plugin every-mark.");
    }

    @Test
    void aViewIsResizedWithinWhatAPictureMayBe() {
        View view = plugin.render("render", Flux.empty(), Map.of()).block();
        ChartView wide =
                (ChartView) plugin.resize(view, new Dimensions(300, 200)).block();
        assertThat(wide.drawing().width()).isEqualTo(300);
        assertThatThrownBy(() -> plugin.resize(view, new Dimensions(300, 5000)).block())
                .hasMessageContaining("Parameter 'height' is 5000, and must be an integer from 150 to 4000");
    }

    @Test
    void theStylesOfACallerAreColours() {
        RenderConfig wishes = RenderConfig.of(Map.of("styles", Map.of("series2", "#abcdef")), plugin.configuration());
        View view = plugin.render("render", Flux.empty(), Map.of(), wishes).block();
        assertThat(new String(plugin.export(view, ExportFormat.SVG).block().bytes(), StandardCharsets.UTF_8))
                .contains(".series2 { fill: #abcdef }");
    }

    private byte[] written(ExportFormat format, Map<String, @Nullable Object> params) {
        return plugin.render("render", Flux.empty(), params)
                .flatMap(view -> plugin.export(view, format))
                .blockOptional()
                .orElseThrow()
                .bytes();
    }

    private String text(ExportFormat format, Map<String, @Nullable Object> params) {
        return new String(written(format, params), StandardCharsets.UTF_8);
    }

    /** Draws the same whatever it is given. */
    private static final class EveryMark extends ChartPlugin {

        EveryMark() {
            super("every-mark");
        }

        @Override
        protected Supplier<ChartReader> readers(Map<String, @Nullable Object> params) {
            return () -> new ChartReader() {
                @Override
                public void add(Batch batch) {}

                @Override
                public Chart chart() {
                    return EveryMark::draw;
                }
            };
        }

        private static Drawing draw(Canvas canvas) {
            Canvas small = new Canvas(
                    canvas.width() == 800 ? 200 : canvas.width(), 150, canvas.theme(), false, canvas.palette());
            return new Drawing(
                    small,
                    TITLE,
                    List.of(
                            new Drawing.Bar(20, 40, 30, 60, Ink.POSITIVE, "a bar"),
                            new Drawing.Line(10, 120, 190, 120, Ink.AXIS),
                            new Drawing.Curve(
                                    List.of(new Point(10, 10), new Point(100.5, 60.25), new Point(190, 20)),
                                    2,
                                    Dash.DASHED,
                                    Ink.SERIES1,
                                    "a curve"),
                            new Drawing.Dot(150, 90, 12, 0.5, Ink.SERIES2, ""),
                            new Drawing.Dot(60, 100, 2, 0.5, Ink.SERIES3, ""),
                            new Drawing.Dot(65.04, 100, 2, 0.5, Ink.SERIES3, ""),
                            new Drawing.Text("bold text", 60, 30, 14, Anchor.START, 0, true, Ink.TEXT, 40),
                            new Drawing.Text(
                                    "Ωμέγα \ud83d\ude80 \ue000", 100, 145, 12, Anchor.MIDDLE, 0, false, Ink.TEXT, 90),
                            new Drawing.Text("turned", 12, 80, 10, Anchor.END, -90, false, Ink.MUTED, 60)),
                    EveryMark::data);
        }

        private static ChartData data() {
            List<List<@Nullable Object>> many = IntStream.range(0, 1_500)
                    .mapToObj(index -> Arrays.<@Nullable Object>asList("row " + index, (double) index))
                    .toList();
            return new ChartData(
                    "every-mark",
                    List.of(new ChartData.Column("x", "name", "text"), new ChartData.Column("y", "value", "number")),
                    List.of(
                            new ChartData.Series(
                                    "first",
                                    List.of(
                                            Arrays.asList("a\"b\\c\u0001", 1.5),
                                            Arrays.asList("\ud83d\ude80", null),
                                            Arrays.asList("whole", 12.0))),
                            new ChartData.Series("many", many)),
                    List.of("A note."));
        }
    }
}
