package io.dataprism.core.format;

import java.util.Arrays;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.ArrowType.ExtensionType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** Chooses the column of a field: the tight ones for the common types, cell by cell for the others. */
final class RowColumns {

    private static final byte[] JSON_NULL = NumberColumns.ascii("null");
    private static final byte[] CSV_NULL = new byte[0];

    private RowColumns() {}

    static RowColumn json(Field field, byte[] prefix) {
        RowColumn tight = tight(field, prefix, JSON_NULL, true);
        return tight != null ? tight : new CellColumn(prefix, JSON_NULL, JsonCells.of(field));
    }

    static RowColumn csv(Field field, byte[] prefix) {
        RowColumn tight = tight(field, prefix, CSV_NULL, false);
        return tight != null ? tight : new CellColumn(prefix, CSV_NULL, csvCell(field));
    }

    private static @Nullable RowColumn tight(Field field, byte[] prefix, byte[] nullText, boolean json) {
        return switch (field.getType()) {
            case ArrowType.Int type -> NumberColumns.integer(prefix, nullText, type);
            case ArrowType.FloatingPoint type
            when type.getPrecision() != FloatingPointPrecision.HALF ->
                NumberColumns.floating(prefix, nullText, type, json);
            case ArrowType.Decimal type when type.getBitWidth() == 128 -> new DecimalColumn(prefix, nullText, type);
            case ArrowType.Timestamp type -> TemporalColumn.timestamp(prefix, nullText, type, json);
            case ArrowType.Date type when type.getUnit() == DateUnit.DAY -> TemporalColumn.date(prefix, nullText, json);
            case ArrowType.Utf8 type
            when LogicalType.of(field) != LogicalType.BIGNUM -> new TextColumn(prefix, nullText, json);
            default -> null;
        };
    }

    private static CellWriter csvCell(Field field) {
        ArrowType type = field.getType();
        CellWriter scalar = ScalarText.of(type);
        if (scalar != null) {
            return scalar;
        }
        CellWriter text = StringText.isString(type) ? StringText::raw : unwrapped(type, JsonCells.of(field));
        return (out, vector, row) -> {
            int start = out.size();
            text.write(out, vector, row);
            if (type instanceof ArrowType.Union && out.endsWith(start, JSON_NULL)) {
                out.truncate(start); // a union knows of its null only in its member
            } else {
                Quoting.csv(out, start);
            }
        };
    }

    /** A UUID and its like are JSON strings: their quotes are none of the value. */
    private static CellWriter unwrapped(ArrowType type, CellWriter json) {
        if (!(type instanceof ExtensionType)) {
            return json;
        }
        return (out, vector, row) -> {
            ByteSink apart = new ByteSink(0);
            json.write(apart, vector, row);
            byte[] bytes = apart.toByteArray();
            boolean quoted = bytes.length >= 2 && bytes[0] == '"';
            out.add(quoted ? Arrays.copyOfRange(bytes, 1, bytes.length - 1) : bytes);
        };
    }
}
