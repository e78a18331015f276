package io.dataprism.plugins.line;

import static io.dataprism.plugins.testing.ChartGallery.picture;

import io.dataprism.plugins.testing.ChartGallery;
import io.dataprism.plugins.testing.ChartGallery.Picture;
import io.dataprism.plugins.testing.SharedData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Charts that are hard to lay out, as test cases and, by {@code main}, as files for the eye. */
final class Gallery {

    private static final String LONG = "'A name that is much too long for any legend & <b>markup</b> \"quotes\" '";

    private Gallery() {}

    static List<Picture> pictures() {
        return List.of(
                picture("waves", waves(3), "x", "t", "y", "v", "series", "s", "title", "Three waves"),
                picture("dark", waves(10), "x", "t", "y", "v", "series", "s", "theme", "dark", "title", "Ten waves"),
                picture("two-hundred", waves(200), "x", "t", "y", "v", "series", "s"),
                picture("all-two-hundred", waves(200), "x", "t", "y", "v", "series", "s", "maxSeries", 200),
                picture("thirty", waves(30), "x", "t", "y", "v", "series", "s", "maxSeries", 30),
                picture(
                        "gaps",
                        "SELECT i AS x, CASE WHEN i % 17 IN (3, 4) OR i = 40 THEN NULL ELSE sqrt(i) END AS y FROM range(80) t(i)",
                        "x",
                        "x",
                        "y",
                        "y"),
                picture(
                        "two-columns",
                        "SELECT DATE '2001-01-01' + i::INT AS day, 50 + 20 * sin(i / 9) AS mean, 90 + 30 * sin(i / 9) AS high"
                                + " FROM range(120) t(i)",
                        "x",
                        "day",
                        "y",
                        List.of("mean", "high")),
                picture(
                        "hours",
                        "SELECT TIMESTAMP '2001-03-03 21:10:00' + i * INTERVAL 7 MINUTE AS at, 1000 + i % 13 AS v FROM range(100) t(i)",
                        "x",
                        "at",
                        "y",
                        "v"),
                picture(
                        "seconds",
                        "SELECT TIMESTAMP '2001-03-03 23:59:58' + i * INTERVAL 31 MILLISECOND AS at, i * i AS v FROM range(100) t(i)",
                        "x",
                        "at",
                        "y",
                        "v"),
                picture(
                        "times-of-day",
                        "SELECT TIME '00:00:00' + i * INTERVAL 15 MINUTE AS at, abs(sin(i / 10)) AS v FROM range(96) t(i)",
                        "x",
                        "at",
                        "y",
                        "v"),
                picture(
                        "centuries",
                        "SELECT make_date(1500 + i, 6, 15) AS at, i % 37 AS v FROM range(0, 500, 5) t(i)",
                        "x",
                        "at",
                        "y",
                        "v",
                        "theme",
                        "dark"),
                picture(
                        "labels",
                        "SELECT 'station number ' || i AS stop, (i * 37) % 11 AS v FROM range(24) t(i)",
                        "x",
                        "stop",
                        "y",
                        "v"),
                picture(
                        "markup",
                        "SELECT i AS \"<x>\", i * 1000 AS \"y & z\", " + LONG + " || (i % 5) AS s FROM range(50) t(i)",
                        "x",
                        "<x>",
                        "y",
                        "y & z",
                        "series",
                        "s",
                        "title",
                        "<b>Bold</b> & \"quoted\" & " + LONG.repeat(6)),
                picture("one-point", "SELECT 5 AS x, 7 AS y", "x", "x", "y", "y"),
                picture("one-day", "SELECT DATE '2001-01-31' AS x, 7 AS y", "x", "x", "y", "y"),
                picture("empty", "SELECT 5 AS x, 7 AS y WHERE false", "x", "x", "y", "y"),
                picture("only-nulls", "SELECT i AS x, NULL::INT AS y FROM range(5) t(i)", "x", "x", "y", "y"),
                picture(
                        "not-finite",
                        "SELECT i AS x, CASE WHEN i = 2 THEN 'NaN'::DOUBLE WHEN i = 5 THEN 'infinity'::DOUBLE ELSE i END AS y"
                                + " FROM range(9) t(i)",
                        "x",
                        "x",
                        "y",
                        "y"),
                picture("constant", "SELECT i AS x, 3.7 AS y FROM range(9) t(i)", "x", "x", "y", "y"),
                picture("far-from-zero", "SELECT i AS x, 1e9 + sin(i) AS y FROM range(60) t(i)", "x", "x", "y", "y"),
                picture(
                        "huge",
                        "SELECT (i - 4) * 2e299 AS x, (i - 4) ** 3 * 1e298 AS y FROM range(9) t(i)",
                        "x",
                        "x",
                        "y",
                        "y"),
                picture("tiny", waves(4), "x", "t", "y", "v", "series", "s", "width", 200, "height", 150),
                picture("wide", waves(2), "x", "t", "y", "v", "series", "s", "width", 1600, "height", 300),
                picture(
                        "million",
                        "SELECT i AS x, sin(i / 30000) * 20 + hash(i) % 1000 / 200 + CASE WHEN i = 123456 THEN 90 ELSE 0 END AS y"
                                + " FROM range(1000000) t(i)",
                        "x",
                        "x",
                        "y",
                        "y",
                        "title",
                        "A million values, one of them a peak"));
    }

    /** Of the real flights, where they are. */
    static List<Picture> flights() {
        String file = SharedData.file("flights-3m.parquet").map(Path::toString).orElse("");
        if (file.isEmpty()) {
            return List.of();
        }
        String some = "'" + file + "' WHERE origin IN ('ORD', 'ATL', 'JFK', 'SEA') GROUP BY ALL ORDER BY ALL";
        return List.of(
                picture(
                        "flights-daily",
                        "SELECT date::DATE AS day, origin, avg(delay) AS delay FROM " + some,
                        "x",
                        "day",
                        "y",
                        "delay",
                        "series",
                        "origin",
                        "title",
                        "Mean delay by day"),
                picture(
                        "flights-hourly",
                        "SELECT hour(date) AS hour, origin, count(*) AS flights FROM " + some,
                        "x",
                        "hour",
                        "y",
                        "flights",
                        "series",
                        "origin",
                        "title",
                        "Flights by hour of day"),
                picture(
                        "flights-all",
                        "SELECT date, delay FROM '" + file + "'",
                        "x",
                        "date",
                        "y",
                        "delay",
                        "title",
                        "The delay of each of three million flights",
                        "theme",
                        "dark"));
    }

    /** Writes all of them to the folder that is the argument. */
    public static void main(String[] arguments) throws Exception {
        try (ChartGallery gallery = new ChartGallery(LineChart::new)) {
            List<Picture> all = new ArrayList<>(pictures());
            all.addAll(flights());
            gallery.write(Path.of(arguments[0]), all);
        }
    }

    private static String waves(int count) {
        return "SELECT TIMESTAMP '2001-01-01' + i * INTERVAL 1 DAY AS t, 'wave ' || s AS s, 10 * s + (5 + s) * sin(i / (5.0 + s)) AS v"
                + " FROM range(180) a(i), range(" + count + ") b(s) ORDER BY s, i";
    }
}
