package io.dataprism.plugins.postgres;

import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** The types of columns in tables that a write makes. What PostgreSQL has no like of is text. */
final class WrittenTypes {

    private static final String TEXT = "text";
    private static final Map<String, String> BY_ENGINE_TYPE =
            Map.of("UUID", "uuid", "JSON", "json", "HUGEINT", "numeric(39,0)", "TIME WITH TIME ZONE", "timetz");

    private WrittenTypes() {}

    static String of(Field field) {
        String engine = field.getMetadata().get("dataprism.type");
        if (engine != null) {
            return Objects.requireNonNullElse(BY_ENGINE_TYPE.get(engine), TEXT);
        }
        return switch (field.getType()) {
            case ArrowType.Bool bool -> "boolean";
            case ArrowType.Int integer -> integer(integer);
            case ArrowType.FloatingPoint number ->
                number.getPrecision() == FloatingPointPrecision.DOUBLE ? "double precision" : "real";
            case ArrowType.Decimal decimal ->
                String.format(Locale.ROOT, "numeric(%d,%d)", decimal.getPrecision(), decimal.getScale());
            case ArrowType.Binary binary -> "bytea";
            case ArrowType.Date date -> "date";
            case ArrowType.Time time -> "time";
            case ArrowType.Timestamp timestamp -> timestamp.getTimezone() == null ? "timestamp" : "timestamptz";
            default -> TEXT;
        };
    }

    private static String integer(ArrowType.Int type) {
        int bits = type.getIsSigned() ? type.getBitWidth() : type.getBitWidth() * 2;
        return switch (bits) {
            case 8, 16 -> "smallint";
            case 32 -> "integer";
            case 64 -> "bigint";
            default -> "numeric(20,0)";
        };
    }
}
