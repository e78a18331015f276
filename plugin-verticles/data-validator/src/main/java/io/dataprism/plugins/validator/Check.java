package io.dataprism.plugins.validator;

import java.util.List;
import org.apache.arrow.vector.FieldVector;

/** Says whether a row keeps a rule. Belongs to one call; rows come in order. */
interface Check {

    /** Refuses columns that it can say nothing of, with {@code REQUEST_INVALID}. Called before the rows of each batch. */
    default void accept(List<FieldVector> columns) {}

    /** Whether the row is right. Its values are not NULL, unless {@link #seesNull}. */
    boolean holds(List<FieldVector> columns, int row);

    /** Whether it wants to see rows with a NULL. */
    default boolean seesNull() {
        return false;
    }

    /** What would be right, after "must". */
    String wanted();
}
