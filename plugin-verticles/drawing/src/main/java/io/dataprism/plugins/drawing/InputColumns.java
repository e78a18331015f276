package io.dataprism.plugins.drawing;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Cells;
import io.dataprism.plugin.PluginException;
import java.util.List;
import org.apache.arrow.vector.FieldVector;

/** Finds the columns that a caller has named, and says which there are where one is missing or of the wrong type. */
public final class InputColumns {

    private InputColumns() {}

    /**
     * A column by name.
     *
     * @param parameter that names it
     * @throws PluginException {@code REQUEST_INVALID} where there is none
     */
    public static FieldVector column(Batch batch, String parameter, String name) {
        FieldVector column = batch.root().getVector(name);
        if (column == null) {
            throw PluginException.invalidParameter(
                    parameter,
                    "is '" + name + "', which is no column of the input; its columns are "
                            + names(batch.root().getFieldVectors()));
        }
        return column;
    }

    /**
     * A column of numbers.
     *
     * @param need such as {@code the heights need}
     * @throws PluginException {@code REQUEST_INVALID} where it is missing or of another type
     */
    public static FieldVector numeric(Batch batch, String parameter, String name, String need) {
        FieldVector column = column(batch, parameter, name);
        if (!Cells.isNumeric(column)) {
            throw PluginException.invalidParameter(
                    parameter,
                    "is '" + name + "', a column of type " + column.getField().getType() + "; " + need
                            + " integers, DECIMAL, FLOAT or DOUBLE, as have "
                            + names(batch.root().getFieldVectors().stream()
                                    .filter(Cells::isNumeric)
                                    .toList()));
        }
        return column;
    }

    private static List<String> names(List<FieldVector> columns) {
        return columns.stream().map(FieldVector::getName).toList();
    }
}
