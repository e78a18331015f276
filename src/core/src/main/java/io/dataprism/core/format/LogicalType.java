package io.dataprism.core.format;

import java.util.Map;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/**
 * Types of the engine that Arrow has no type for. Such a column travels as the nearest plain Arrow type, which any reader
 * understands, and its field says in the metadata {@value #KEY} what it is to the engine.
 */
public enum LogicalType {
    /** {@code Decimal128(38, 0)}. All 128 bits count: beyond 38 digits a reader that checks precision will object. */
    HUGEINT("HUGEINT", new ArrowType.Decimal(38, 0, 128)),
    /** {@code Decimal256(39, 0)}, for it needs more than 127 bits. */
    UHUGEINT("UHUGEINT", new ArrowType.Decimal(39, 0, 256)),
    /** {@code Utf8}: decimal digits, as many as it has. */
    BIGNUM("BIGNUM", ArrowType.Utf8.INSTANCE),
    /** {@code Utf8}: one {@code 0} or {@code 1} a bit, the first bit first. */
    BIT("BIT", ArrowType.Utf8.INSTANCE),
    /** {@code Utf8}: {@code 10:00:00.000000+05:30}. */
    TIME_WITH_ZONE("TIME WITH TIME ZONE", ArrowType.Utf8.INSTANCE),
    /** {@code Utf8}: 36 characters. */
    UUID("UUID", ArrowType.Utf8.INSTANCE),
    /** {@code Utf8}: a JSON text. */
    JSON("JSON", ArrowType.Utf8.INSTANCE),
    /** {@code Utf8}: a JSON text. */
    VARIANT("VARIANT", ArrowType.Utf8.INSTANCE);

    /** The key of the field's metadata. */
    public static final String KEY = "dataprism.type";

    private final String engineName;
    private final ArrowType arrow;

    LogicalType(String engineName, ArrowType arrow) {
        this.engineName = engineName;
        this.arrow = arrow;
    }

    /** The engine's name of the type. */
    public String engineName() {
        return engineName;
    }

    /** How it travels. */
    public FieldType fieldType(boolean nullable) {
        return new FieldType(nullable, arrow, null, Map.of(KEY, engineName));
    }

    /** What a field says that it is, where its Arrow type fits; anything else says nothing. */
    public static @Nullable LogicalType of(Field field) {
        String named = field.getMetadata().get(KEY);
        if (named == null) {
            return null;
        }
        for (LogicalType type : values()) {
            if (type.engineName.equals(named) && type.arrow.equals(field.getType())) {
                return type;
            }
        }
        return null;
    }
}
