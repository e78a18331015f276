package io.dataprism.host;

import io.dataprism.plugin.TableInfo;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** The columns of a plugin's dataset, with the engine's names of their types. */
final class ColumnTypes {

    private ColumnTypes() {}

    static List<TableInfo.Column> of(Schema schema) {
        return schema.getFields().stream()
                .map(field -> new TableInfo.Column(field.getName(), name(field)))
                .toList();
    }

    private static String name(Field field) {
        return switch (field.getType()) {
            case ArrowType.Int type -> (type.getIsSigned() ? "" : "U") + integer(type.getBitWidth());
            case ArrowType.FloatingPoint type ->
                type.getPrecision() == FloatingPointPrecision.DOUBLE ? "DOUBLE" : "FLOAT";
            case ArrowType.Bool type -> "BOOLEAN";
            case ArrowType.Decimal type -> "DECIMAL(" + type.getPrecision() + "," + type.getScale() + ")";
            case ArrowType.Date type -> "DATE";
            case ArrowType.Time type -> "TIME";
            case ArrowType.Timestamp type -> type.getTimezone() == null ? "TIMESTAMP" : "TIMESTAMP WITH TIME ZONE";
            case ArrowType.Interval type -> "INTERVAL";
            case ArrowType.Duration type -> "INTERVAL";
            case ArrowType.Binary type -> "BLOB";
            case ArrowType.LargeBinary type -> "BLOB";
            case ArrowType.FixedSizeBinary type -> "BLOB";
            case ArrowType.List type -> name(field.getChildren().getFirst()) + "[]";
            case ArrowType.LargeList type -> name(field.getChildren().getFirst()) + "[]";
            case ArrowType.Struct type -> "STRUCT" + members(field);
            case ArrowType.Map type -> "MAP" + members(field.getChildren().getFirst());
            case ArrowType.Null type -> "\"NULL\"";
            default -> "VARCHAR";
        };
    }

    private static String integer(int bits) {
        return switch (bits) {
            case 8 -> "TINYINT";
            case 16 -> "SMALLINT";
            case 32 -> "INTEGER";
            default -> "BIGINT";
        };
    }

    private static String members(Field field) {
        return field.getChildren().stream()
                .map(child -> child.getName() + " " + name(child))
                .collect(Collectors.joining(", ", "(", ")"));
    }
}
