package io.dataprism.plugins.validator;

import io.dataprism.plugin.Cells;
import io.dataprism.plugin.PluginException;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/** The text lies between two, which are right themselves; dates and times are compared as {@code 2001-01-31 10:00:00}. */
record TextRange(@Nullable String min, @Nullable String max) implements Check {

    @Override
    public void accept(List<FieldVector> columns) {
        FieldVector column = columns.getFirst();
        if (Cells.isNumeric(column)) {
            throw PluginException.invalidParameter(
                    "rules",
                    "has a range of text for '" + column.getName()
                            + "', a column of numbers; write its bounds as numbers");
        }
    }

    @Override
    public boolean holds(List<FieldVector> columns, int row) {
        String text = Cells.text(columns.getFirst(), row);
        return text != null && (min == null || text.compareTo(min) >= 0) && (max == null || text.compareTo(max) <= 0);
    }

    @Override
    public String wanted() {
        if (min == null) {
            return "be at most '" + max + "'";
        }
        return max == null ? "be at least '" + min + "'" : "be from '" + min + "' to '" + max + "'";
    }
}
