package io.dataprism.core.format;

import io.dataprism.plugin.TableInfo;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.arrow.vector.extension.UuidType;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Arrow types by the engine's (DuckDB's) names of types, for datasets that the engine has not seen. */
public final class EngineTypes {

    private static final Pattern PLAIN_NAME = Pattern.compile("[a-z_][a-z0-9_]*");

    private EngineTypes() {}

    /** The columns of a schema. */
    public static List<TableInfo.Column> columns(Schema schema) {
        return schema.getFields().stream()
                .map(field -> new TableInfo.Column(field.getName(), name(field)))
                .toList();
    }

    /** The name of a field's type, such as {@code DECIMAL(9,2)} or {@code STRUCT(a INTEGER, b VARCHAR[])}. */
    public static String name(Field field) {
        LogicalType logical = LogicalType.of(field);
        return logical != null ? logical.engineName() : physicalName(field);
    }

    private static String physicalName(Field field) {
        return switch (field.getType()) {
            case ArrowType.Int type -> integer(type);
            case ArrowType.FloatingPoint type ->
                switch (type.getPrecision()) {
                    case HALF, SINGLE -> "FLOAT";
                    case DOUBLE -> "DOUBLE";
                };
            case ArrowType.Bool type -> "BOOLEAN";
            case ArrowType.Decimal type -> "DECIMAL(" + type.getPrecision() + "," + type.getScale() + ")";
            case ArrowType.Date type -> "DATE";
            case ArrowType.Time type -> type.getUnit() == TimeUnit.NANOSECOND ? "TIME_NS" : "TIME";
            case ArrowType.Timestamp type -> timestamp(type);
            case ArrowType.Interval type -> "INTERVAL";
            case ArrowType.Duration type -> "INTERVAL";
            case ArrowType.Utf8 type -> "VARCHAR";
            case ArrowType.LargeUtf8 type -> "VARCHAR";
            case ArrowType.Utf8View type -> "VARCHAR";
            case ArrowType.Null type -> "\"NULL\"";
            case ArrowType.Map type -> map(field.getChildren().getFirst());
            case ArrowType.FixedSizeList type -> name(field.getChildren().getFirst()) + "[" + type.getListSize() + "]";
            case ArrowType.List type -> name(field.getChildren().getFirst()) + "[]";
            case ArrowType.LargeList type -> name(field.getChildren().getFirst()) + "[]";
            case ArrowType.ListView type -> name(field.getChildren().getFirst()) + "[]";
            case ArrowType.LargeListView type -> name(field.getChildren().getFirst()) + "[]";
            case ArrowType.Struct type -> "STRUCT" + members(field);
            case ArrowType.Union type -> "UNION" + members(field);
            case ArrowType.RunEndEncoded type -> name(field.getChildren().get(1));
            case UuidType type -> "UUID";
            case ArrowType.ExtensionType type -> name(Field.nullable(field.getName(), type.storageType()));
            default -> "BLOB";
        };
    }

    private static String integer(ArrowType.Int type) {
        String signed = switch (type.getBitWidth()) {
            case 8 -> "TINYINT";
            case 16 -> "SMALLINT";
            case 32 -> "INTEGER";
            default -> "BIGINT";
        };
        return type.getIsSigned() ? signed : "U" + signed;
    }

    private static String timestamp(ArrowType.Timestamp type) {
        if (type.getTimezone() != null) {
            return "TIMESTAMP WITH TIME ZONE";
        }
        return switch (type.getUnit()) {
            case SECOND -> "TIMESTAMP_S";
            case MILLISECOND -> "TIMESTAMP_MS";
            case MICROSECOND -> "TIMESTAMP";
            case NANOSECOND -> "TIMESTAMP_NS";
        };
    }

    private static String map(Field entries) {
        return "MAP(" + name(entries.getChildren().get(0)) + ", "
                + name(entries.getChildren().get(1)) + ")";
    }

    private static String members(Field field) {
        return field.getChildren().stream()
                .map(member -> quoted(member.getName()) + " " + name(member))
                .collect(Collectors.joining(", ", "(", ")"));
    }

    private static String quoted(String name) {
        return PLAIN_NAME.matcher(name).matches() ? name : '"' + name.replace("\"", "\"\"") + '"';
    }
}
