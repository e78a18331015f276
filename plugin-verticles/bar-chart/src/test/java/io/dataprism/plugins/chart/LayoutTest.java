package io.dataprism.plugins.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.plugins.chart.Drawing.Text;
import java.awt.geom.AffineTransform;
import java.awt.geom.Area;
import java.awt.geom.Rectangle2D;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LayoutTest {

    static Stream<Gallery.Picture> pictures() {
        return Gallery.pictures().stream();
    }

    @ParameterizedTest
    @MethodSource("pictures")
    void everyTextLiesInsideThePictureAndNoneOverAnother(Gallery.Picture picture) {
        everythingFits(drawing(picture.rows(), picture.params()));
    }

    @Property(tries = 300, shrinking = ShrinkingMode.OFF)
    void everyTextFitsWhateverIsAskedFor(
            @ForAll("labels") List<String> labels,
            @ForAll @DoubleRange(min = -1e12, max = 1e12) double number,
            @ForAll @StringLength(max = 300) String title,
            @ForAll @IntRange(min = 200, max = 1200) int width,
            @ForAll @IntRange(min = 150, max = 900) int height) {
        List<TestData.Row> rows = labels.stream()
                .map(label -> TestData.row(label, number / (1 + label.length())))
                .toList();
        everythingFits(
                drawing(rows, Map.of("x", "origin", "y", "delay", "title", title, "width", width, "height", height)));
    }

    @Provide
    Arbitrary<List<String>> labels() {
        return Arbitraries.strings().all().ofMaxLength(60).list().ofMaxSize(80);
    }

    private static void everythingFits(Drawing drawing) {
        List<Area> texts = drawing.marks().stream()
                .filter(Text.class::isInstance)
                .map(mark -> area((Text) mark))
                .toList();
        Rectangle2D picture = new Rectangle2D.Double(-0.5, -0.5, drawing.width() + 1.0, drawing.height() + 1.0);
        assertThat(texts)
                .allSatisfy(text -> assertThat(picture.contains(text.getBounds2D()) || text.isEmpty())
                        .as("%s in %s", text.getBounds2D(), picture)
                        .isTrue());
        for (int one = 0; one < texts.size(); one++) {
            for (int other = one + 1; other < texts.size(); other++) {
                Area both = new Area(texts.get(one));
                both.intersect(texts.get(other));
                assertThat(both.isEmpty())
                        .as(
                                "%s over %s",
                                texts.get(one).getBounds2D(), texts.get(other).getBounds2D())
                        .isTrue();
            }
        }
        Rectangle2D whole = new Rectangle2D.Double(0, 0, drawing.width(), drawing.height());
        assertThat(drawing.marks()).filteredOn(Drawing.Bar.class::isInstance).allSatisfy(mark -> {
            Drawing.Bar bar = (Drawing.Bar) mark;
            assertThat(bar.height()).isNotNegative();
            assertThat(whole.outcode(bar.x(), bar.y())).isZero();
            assertThat(whole.outcode(bar.x() + bar.width(), bar.y() + bar.height()))
                    .isZero();
        });
    }

    /** What the small letters of a text cover, a little less high than its line. */
    private static Area area(Text text) {
        double width = TextWidths.width(text.text(), text.size(), text.bold());
        assertThat(width).isLessThanOrEqualTo(text.maxWidth() + 0.01);
        double start = switch (text.anchor()) {
            case START -> 0;
            case MIDDLE -> -width / 2;
            case END -> -width;
        };
        Area area = new Area(new Rectangle2D.Double(start, -text.size() * 0.75, width, text.size() * 0.95));
        area.transform(AffineTransform.getRotateInstance(Math.toRadians(text.degrees())));
        area.transform(AffineTransform.getTranslateInstance(text.x(), text.y()));
        return area;
    }

    private static Drawing drawing(List<TestData.Row> rows, Map<String, ?> params) {
        try (TestData data = new TestData()) {
            return (Drawing) new BarChart()
                    .render("render", data.batches(rows), new HashMap<>(params))
                    .blockOptional()
                    .orElseThrow();
        }
    }
}
