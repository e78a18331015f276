package io.dataprism.plugins.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.plugins.drawing.ChartView;
import io.dataprism.plugins.drawing.Drawing;
import io.dataprism.plugins.testing.DrawingFits;
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
        assertThat(DrawingFits.problems(drawing)).isEmpty();
    }

    private static Drawing drawing(List<TestData.Row> rows, Map<String, ?> params) {
        try (TestData data = new TestData()) {
            ChartView view = (ChartView) new BarChart()
                    .render("render", data.batches(rows), new HashMap<>(params))
                    .blockOptional()
                    .orElseThrow();
            return view.drawing();
        }
    }
}
