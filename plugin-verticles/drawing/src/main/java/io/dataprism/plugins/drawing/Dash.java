package io.dataprism.plugins.drawing;

import java.util.List;

/** How a curve is broken, so that curves of one colour can be told apart. */
public enum Dash {
    SOLID(List.of()),
    DASHED(List.of(7, 4)),
    DOTTED(List.of(2, 3));

    private final List<Integer> pixels;

    Dash(List<Integer> pixels) {
        this.pixels = pixels;
    }

    /** Drawn and left out by turns, in pixels; empty: drawn throughout. */
    public List<Integer> pixels() {
        return pixels;
    }
}
