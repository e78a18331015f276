package io.dataprism.plugins.scatter;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a chart, in bounded memory. Up to {@value #MAX_ROWS} are kept as they are; then they are laid into {@link Cells},
 * which grow where too many of them are taken. The rows with the least and the greatest x, y and size are kept beside. Rows may
 * come in any order. One thread at a time.
 */
final class DotStore {

    static final int MAX_ROWS = 100_000;
    static final int MAX_CELLS = 200_000;

    /** Of the first rows' range, on both axes: more than any picture has pixels. */
    private static final int FIRST_CELLS = 4_096;

    private final List<Extreme> extremes = List.of(
            new Extreme(row -> -row.x()),
            new Extreme(Row::x),
            new Extreme(row -> -row.y()),
            new Extreme(Row::y),
            new Extreme(Row::size));
    private final List<Row> rows = new ArrayList<>();
    private @Nullable Cells cells;
    private long count;

    /** The row that has the most of something. */
    private static final class Extreme {

        private final ToDoubleFunction<Row> measure;
        private @Nullable Row row;

        Extreme(ToDoubleFunction<Row> measure) {
            this.measure = measure;
        }

        void look(Row candidate) {
            if (row == null || measure.applyAsDouble(candidate) > measure.applyAsDouble(row)) {
                row = candidate;
            }
        }
    }

    void add(Row row) {
        count++;
        extremes.forEach(extreme -> extreme.look(row));
        if (cells == null && rows.size() < MAX_ROWS) {
            rows.add(row);
            return;
        }
        if (cells == null) {
            cells = new Cells(cell(row.x(), Row::x), cell(row.y(), Row::y));
            rows.forEach(cells::add);
            rows.clear();
        }
        cells = cells.reaching(row);
        cells.add(row);
        if (cells.size() > MAX_CELLS) {
            cells = cells.coarser();
        }
    }

    /** How many were added. */
    long count() {
        return count;
    }

    /** Whether some rows stand for others. */
    boolean isReduced() {
        return cells != null;
    }

    /** Those that are kept, the extremes among them. */
    List<Row> kept() {
        if (cells == null) {
            return List.copyOf(rows);
        }
        extremes().forEach(cells::show);
        return List.copyOf(cells.rows());
    }

    /** The rows with the least and the greatest values, each once. */
    Set<Row> extremes() {
        Set<Row> found = new LinkedHashSet<>();
        for (Extreme extreme : extremes) {
            if (extreme.row != null) {
                found.add(extreme.row);
            }
        }
        return found;
    }

    private double cell(double value, ToDoubleFunction<Row> measure) {
        double lowest = value;
        double highest = value;
        for (Row row : rows) {
            lowest = Math.min(lowest, measure.applyAsDouble(row));
            highest = Math.max(highest, measure.applyAsDouble(row));
        }
        double finest = 2 * Math.ulp(Math.max(Math.abs(lowest), Math.abs(highest)));
        return Math.max(finest, highest / FIRST_CELLS - lowest / FIRST_CELLS);
    }
}
