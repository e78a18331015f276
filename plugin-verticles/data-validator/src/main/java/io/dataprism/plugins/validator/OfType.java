package io.dataprism.plugins.validator;

import io.dataprism.plugin.Cells;
import java.util.List;
import java.util.Locale;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** The column is of the type, or the value is text that can be read as it. */
record OfType(ValueType type) implements Check {

    @Override
    public boolean holds(List<FieldVector> columns, int row) {
        FieldVector column = columns.getFirst();
        ArrowType found = column.getField().getType();
        if (type.is(found)) {
            return true;
        }
        String text = found instanceof ArrowType.Utf8 ? Cells.text(column, row) : null;
        return text != null && type.reads(text);
    }

    @Override
    public String wanted() {
        return "be of the type " + type.name().toLowerCase(Locale.ROOT);
    }
}
