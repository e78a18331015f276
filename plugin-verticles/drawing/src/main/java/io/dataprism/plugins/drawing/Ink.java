package io.dataprism.plugins.drawing;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What something is drawn for, with its colour on a light and on a dark ground. */
public enum Ink {
    GROUND(0xffffff, 0x111827),
    GRID(0xe5e7eb, 0x2f3947),
    AXIS(0x6b7280, 0x9ca3af),
    TEXT(0x1f2937, 0xf3f4f6),
    MUTED(0x5b6472, 0xa8b0bd),
    POSITIVE(0x2563eb, 0x60a5fa),
    NEGATIVE(0xc2410c, 0xfb923c),
    SERIES1(0x2563eb, 0x60a5fa),
    SERIES2(0xdd5f0b, 0xfb923c),
    SERIES3(0x059669, 0x34d399),
    SERIES4(0xc026a3, 0xf472d0),
    SERIES5(0x7c3aed, 0xb197fc),
    SERIES6(0x0e7490, 0x22d3ee),
    SERIES7(0xb58105, 0xfacc15),
    SERIES8(0xdc2626, 0xf87171),
    SERIES9(0x5a8f0c, 0xa3e635),
    SERIES10(0x57534e, 0xd6d3d1);

    private static final List<Ink> SERIES =
            List.of(SERIES1, SERIES2, SERIES3, SERIES4, SERIES5, SERIES6, SERIES7, SERIES8, SERIES9, SERIES10);

    private final int light;
    private final int dark;

    Ink(int light, int dark) {
        this.light = light;
        this.dark = dark;
    }

    /** The colour of the series with that number, from 0; they come again after {@link #seriesCount}. */
    public static Ink ofSeries(int index) {
        return SERIES.get(index % SERIES.size());
    }

    /** How many series have a colour of their own. */
    public static int seriesCount() {
        return SERIES.size();
    }

    /** By the name of its class. */
    static Optional<Ink> named(String styleClass) {
        return Arrays.stream(values())
                .filter(ink -> ink.styleClass().equals(styleClass))
                .findFirst();
    }

    /** The colour as {@code 0xRRGGBB}, where a palette has no other. */
    int color(boolean onDark) {
        return onDark ? dark : light;
    }

    /** The name as a class of a style sheet. */
    String styleClass() {
        return name().toLowerCase(Locale.ROOT);
    }
}
