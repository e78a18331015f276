package io.dataprism.plugins.chart;

import io.dataprism.plugin.View;
import java.util.List;

/**
 * A chart laid out: what is where, in pixels from the upper left corner, in the order of painting.
 *
 * @param title the whole title, even where the picture shows it cut
 */
record Drawing(int width, int height, Theme theme, String title, List<Mark> marks) implements View {

    Drawing {
        marks = List.copyOf(marks);
    }

    /** One thing that is painted. */
    sealed interface Mark {}

    /**
     * A filled rectangle.
     *
     * @param meaning what it stands for, shown where a reader points at it
     */
    record Bar(double x, double y, double width, double height, Ink ink, String meaning) implements Mark {}

    /** A straight line, one pixel wide. */
    record Line(double x1, double y1, double x2, double y2, Ink ink) implements Mark {}

    /** Where the point of a text lies on its baseline. */
    enum Anchor {
        START,
        MIDDLE,
        END
    }

    /**
     * One line of text.
     *
     * @param x of the point that {@code anchor} tells, on the baseline
     * @param size of the font
     * @param degrees that it is turned about its point, clockwise
     * @param maxWidth the length that it must not exceed, along its baseline
     */
    record Text(
            String text,
            double x,
            double y,
            double size,
            Anchor anchor,
            int degrees,
            boolean bold,
            Ink ink,
            double maxWidth)
            implements Mark {}
}
