package io.dataprism.plugins.scatter;

import io.dataprism.plugins.drawing.Drawing;
import io.dataprism.plugins.drawing.Drawing.Point;
import io.dataprism.plugins.drawing.Ink;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * Which rows are drawn, how large and how opaque.
 *
 * @param rows in the order of painting: large ones first, and those of all groups mixed, so that no group hides another
 * @param places of rows in the picture
 * @param radius of a dot where sizes do not matter; of the largest where they do
 * @param largestSize 0 where sizes do not matter, or all are 0
 * @param opacity of a dot that stands for one row
 */
record DotPlan(List<Row> rows, Function<Row, Point> places, double radius, double largestSize, double opacity) {

    /** Where there are so many dots at most, each says what it stands for. */
    private static final int MOST_TOLD = 500;

    /** Each layer has dots of all groups. */
    private static final int LAYER_BITS = 2;

    private static final double FIRST_CELL_PIXELS = 1.5;
    private static final double CELL_GROWTH = 1.2;
    private static final double SMALLEST_RADIUS = 1.5;

    /** What can still be seen, and what others shine through. */
    private static final double LEAST_OPAQUE = 0.2;

    private static final double MOST_OPAQUE = 0.95;

    /** So that many dots share one: SVG says it once for them. */
    private static final double OPACITY_STEP = 0.05;

    /** Of the dots, so many stand for fewer rows than the one that {@link #CROWDED} is for. */
    private static final double MOST_OF_DOTS = 0.95;

    private static final double CROWDED = 0.9;

    /**
     * @param layout the rows
     * @param largestRadius of the dots, where sizes matter
     */
    static DotPlan of(ScatterLayout layout, Function<Row, Point> places, double largestRadius) {
        List<Row> drawn = new ArrayList<>(layout.rows());
        double cell = 0;
        while (drawn.size() > layout.parameters().maxDots()) {
            cell = cell == 0 ? FIRST_CELL_PIXELS : cell * CELL_GROWTH;
            Cells cells = new Cells(cell, cell);
            for (Row row : layout.rows()) {
                Point place = places.apply(row);
                cells.add(row, place.x(), place.y());
            }
            for (Row extreme : layout.extremes()) {
                Point place = places.apply(extreme);
                cells.show(extreme, place.x(), place.y());
            }
            drawn = new ArrayList<>(cells.rows());
        }
        drawn.sort(Comparator.comparingDouble((Row row) -> -row.size())
                .thenComparingInt(DotPlan::layer)
                .thenComparingInt(Row::group)
                .thenComparingLong(Row::count));
        boolean sized = layout.parameters().size().isPresent();
        return new DotPlan(
                List.copyOf(drawn),
                places,
                sized ? largestRadius : Math.max(usualRadius(drawn.size()), cell * 0.6),
                sized ? drawn.getFirst().size() : 0,
                layout.parameters().opacity().orElse(usualOpacity(drawn)));
    }

    /** Whether each dot says what it stands for. */
    boolean isTold() {
        return rows.size() <= MOST_TOLD;
    }

    /** A row as a dot. */
    Drawing.Dot dot(Row row, Ink ink, String meaning) {
        Point place = places.apply(row);
        return new Drawing.Dot(place.x(), place.y(), radius(row), opacity(row), ink, meaning);
    }

    private double opacity(Row row) {
        if (row.count() == 1) {
            return Math.max(LEAST_OPAQUE, opacity);
        }
        double all = Math.clamp(1 - Math.pow(1 - opacity, (double) row.count()), LEAST_OPAQUE, MOST_OPAQUE);
        return Math.rint(all / OPACITY_STEP) * OPACITY_STEP;
    }

    private double radius(Row row) {
        return largestSize > 0 ? Math.max(SMALLEST_RADIUS, radius * Math.sqrt(row.size() / largestSize)) : radius;
    }

    private static double usualRadius(int dots) {
        return dots <= 200 ? 4 : dots <= 5_000 ? 3 : 2;
    }

    /** Less the more dots there are, and so little that the difference between crowded places is seen. */
    private static double usualOpacity(List<Row> rows) {
        int dots = rows.size();
        double usual = dots <= 200 ? 0.75 : dots <= 2_000 ? 0.55 : dots <= 20_000 ? 0.35 : 0.2;
        long[] counts = rows.stream().mapToLong(Row::count).sorted().toArray();
        long crowded = counts[(int) (MOST_OF_DOTS * (counts.length - 1))];
        return Math.min(usual, 1 - Math.pow(1 - CROWDED, 1.0 / crowded));
    }

    /** One of a few, by chance but the same each time. */
    private static int layer(Row row) {
        int hash = Double.hashCode(row.x()) * 0x9e3779b9 + Double.hashCode(row.y()) * 0x85ebca6b;
        return hash >>> Integer.SIZE - LAYER_BITS;
    }
}
