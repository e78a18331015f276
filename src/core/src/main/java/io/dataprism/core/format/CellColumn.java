package io.dataprism.core.format;

import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/** A column of any type, cell by cell out of its vector, which must be open while it is written. */
final class CellColumn extends RowColumn {

    private final CellWriter cell;
    private final byte[] nullText;
    private @Nullable FieldVector vector;
    private int first;

    /** @param cell is not called for null */
    CellColumn(byte[] prefix, byte[] nullText, CellWriter cell) {
        super(prefix, nullText);
        this.cell = cell;
        this.nullText = nullText;
    }

    @Override
    void load(FieldVector loaded, int firstRow, int count) {
        vector = loaded;
        first = firstRow;
    }

    @Override
    void write(ByteSink out, int row) {
        FieldVector values = vector;
        if (values == null) {
            throw new IllegalStateException("A column was written before it was loaded.");
        }
        out.add(prefix);
        if (values.isNull(first + row)) {
            out.add(nullText);
        } else {
            cell.write(out, values, first + row);
        }
    }
}
