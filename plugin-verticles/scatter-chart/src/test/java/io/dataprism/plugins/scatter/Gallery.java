package io.dataprism.plugins.scatter;

import static io.dataprism.plugins.testing.ChartGallery.picture;

import io.dataprism.plugins.testing.ChartGallery;
import io.dataprism.plugins.testing.ChartGallery.Picture;
import io.dataprism.plugins.testing.SharedData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Charts that are hard to lay out, as test cases and, by {@code main}, as files for the eye. */
final class Gallery {

    private static final String LONG = "'A group whose name is much too long for a legend & <b>markup</b> \"quotes\" '";

    private Gallery() {}

    static List<Picture> pictures() {
        return List.of(
                picture("few", clouds(60, 3), "x", "x", "y", "y", "group", "g", "title", "Three clouds"),
                picture("dark", clouds(1500, 10), "x", "x", "y", "y", "group", "g", "theme", "dark"),
                picture("two-hundred", clouds(1200, 200), "x", "x", "y", "y", "group", "g"),
                picture(
                        "bubbles",
                        clouds(120, 4),
                        "x",
                        "x",
                        "y",
                        "y",
                        "group",
                        "g",
                        "size",
                        "s",
                        "title",
                        "With sizes"),
                picture("plain", clouds(20_000, 1), "x", "x", "y", "y"),
                picture("crowd", clouds(150_000, 3), "x", "x", "y", "y", "group", "g", "width", 1000, "height", 600),
                picture(
                        "times",
                        "SELECT TIMESTAMP '2001-01-01' + i * INTERVAL 11 HOUR AS at, TIME '00:00:00' + i * INTERVAL 7 MINUTE AS of_day"
                                + " FROM range(200) t(i)",
                        "x",
                        "at",
                        "y",
                        "of_day"),
                picture(
                        "dates-on-both",
                        "SELECT DATE '2001-01-01' + i::INT AS a, DATE '1990-01-01' + (i * i)::INT AS b FROM range(60) t(i)",
                        "x",
                        "a",
                        "y",
                        "b",
                        "theme",
                        "dark"),
                picture(
                        "markup",
                        "SELECT i AS \"<x>\", -i * 1e6 AS \"y & z\", " + LONG + " || (i % 5) AS g FROM range(50) t(i)",
                        "x",
                        "<x>",
                        "y",
                        "y & z",
                        "group",
                        "g",
                        "title",
                        "<b>Bold</b> & \"quoted\" & " + LONG.repeat(6)),
                picture("one-point", "SELECT 5 AS x, 7 AS y", "x", "x", "y", "y"),
                picture("one-bubble", "SELECT 5 AS x, 7 AS y, 3 AS s", "x", "x", "y", "y", "size", "s"),
                picture(
                        "no-sizes",
                        "SELECT i AS x, 7 AS y, 0 AS s FROM range(4) t(i)",
                        "x",
                        "x",
                        "y",
                        "y",
                        "size",
                        "s"),
                picture("empty", "SELECT 5 AS x, 7 AS y WHERE false", "x", "x", "y", "y"),
                picture("only-nulls", "SELECT i AS x, NULL::INT AS y FROM range(5) t(i)", "x", "x", "y", "y"),
                picture(
                        "not-finite",
                        "SELECT i AS x, CASE WHEN i = 2 THEN 'NaN'::DOUBLE WHEN i = 5 THEN '-infinity'::DOUBLE ELSE i END AS y"
                                + " FROM range(9) t(i)",
                        "x",
                        "x",
                        "y",
                        "y"),
                picture(
                        "huge",
                        "SELECT (i - 4) * 2e299 AS x, (i - 4) ** 3 * 1e298 AS y FROM range(9) t(i)",
                        "x",
                        "x",
                        "y",
                        "y"),
                picture("tiny", clouds(300, 4), "x", "x", "y", "y", "group", "g", "width", 200, "height", 150),
                picture("tiny-bubbles", clouds(300, 4), "x", "x", "y", "y", "size", "s", "width", 200, "height", 150));
    }

    /** Of the real flights, where they are. */
    static List<Picture> flights() {
        String file = SharedData.file("flights-3m.parquet").map(Path::toString).orElse("");
        if (file.isEmpty()) {
            return List.of();
        }
        return List.of(
                picture(
                        "flights-origins",
                        "SELECT avg(distance) AS distance, avg(delay) AS delay, count(*) AS flights FROM '" + file
                                + "' GROUP BY origin",
                        "x",
                        "distance",
                        "y",
                        "delay",
                        "size",
                        "flights",
                        "title",
                        "Mean delay by mean distance of each origin"),
                picture(
                        "flights-all",
                        "SELECT distance, delay FROM '" + file + "'",
                        "x",
                        "distance",
                        "y",
                        "delay",
                        "title",
                        "Three million flights"),
                picture(
                        "flights-groups",
                        "SELECT date, delay, origin FROM '" + file
                                + "' WHERE origin IN ('ORD', 'ATL', 'JFK', 'SEA') ORDER BY origin",
                        "x",
                        "date",
                        "y",
                        "delay",
                        "group",
                        "origin",
                        "theme",
                        "dark"));
    }

    /** Writes all of them to the folder that is the argument. */
    public static void main(String[] arguments) throws Exception {
        try (ChartGallery gallery = new ChartGallery(ScatterChart::new)) {
            List<Picture> all = new ArrayList<>(pictures());
            all.addAll(flights());
            gallery.write(Path.of(arguments[0]), all);
        }
    }

    /** Normal clouds, the same each time: two numbers between 0 and 1 by a hash make a normal one. */
    private static String clouds(int rows, int groups) {
        return "SELECT 20 * g + 12 * r * cos(a) AS x, 5 * g + 9 * r * sin(a) + 0.2 * g * r * cos(a) AS y, 'cloud ' || g AS g, 1 + 99 * u2 AS s"
                + " FROM (SELECT i % " + groups
                + " AS g, sqrt(-2 * ln((1 + hash(i) % 100000) / 100001)) AS r, hash(i + 7777777) % 100000 / 100000 AS u2,"
                + " 2 * pi() * (hash(i + 1234567) % 100000) / 100000 AS a FROM range(" + rows + ") t(i))";
    }
}
