package io.dataprism.plugins.chart;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Cells;
import io.dataprism.plugins.drawing.Chart;
import io.dataprism.plugins.drawing.ChartReader;
import io.dataprism.plugins.drawing.InputColumns;
import io.dataprism.plugins.drawing.Labels;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;

/** Gathers the bars of a chart from batches: the first ones, and counts of what is left out. One thread at a time. */
final class Bars implements ChartReader {

    /** Rows beyond the bars are counted up to here; then the rest of the input is not read. */
    static final int MAX_COUNTED = 100_000;

    private final ChartParameters parameters;
    private final List<Value> values = new ArrayList<>();
    private int beyondCount;
    private int skippedCount;

    Bars(ChartParameters parameters) {
        this.parameters = parameters;
    }

    /** One bar. */
    record Value(String label, double number) {}

    @Override
    public void add(Batch batch) {
        FieldVector labels = InputColumns.column(batch, "x", parameters.x());
        FieldVector numbers = InputColumns.numeric(batch, "y", parameters.y(), "the heights need");
        for (int row = 0; row < batch.rowCount() && !hasSeenEnough(); row++) {
            addRow(labels, numbers, row);
        }
    }

    @Override
    public boolean hasSeenEnough() {
        return beyondCount + skippedCount > MAX_COUNTED;
    }

    @Override
    public Chart chart() {
        return new BarLayout(parameters, values, notes());
    }

    /** What the chart must say of the rows that it does not show. */
    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (beyondCount > 0) {
            String total = hasSeenEnough() ? "more than " + MAX_COUNTED : Integer.toString(values.size() + beyondCount);
            notes.add("The first " + values.size() + " of " + total + " rows.");
        }
        if (skippedCount > 0) {
            notes.add(skippedCount + (skippedCount == 1 ? " row" : " rows") + " without a finite "
                    + Labels.printable(parameters.y()) + (skippedCount == 1 ? " is" : " are") + " not shown.");
        }
        return notes;
    }

    private void addRow(FieldVector labels, FieldVector numbers, int row) {
        double number = numbers.isNull(row) ? Double.NaN : Cells.number(numbers, row);
        if (!Double.isFinite(number)) {
            skippedCount++;
        } else if (values.size() < parameters.maxBars()) {
            String label = Cells.text(labels, row);
            values.add(new Value(label == null ? "NULL" : Labels.printable(label), number));
        } else {
            beyondCount++;
        }
    }
}
