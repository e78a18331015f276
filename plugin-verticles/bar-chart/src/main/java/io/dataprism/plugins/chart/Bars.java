package io.dataprism.plugins.chart;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Cells;
import io.dataprism.plugin.PluginException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;

/** Gathers the bars of a chart from batches: the first ones, and counts of what is left out. One thread at a time. */
final class Bars {

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

    /** Reads a batch, which stays the caller's to close. */
    void add(Batch batch) {
        FieldVector labels = column(batch, "x", parameters.x());
        FieldVector numbers = column(batch, "y", parameters.y());
        if (!Cells.isNumeric(numbers)) {
            throw PluginException.invalidParameter(
                    "y",
                    "is '" + parameters.y() + "', a column of type "
                            + numbers.getField().getType()
                            + "; the heights need integers, DECIMAL, FLOAT or DOUBLE, as have "
                            + names(batch.root().getFieldVectors().stream()
                                    .filter(Cells::isNumeric)
                                    .toList()));
        }
        for (int row = 0; row < batch.rowCount() && !hasSeenEnough(); row++) {
            addRow(labels, numbers, row);
        }
    }

    /** Whether the rest of the input changes nothing. */
    boolean hasSeenEnough() {
        return beyondCount + skippedCount > MAX_COUNTED;
    }

    List<Value> values() {
        return List.copyOf(values);
    }

    /** What the chart must say of the rows that it does not show. */
    List<String> notes() {
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

    private static FieldVector column(Batch batch, String parameter, String name) {
        FieldVector column = batch.root().getVector(name);
        if (column == null) {
            throw PluginException.invalidParameter(
                    parameter,
                    "is '" + name + "', which is no column of the input; its columns are "
                            + names(batch.root().getFieldVectors()));
        }
        return column;
    }

    private static List<String> names(List<FieldVector> columns) {
        return columns.stream().map(FieldVector::getName).toList();
    }
}
