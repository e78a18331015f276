package io.dataprism.core.flight;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** The values for a statement's {@code ?}, as one row of Arrow in the types that the server wants. */
final class ParameterVectors {

    private static final int DIGITS_LIMIT = 38;

    private ParameterVectors() {}

    /**
     * @param wanted the server's schema of its parameters; no fields: it does not tell, and the values decide
     * @return the caller closes it
     */
    static VectorSchemaRoot row(Schema wanted, List<@Nullable Object> values, BufferAllocator allocator) {
        List<Field> fields = wanted.getFields();
        if (!fields.isEmpty() && fields.size() != values.size()) {
            throw new DataPrismException(
                    ErrorCode.QUERY_INVALID,
                    "The statement has " + fields.size() + " parameters, and " + values.size() + " values were sent.",
                    "Send one value in \"parameters\" for each ? of the statement, in order.");
        }
        List<FieldVector> vectors = new ArrayList<>();
        try {
            for (int i = 0; i < values.size(); i++) {
                Object value = values.get(i);
                Field field = fields.isEmpty() || !isBindable(fields.get(i))
                        ? Field.nullable(String.valueOf(i + 1), typeOf(value, i))
                        : fields.get(i);
                FieldVector vector = field.createVector(allocator);
                vectors.add(vector);
                vector.allocateNew();
                if (value != null) {
                    set(vector, value, i);
                }
                vector.setValueCount(1);
            }
            return new VectorSchemaRoot(vectors);
        } catch (RuntimeException e) {
            vectors.forEach(FieldVector::close);
            throw e;
        }
    }

    /** Null and unions mean that the server leaves the type to the value. */
    private static boolean isBindable(Field wanted) {
        return !(wanted.getType() instanceof ArrowType.Null || wanted.getType() instanceof ArrowType.Union);
    }

    private static ArrowType typeOf(@Nullable Object value, int index) {
        return switch (value) {
            case null -> ArrowType.Null.INSTANCE;
            case Boolean truth -> ArrowType.Bool.INSTANCE;
            case Integer small -> new ArrowType.Int(32, true);
            case Long large -> new ArrowType.Int(64, true);
            case Double number -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
            case Float number -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
            case BigInteger huge -> decimal(new BigDecimal(huge), index);
            case BigDecimal exact -> decimal(exact, index);
            default -> ArrowType.Utf8.INSTANCE;
        };
    }

    private static ArrowType decimal(BigDecimal value, int index) {
        int scale = Math.max(0, value.scale());
        if (value.precision() - value.scale() + scale > DIGITS_LIMIT || scale > DIGITS_LIMIT) {
            throw unfit(index, "has more than " + DIGITS_LIMIT + " digits");
        }
        return new ArrowType.Decimal(DIGITS_LIMIT, scale, 128);
    }

    private static void set(FieldVector vector, Object value, int index) {
        try {
            switch (vector) {
                case BaseIntVector whole -> setWhole(whole, number(value).toBigIntegerExact(), index);
                case Float8Vector wide -> wide.setSafe(0, number(value).doubleValue());
                case Float4Vector narrow -> narrow.setSafe(0, number(value).floatValue());
                case DecimalVector exact -> exact.setSafe(0, number(value).setScale(exact.getScale()));
                case BitVector truth -> truth.setSafe(0, truth(value, index) ? 1 : 0);
                case DateDayVector day ->
                    day.setSafe(0, (int) LocalDate.parse(value.toString()).toEpochDay());
                case TimeStampMicroVector moment -> moment.setSafe(0, micros(value.toString()));
                case BaseVariableWidthVector text ->
                    text.setSafe(0, value.toString().getBytes(StandardCharsets.UTF_8));
                case BaseLargeVariableWidthVector text ->
                    text.setSafe(0, value.toString().getBytes(StandardCharsets.UTF_8));
                case NullVector nothing -> {}
                default ->
                    throw unfit(
                            index, "is to be of the type " + vector.getField().getType());
            }
        } catch (ArithmeticException | NumberFormatException | DateTimeException | UnsupportedOperationException no) {
            throw unfit(index, "is not of the type " + vector.getField().getType());
        }
    }

    private static void setWhole(BaseIntVector vector, BigInteger value, int index) {
        ArrowType.Int type = (ArrowType.Int) vector.getField().getType();
        int bits = type.getBitWidth() - (type.getIsSigned() ? 1 : 0);
        boolean fits = value.bitLength() <= bits && (type.getIsSigned() || value.signum() >= 0);
        if (!fits) {
            throw unfit(index, "is not of the type " + type);
        }
        vector.setWithPossibleTruncate(0, value.longValue());
    }

    private static BigDecimal number(Object value) {
        return switch (value) {
            case BigDecimal exact -> exact;
            case BigInteger huge -> new BigDecimal(huge);
            case Boolean truth -> throw new NumberFormatException("a truth value");
            default -> new BigDecimal(value.toString());
        };
    }

    private static boolean truth(Object value, int index) {
        if (value instanceof Boolean truth) {
            return truth;
        }
        throw unfit(index, "is to be true or false");
    }

    private static long micros(String text) {
        LocalDateTime moment = LocalDateTime.parse(text.replace(' ', 'T'));
        return ChronoUnit.MICROS.between(LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC), moment);
    }

    private static DataPrismException unfit(int index, String problem) {
        return new DataPrismException(
                ErrorCode.QUERY_INVALID,
                "The value of parameter " + (index + 1) + " does not fit: it " + problem + ".",
                "Send a value of that type, or CAST the ? in the statement and send a text.");
    }
}
