package io.dataprism.plugins.validator;

import java.util.List;
import org.apache.arrow.vector.FieldVector;

/** No row before has the same values. */
record Unique(HashedValues seen) implements Check {

    @Override
    public boolean holds(List<FieldVector> columns, int row) {
        return seen.add(columns, row);
    }

    @Override
    public String wanted() {
        return "not come twice";
    }
}
