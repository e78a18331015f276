package io.dataprism.plugins.chart;

import static io.dataprism.plugins.chart.TestData.row;

import io.dataprism.plugin.ExportFormat;
import io.dataprism.plugin.Rendering;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Charts that are hard to lay out, as test cases and, by {@code main}, as files for the eye. */
final class Gallery {

    private Gallery() {}

    /** A chart to be drawn. */
    record Picture(String name, List<TestData.Row> rows, Map<String, @Nullable Object> params) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Picture> pictures() {
        String longTitle =
                "Mean departure delay in minutes of the twenty airports with the most flights in the first half"
                        + " of 2001, as the Bureau of Transportation Statistics has them, sorted by nothing in particular and cut here";
        List<TestData.Row> longLabels = IntStream.range(0, 18)
                .mapToObj(index -> row("Airport number " + index + " of a very long name & <tags>", 12 - index))
                .toList();
        List<TestData.Row> wide = List.of(
                row("漢字の空港ターミナル", 5),
                row("Аэропорт", 7),
                row("e\u0301cole \ud83d\ude80\ud83d\ude80", 3),
                row(null, 2),
                row("a\u0000b\nc\ud800", 4),
                row("", 1));
        return List.of(
                picture("origins", TestData.origins(), Map.of("title", "Mean delay by origin")),
                picture("dark", TestData.origins(), Map.of("theme", "dark", "title", longTitle)),
                picture("long-labels", longLabels, Map.of("theme", "light")),
                picture("few-long-labels", longLabels.subList(0, 4), Map.of("width", 700)),
                picture("one", List.of(row("only", 12_345_678)), Map.of()),
                picture("fifty", TestData.numbered(50), Map.of()),
                picture("fifty-narrow", TestData.numbered(50), Map.of("width", 300, "height", 200)),
                picture("too-many", TestData.numbered(229), Map.of("width", 900)),
                picture("five-hundred", TestData.numbered(500), Map.of("maxBars", 500, "width", 1200)),
                picture("negative", List.of(row("a", -3), row("b", -7.5), row("c", -0.2)), Map.of("height", 300)),
                picture("tiny", TestData.origins(), Map.of("width", 200, "height", 150, "title", longTitle)),
                picture("scripts", wide, Map.of("title", "<b>Scripts & \"quotes\"</b>")),
                picture(
                        "huge-values",
                        List.of(row("a", 1e300), row("b", -1e300), row("c", Double.NaN), row("d", null)),
                        Map.of()),
                picture("small-values", List.of(row("a", 1e-9), row("b", 3.3e-9)), Map.of()),
                picture("zeros", List.of(row("a", 0), row("b", 0)), Map.of()),
                picture("empty", List.of(), Map.of()),
                picture("only-nulls", List.of(row("a", null)), Map.of("height", 150)));
    }

    static byte[] draw(TestData data, Picture picture, ExportFormat format) {
        BarChart plugin = new BarChart();
        Rendering rendering = plugin.render("render", data.batches(picture.rows()), picture.params())
                .flatMap(view -> plugin.export(view, format))
                .blockOptional()
                .orElseThrow();
        return rendering.bytes();
    }

    /** Writes all of them to the folder that is the argument. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        try (TestData data = new TestData()) {
            for (Picture picture : pictures()) {
                for (ExportFormat format : ExportFormat.values()) {
                    String name = picture.name() + "." + format.name().toLowerCase(Locale.ROOT);
                    Files.write(folder.resolve(name), draw(data, picture, format));
                }
            }
        }
    }

    private static Picture picture(String name, List<TestData.Row> rows, Map<String, @Nullable Object> params) {
        Map<String, @Nullable Object> all = new HashMap<>(params);
        all.put("x", "origin");
        all.put("y", "delay");
        return new Picture(name, rows, all);
    }
}
