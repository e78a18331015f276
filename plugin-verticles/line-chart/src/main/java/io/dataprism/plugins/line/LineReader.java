package io.dataprism.plugins.line;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Cells;
import io.dataprism.plugins.drawing.AxisKind;
import io.dataprism.plugins.drawing.Chart;
import io.dataprism.plugins.drawing.ChartReader;
import io.dataprism.plugins.drawing.InputColumns;
import io.dataprism.plugins.drawing.Labels;
import io.dataprism.plugins.drawing.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.FieldVector;

/** Reads rows into lines. The kind of the horizontal axis is that of the column's type; texts lie in the order of their first row. */
final class LineReader implements ChartReader {

    static final int MAX_LABELS = 1_000;

    private final LineParameters parameters;
    private final LineStore store = new LineStore();
    private final Names labels = new Names(MAX_LABELS);
    private final Names series;
    private Optional<AxisKind> kind = Optional.of(AxisKind.NUMBER);
    private long rows;
    private long rowsWithoutX;
    private long notFinite;

    LineReader(LineParameters parameters) {
        this.parameters = parameters;
        this.series = new Names(parameters.maxSeries());
    }

    @Override
    public void add(Batch batch) {
        FieldVector x = InputColumns.column(batch, "x", parameters.x());
        kind = AxisKind.of(x);
        List<FieldVector> heights = parameters.y().stream()
                .map(name -> InputColumns.numeric(batch, "y", name, "the heights need"))
                .toList();
        Optional<FieldVector> groups = parameters.series().map(name -> InputColumns.column(batch, "series", name));
        rows += batch.rowCount();
        for (int row = 0; row < batch.rowCount(); row++) {
            double place = place(x, row);
            if (Double.isNaN(place)) {
                rowsWithoutX++;
            } else if (place >= 0 || kind.isPresent()) {
                addRow(place, heights, groups, row);
            }
        }
    }

    @Override
    public Chart chart() {
        List<String> names = parameters.series().isPresent() ? series.kept() : parameters.y();
        List<Points> points = store.lines();
        List<LineLayout.NamedLine> lines = new ArrayList<>();
        for (int line = 0; line < points.size(); line++) {
            lines.add(new LineLayout.NamedLine(Labels.printable(names.get(line)), points.get(line)));
        }
        return new LineLayout(parameters, kind, labels.kept(), lines, rows, notes());
    }

    /** NaN where there is none, and negative for a label beyond those that are kept. */
    private double place(FieldVector x, int row) {
        if (kind.isPresent()) {
            return AxisKind.value(x, row);
        }
        String label = Cells.text(x, row);
        return label == null ? Double.NaN : labels.indexOf(Labels.printable(label));
    }

    private void addRow(double place, List<FieldVector> heights, Optional<FieldVector> groups, int row) {
        if (groups.isEmpty()) {
            for (int line = 0; line < heights.size(); line++) {
                store.add(line, place, height(heights.get(line), row));
            }
            return;
        }
        String name = Cells.text(groups.get(), row);
        int line = series.indexOf(name == null ? "NULL" : name);
        if (line >= 0) {
            store.add(line, place, height(heights.getFirst(), row));
        }
    }

    private double height(FieldVector heights, int row) {
        double height = AxisKind.value(heights, row);
        if (Double.isNaN(height) && !heights.isNull(row)) {
            notFinite++;
        }
        return height;
    }

    /** What the chart must say of what it does not show. */
    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (series.isCut()) {
            notes.add("The first " + series.kept().size() + " of " + series.countInWords() + " series.");
        }
        if (labels.isCut()) {
            notes.add("The first " + MAX_LABELS + " of " + labels.countInWords() + " values of "
                    + Labels.printable(parameters.x()) + ".");
        }
        if (rowsWithoutX > 0) {
            notes.add(rowsWithoutX + (rowsWithoutX == 1 ? " row" : " rows") + " without a place on the axis of "
                    + Labels.printable(parameters.x()) + (rowsWithoutX == 1 ? " is" : " are") + " not shown.");
        }
        if (notFinite > 0) {
            notes.add(notFinite + (notFinite == 1 ? " value that is" : " values that are") + " not finite "
                    + (notFinite == 1 ? "is a gap." : "are gaps."));
        }
        return notes;
    }
}
