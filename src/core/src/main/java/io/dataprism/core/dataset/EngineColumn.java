package io.dataprism.core.dataset;

import io.dataprism.core.engine.ColumnDecoder;
import io.dataprism.core.format.LogicalType;
import java.util.Map;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/**
 * The forms in which DuckDB hands out what Arrow has no type for, while {@code arrow_lossless_conversion} is set: the field's
 * extension metadata names the type, the bytes are DuckDB's own.
 */
enum EngineColumn implements ColumnDecoder {
    HUGEINT(LogicalType.HUGEINT) {
        @Override
        public FieldVector decode(FieldVector encoded, BufferAllocator allocator) {
            return encoded; // sixteen bytes, the lowest first, in both
        }
    },
    UHUGEINT(LogicalType.UHUGEINT) {
        @Override
        public FieldVector decode(FieldVector encoded, BufferAllocator allocator) {
            return wide((FixedSizeBinaryVector) encoded, allocator);
        }
    },
    BIGNUM(LogicalType.BIGNUM) {
        @Override
        public FieldVector decode(FieldVector encoded, BufferAllocator allocator) {
            VarBinaryVector bytes = (VarBinaryVector) encoded;
            return texts(encoded, allocator, row -> EngineBytes.bigNumber(bytes.get(row)));
        }
    },
    BIT(LogicalType.BIT) {
        @Override
        public FieldVector decode(FieldVector encoded, BufferAllocator allocator) {
            VarBinaryVector bytes = (VarBinaryVector) encoded;
            return texts(encoded, allocator, row -> EngineBytes.bits(bytes.get(row)));
        }
    },
    TIME_WITH_ZONE(LogicalType.TIME_WITH_ZONE) {
        @Override
        public FieldVector decode(FieldVector encoded, BufferAllocator allocator) {
            ArrowBuf data = encoded.getDataBuffer();
            return texts(encoded, allocator, row -> EngineBytes.timeWithZone(data.getLong(row * 8L)));
        }
    },
    UUID(LogicalType.UUID) {
        @Override
        public FieldVector decode(FieldVector encoded, BufferAllocator allocator) {
            // Arrow wraps it as soon as anything in this JVM has loaded its own type of UUIDs
            FixedSizeBinaryVector bytes = (FixedSizeBinaryVector)
                    (encoded instanceof ExtensionTypeVector<?> known ? known.getUnderlyingVector() : encoded);
            return texts(encoded, allocator, row -> EngineBytes.uuid(bytes.get(row)));
        }
    },
    JSON(LogicalType.JSON) {
        @Override
        public FieldVector decode(FieldVector encoded, BufferAllocator allocator) {
            return encoded;
        }
    },
    BOOLEAN(null) {
        @Override
        public FieldType plainType(Field encoded) {
            return new FieldType(encoded.isNullable(), ArrowType.Bool.INSTANCE, null);
        }

        @Override
        public FieldVector decode(FieldVector encoded, BufferAllocator allocator) {
            return bits((TinyIntVector) encoded, allocator);
        }
    };

    private static final String EXTENSION = "ARROW:extension:name";
    private static final String EXTENSION_METADATA = "ARROW:extension:metadata";

    private final @Nullable LogicalType type;

    EngineColumn(@Nullable LogicalType type) {
        this.type = type;
    }

    @FunctionalInterface
    private interface Text {
        byte[] of(int row);
    }

    /** What a field of DuckDB's holds, or null where it is plain Arrow. */
    static @Nullable EngineColumn of(Field field) {
        Map<String, String> metadata = field.getMetadata();
        String extension = metadata.get(EXTENSION);
        return switch (extension) {
            case null -> null;
            case "arrow.uuid" -> UUID;
            case "arrow.json" -> JSON;
            case "arrow.bool8" -> BOOLEAN;
            case "arrow.opaque" -> opaque(metadata.getOrDefault(EXTENSION_METADATA, ""));
            default -> null;
        };
    }

    private static @Nullable EngineColumn opaque(String description) {
        String mark = "\"type_name\":\"";
        int start = description.indexOf(mark) + mark.length();
        int end = description.indexOf('"', start);
        return end < 0
                ? null
                : switch (description.substring(start, end)) {
                    case "hugeint" -> HUGEINT;
                    case "uhugeint" -> UHUGEINT;
                    case "bignum" -> BIGNUM;
                    case "bit" -> BIT;
                    case "time_tz" -> TIME_WITH_ZONE;
                    default -> null;
                };
    }

    @Override
    public FieldType plainType(Field encoded) {
        if (type == null) {
            throw new IllegalStateException("The column " + encoded + " has no logical type.");
        }
        return type.fieldType(encoded.isNullable());
    }

    private static FieldVector texts(FieldVector encoded, BufferAllocator allocator, Text text) {
        VarCharVector texts = new VarCharVector(encoded.getName(), allocator);
        try {
            int count = encoded.getValueCount();
            texts.allocateNew(count);
            for (int row = 0; row < count; row++) {
                if (!encoded.isNull(row)) {
                    texts.setSafe(row, text.of(row));
                }
            }
            texts.setValueCount(count);
            return texts;
        } catch (RuntimeException e) {
            texts.close();
            throw e;
        }
    }

    private static FieldVector wide(FixedSizeBinaryVector encoded, BufferAllocator allocator) {
        Decimal256Vector wide = new Decimal256Vector(encoded.getName(), allocator, 39, 0);
        int count = encoded.getValueCount();
        wide.allocateNew(count);
        ArrowBuf from = encoded.getDataBuffer();
        ArrowBuf to = wide.getDataBuffer();
        for (int row = 0; row < count; row++) {
            to.setLong(row * 32L, from.getLong(row * 16L));
            to.setLong(row * 32L + 8, from.getLong(row * 16L + 8));
            to.setLong(row * 32L + 16, 0);
            to.setLong(row * 32L + 24, 0);
        }
        return withValidityOf(encoded, wide);
    }

    private static FieldVector bits(TinyIntVector encoded, BufferAllocator allocator) {
        BitVector bits = new BitVector(encoded.getName(), allocator);
        int count = encoded.getValueCount();
        bits.allocateNew(count);
        ArrowBuf from = encoded.getDataBuffer();
        ArrowBuf to = bits.getDataBuffer();
        for (int first = 0; first < count; first += 8) {
            int octet = 0;
            for (int row = first; row < Math.min(first + 8, count); row++) {
                octet |= (from.getByte(row) == 0 ? 0 : 1) << (row - first);
            }
            to.setByte(first / 8, octet);
        }
        return withValidityOf(encoded, bits);
    }

    private static FieldVector withValidityOf(BaseFixedWidthVector encoded, BaseFixedWidthVector plain) {
        int count = encoded.getValueCount();
        plain.getValidityBuffer().setBytes(0, encoded.getValidityBuffer(), 0, (count + 7) / 8);
        plain.setValueCount(count);
        return plain;
    }
}
