package io.dataprism.plugins.validator;

import java.util.List;
import org.apache.arrow.vector.FieldVector;

/** The value is there. */
record NotNull() implements Check {

    @Override
    public boolean holds(List<FieldVector> columns, int row) {
        return columns.stream().noneMatch(column -> column.isNull(row));
    }

    @Override
    public boolean seesNull() {
        return true;
    }

    @Override
    public String wanted() {
        return "not be NULL";
    }
}
