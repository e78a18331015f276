package io.dataprism.core.format;

import org.apache.arrow.vector.FieldVector;

/** Writes the values of one column; made once for a field, used for the vectors of every batch. */
@FunctionalInterface
interface CellWriter {

    /** Writes a value. The vector is of the field that this writer was made for. */
    void write(ByteSink out, FieldVector vector, int row);
}
