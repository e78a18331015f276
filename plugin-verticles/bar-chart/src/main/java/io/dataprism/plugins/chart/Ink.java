package io.dataprism.plugins.chart;

import java.util.Locale;

/** What something is drawn for, with its colour on a light and on a dark ground. */
enum Ink {
    GROUND(0xffffff, 0x111827),
    GRID(0xe5e7eb, 0x2f3947),
    AXIS(0x6b7280, 0x9ca3af),
    TEXT(0x1f2937, 0xf3f4f6),
    MUTED(0x5b6472, 0xa8b0bd),
    POSITIVE(0x2563eb, 0x60a5fa),
    NEGATIVE(0xc2410c, 0xfb923c);

    private final int light;
    private final int dark;

    Ink(int light, int dark) {
        this.light = light;
        this.dark = dark;
    }

    /** The colour as {@code 0xRRGGBB}. */
    int color(boolean onDark) {
        return onDark ? dark : light;
    }

    /** The name as a class of a style sheet. */
    String styleClass() {
        return name().toLowerCase(Locale.ROOT);
    }
}
