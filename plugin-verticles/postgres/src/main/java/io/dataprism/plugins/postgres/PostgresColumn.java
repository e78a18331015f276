package io.dataprism.plugins.postgres;

import io.dataprism.plugin.PluginException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.util.Map;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/**
 * A column of a result: how it looks in Arrow and how its values get there. The README has the table of types.
 *
 * @param index in the result, from 1
 */
record PostgresColumn(Field field, int index) {

    private static final int MOST_DECIMAL_DIGITS = 38;
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final int NANOS_PER_MICRO = 1_000;
    /** The engine's own name of a type that travels as text. */
    private static final String ENGINE_TYPE = "dataprism.type";

    private static final Map<String, String> ENGINE_TYPES = Map.of("uuid", "UUID", "json", "JSON", "jsonb", "JSON");

    /** The column as the server describes it. */
    static PostgresColumn of(ResultSetMetaData result, int index) throws SQLException {
        String type = result.getColumnTypeName(index);
        ArrowType arrow = arrow(type, result.getPrecision(index), result.getScale(index));
        String engine = ENGINE_TYPES.get(type);
        FieldType fieldType = new FieldType(true, arrow, null, engine == null ? null : Map.of(ENGINE_TYPE, engine));
        return new PostgresColumn(new Field(result.getColumnLabel(index), fieldType, null), index);
    }

    private static ArrowType arrow(String type, int precision, int scale) {
        return switch (type) {
            case "int2", "smallserial" -> new ArrowType.Int(16, true);
            case "int4", "serial" -> new ArrowType.Int(32, true);
            case "int8", "bigserial", "oid" -> new ArrowType.Int(64, true);
            case "float4" -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
            case "float8" -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
            case "numeric" ->
                precision > 0 && precision <= MOST_DECIMAL_DIGITS && scale >= 0 && scale <= precision
                        ? new ArrowType.Decimal(precision, scale, 128)
                        : ArrowType.Utf8.INSTANCE;
            case "bool" -> ArrowType.Bool.INSTANCE;
            case "bytea" -> ArrowType.Binary.INSTANCE;
            case "date" -> new ArrowType.Date(DateUnit.DAY);
            case "time" -> new ArrowType.Time(TimeUnit.MICROSECOND, 64);
            case "timestamp" -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, null);
            case "timestamptz" -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC");
            default -> ArrowType.Utf8.INSTANCE;
        };
    }

    /** Copies the current row's value, and answers about how many bytes it takes. */
    long copy(ResultSet from, FieldVector to, int row) throws SQLException {
        return switch (to) {
            case VarCharVector texts -> bytes(from.getString(index), texts, row);
            case VarBinaryVector binary -> bytes(from.getBytes(index), binary, row);
            case DecimalVector decimals -> decimal(from, decimals, row);
            case SmallIntVector shorts -> {
                short value = from.getShort(index);
                yield from.wasNull() ? none(shorts, row) : set(() -> shorts.setSafe(row, value));
            }
            case IntVector ints -> {
                int value = from.getInt(index);
                yield from.wasNull() ? none(ints, row) : set(() -> ints.setSafe(row, value));
            }
            case BigIntVector longs -> {
                long value = from.getLong(index);
                yield from.wasNull() ? none(longs, row) : set(() -> longs.setSafe(row, value));
            }
            case Float4Vector floats -> {
                float value = from.getFloat(index);
                yield from.wasNull() ? none(floats, row) : set(() -> floats.setSafe(row, value));
            }
            case Float8Vector doubles -> {
                double value = from.getDouble(index);
                yield from.wasNull() ? none(doubles, row) : set(() -> doubles.setSafe(row, value));
            }
            case BitVector bits -> {
                boolean value = from.getBoolean(index);
                yield from.wasNull() ? none(bits, row) : set(() -> bits.setSafe(row, value ? 1 : 0));
            }
            default -> time(from, to, row);
        };
    }

    private long time(ResultSet from, FieldVector to, int row) throws SQLException {
        String text = from.getString(index);
        if (text == null) {
            return none(to, row);
        }
        if (text.endsWith("infinity") || text.startsWith("24:")) {
            throw invalid(text, "which Arrow has no value for");
        }
        return switch (to) {
            case DateDayVector days -> {
                LocalDate value = from.getObject(index, LocalDate.class);
                yield set(() -> days.setSafe(row, Math.toIntExact(value.toEpochDay())));
            }
            case TimeMicroVector times -> {
                LocalTime value = from.getObject(index, LocalTime.class);
                yield set(() -> times.setSafe(row, value.toNanoOfDay() / NANOS_PER_MICRO));
            }
            case TimeStampMicroVector times -> {
                LocalDateTime value = from.getObject(index, LocalDateTime.class);
                yield set(() -> times.setSafe(row, micros(value)));
            }
            case TimeStampMicroTZVector times -> {
                OffsetDateTime value = from.getObject(index, OffsetDateTime.class);
                yield set(() -> times.setSafe(
                        row, micros(value.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime())));
            }
            default -> throw new IllegalStateException("No column is read into " + to.getField() + ".");
        };
    }

    private static long micros(LocalDateTime time) {
        return time.toEpochSecond(ZoneOffset.UTC) * MICROS_PER_SECOND + time.get(ChronoField.MICRO_OF_SECOND);
    }

    private long decimal(ResultSet from, DecimalVector to, int row) throws SQLException {
        String text = from.getString(index);
        if (text == null) {
            return none(to, row);
        }
        try {
            BigDecimal value = new BigDecimal(text).setScale(to.getScale());
            return set(() -> to.setSafe(row, value));
        } catch (NumberFormatException special) {
            throw invalid(text, "which DECIMAL has no value for");
        }
    }

    private static long bytes(@Nullable String text, VarCharVector to, int row) {
        if (text == null) {
            return none(to, row);
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        to.setSafe(row, bytes);
        return bytes.length + Integer.BYTES;
    }

    private static long bytes(byte @Nullable [] bytes, VarBinaryVector to, int row) {
        if (bytes == null) {
            return none(to, row);
        }
        to.setSafe(row, bytes);
        return bytes.length + Integer.BYTES;
    }

    private static long none(FieldVector to, int row) {
        to.setNull(row);
        return 1;
    }

    private static long set(Runnable setting) {
        setting.run();
        return Long.BYTES;
    }

    private PluginException invalid(String value, String why) {
        return new PluginException(
                "REQUEST_INVALID",
                "Column '" + field.getName() + "' holds '" + value + "', " + why
                        + ": read a view that casts it to text.");
    }
}
