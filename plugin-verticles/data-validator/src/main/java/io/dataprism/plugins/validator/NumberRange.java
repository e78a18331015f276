package io.dataprism.plugins.validator;

import io.dataprism.plugin.Cells;
import io.dataprism.plugin.PluginException;
import java.util.List;
import org.apache.arrow.vector.FieldVector;

/** The number lies between two, which are right themselves; infinite where there is no bound. NaN is outside. */
record NumberRange(double min, double max) implements Check {

    @Override
    public void accept(List<FieldVector> columns) {
        FieldVector column = columns.getFirst();
        if (!Cells.isNumeric(column)) {
            throw PluginException.invalidParameter(
                    "rules",
                    "has a range of numbers for '" + column.getName() + "', a column of type "
                            + column.getField().getType() + "; write its bounds as text, such as \"2001-01-31\"");
        }
    }

    @Override
    public boolean holds(List<FieldVector> columns, int row) {
        double value = Cells.number(columns.getFirst(), row);
        return value >= min && value <= max;
    }

    @Override
    public String wanted() {
        if (min == Double.NEGATIVE_INFINITY) {
            return "be at most " + max;
        }
        return max == Double.POSITIVE_INFINITY ? "be at least " + min : "be from " + min + " to " + max;
    }
}
