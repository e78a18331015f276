package io.dataprism.plugins.drawing;

import java.util.List;
import java.util.function.Supplier;

/**
 * A chart laid out: what is where, in pixels from the upper left corner, in the order of painting. Immutable.
 *
 * @param title the whole title, even where the picture shows it cut
 * @param data what is drawn, in words and numbers; made when a format asks for it
 */
public record Drawing(Canvas canvas, String title, List<Mark> marks, Supplier<ChartData> data) {

    public Drawing {
        marks = List.copyOf(marks);
    }

    /** In pixels. */
    public int width() {
        return canvas.width();
    }

    /** In pixels. */
    public int height() {
        return canvas.height();
    }

    /** One thing that is painted. */
    public sealed interface Mark {}

    /**
     * A filled rectangle.
     *
     * @param meaning what it stands for, shown where a reader points at it
     */
    public record Bar(double x, double y, double width, double height, Ink ink, String meaning) implements Mark {}

    /** A straight line, one pixel wide. */
    public record Line(double x1, double y1, double x2, double y2, Ink ink) implements Mark {}

    /**
     * A line from point to point.
     *
     * @param points at least two
     * @param meaning what it stands for, shown where a reader points at it; empty: nothing
     */
    public record Curve(List<Point> points, double width, Dash dash, Ink ink, String meaning) implements Mark {

        public Curve {
            points = List.copyOf(points);
        }
    }

    /** A place. */
    public record Point(double x, double y) {}

    /**
     * A filled circle about its middle.
     *
     * @param opacity over 0, and 1 where nothing shines through
     * @param meaning what it stands for, shown where a reader points at it; empty: nothing
     */
    public record Dot(double x, double y, double radius, double opacity, Ink ink, String meaning) implements Mark {}

    /** Where the point of a text lies on its baseline. */
    public enum Anchor {
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
    public record Text(
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
