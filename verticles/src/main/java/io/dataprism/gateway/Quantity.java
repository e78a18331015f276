package io.dataprism.gateway;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sizes and durations as people write them: in the configuration, and in what {@code GET /v1/status} shows of it. */
public final class Quantity {

    private static final Pattern WRITTEN = Pattern.compile("([0-9]{1,15}) ?([A-Za-z]*)");
    private static final Map<String, Long> SIZES =
            Map.of("", 1L, "B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30, "TiB", 1L << 40);
    private static final Map<String, Long> MILLIS = Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L);

    private Quantity() {}

    /** {@code 128MiB}, {@code 2 GiB} or a number of bytes; null: it is none. */
    public static @Nullable Long bytes(String text) {
        return times(text, SIZES);
    }

    /** {@code 500ms}, {@code 30s}, {@code 5m}, {@code 1h}; null: it is none. */
    public static @Nullable Duration duration(String text) {
        Long millis = times(text, MILLIS);
        return millis == null ? null : Duration.ofMillis(millis);
    }

    private static @Nullable Long times(String text, Map<String, Long> units) {
        Matcher found = WRITTEN.matcher(text.strip());
        Long unit = found.matches() ? units.get(found.group(2)) : null;
        if (unit == null) {
            return null;
        }
        try {
            return Math.multiplyExact(Long.parseLong(found.group(1)), unit);
        } catch (ArithmeticException tooLarge) {
            return null;
        }
    }

    /** A size in the largest unit that says it exactly. */
    public static String text(long bytes) {
        for (String unit : new String[] {"TiB", "GiB", "MiB", "KiB"}) {
            long one = SIZES.getOrDefault(unit, 1L);
            if (bytes >= one && bytes % one == 0) {
                return bytes / one + unit;
            }
        }
        return Long.toString(bytes);
    }

    /** A duration in seconds, or in milliseconds where those say it exactly. */
    public static String text(Duration duration) {
        long millis = duration.toMillis();
        return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
    }
}
