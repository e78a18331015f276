package io.dataprism.core.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ParameterVectorsTest {

    private static final Schema UNKNOWN = new Schema(List.of());

    private final BufferAllocator allocator = new RootAllocator();

    @AfterEach
    void nothingIsLeft() {
        allocator.close(); // fails where a byte was not given back
    }

    private static Schema wants(ArrowType... types) {
        return new Schema(
                Arrays.stream(types).map(type -> Field.nullable("p", type)).toList());
    }

    private List<@Nullable Object> bound(Schema wanted, @Nullable Object... values) {
        try (VectorSchemaRoot row = ParameterVectors.row(wanted, Arrays.asList(values), allocator)) {
            List<@Nullable Object> shown = new ArrayList<>();
            row.getFieldVectors().forEach(vector -> {
                Object value = vector.getObject(0);
                shown.add(value == null ? null : vector.getField().getType() + " " + value);
            });
            return shown;
        }
    }

    @Test
    void whereTheServerDoesNotTellTheValuesDecideTheTypes() {
        assertThat(bound(
                        UNKNOWN,
                        true,
                        1,
                        2L,
                        0.5,
                        1.5f,
                        new BigInteger("123456789012345678901234567890"),
                        new BigDecimal("0.010"),
                        new BigDecimal("12E3"),
                        "text",
                        null))
                .containsExactly(
                        "Bool true",
                        "Int(32, true) 1",
                        "Int(64, true) 2",
                        "FloatingPoint(DOUBLE) 0.5",
                        "FloatingPoint(DOUBLE) 1.5",
                        "Decimal(38, 0, 128) 123456789012345678901234567890",
                        "Decimal(38, 3, 128) 0.010",
                        "Decimal(38, 0, 128) 12000",
                        "Utf8 text",
                        null);
    }

    @Test
    void aServerThatLeavesATypeOpenTakesTheValues() {
        assertThat(bound(wants(ArrowType.Null.INSTANCE), 7)).containsExactly("Int(32, true) 7");
    }

    @Test
    void valuesBecomeWhatTheServerWants() {
        Schema wanted = wants(
                new ArrowType.Int(8, false),
                new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE),
                new ArrowType.Decimal(10, 2, 128),
                ArrowType.Bool.INSTANCE,
                new ArrowType.Date(DateUnit.DAY),
                new ArrowType.Timestamp(TimeUnit.MICROSECOND, null),
                ArrowType.LargeUtf8.INSTANCE);
        assertThat(bound(
                        wanted,
                        255,
                        "0.25",
                        new BigDecimal("1.5"),
                        false,
                        "1970-01-11",
                        "2001-01-31 10:00:00.000001",
                        12))
                .containsExactly(
                        "Int(8, false) -1", // as Arrow's vector shows the unsigned byte 255
                        "FloatingPoint(SINGLE) 0.25",
                        "Decimal(10, 2, 128) 1.50",
                        "Bool false",
                        "Date(DAY) 10",
                        "Timestamp(MICROSECOND, null) 2001-01-31T10:00:00.000001",
                        "LargeUtf8 12");
    }

    static List<Arguments> misfits() {
        return List.of(
                Arguments.of(new ArrowType.Int(8, true), 128, "Int(8, true)"),
                Arguments.of(new ArrowType.Int(64, false), -1, "Int(64, false)"),
                Arguments.of(new ArrowType.Int(32, true), new BigDecimal("1.5"), "Int(32, true)"),
                Arguments.of(new ArrowType.Int(32, true), true, "Int(32, true)"),
                Arguments.of(new ArrowType.Int(32, true), "seven", "Int(32, true)"),
                Arguments.of(new ArrowType.Decimal(10, 2, 128), new BigDecimal("0.001"), "Decimal(10, 2, 128)"),
                Arguments.of(ArrowType.Bool.INSTANCE, 1, "true or false"),
                Arguments.of(new ArrowType.Date(DateUnit.DAY), "2001-02-30", "Date(DAY)"),
                Arguments.of(new ArrowType.Timestamp(TimeUnit.MICROSECOND, null), "noon", "Timestamp"),
                Arguments.of(new ArrowType.Duration(TimeUnit.SECOND), 1, "Duration(SECOND)"));
    }

    @ParameterizedTest(name = "{1} for {0}")
    @MethodSource("misfits")
    void aValueThatDoesNotFitIsRefusedByItsNumberAndTheType(ArrowType type, Object value, String legal) {
        assertThatThrownBy(() -> bound(wants(ArrowType.Utf8.INSTANCE, type), "fits", value))
                .isInstanceOfSatisfying(DataPrismException.class, refusal -> {
                    assertThat(refusal.code()).isEqualTo(ErrorCode.QUERY_INVALID);
                    assertThat(refusal.detail()).contains("parameter 2", legal);
                    assertThat(refusal.hint()).contains("CAST");
                });
    }

    @Test
    void aNumberOfMoreDigitsThanADecimalHasIsRefused() {
        for (Object value : List.of(BigInteger.TEN.pow(38), new BigDecimal("1E-39"))) {
            assertThatThrownBy(() -> bound(UNKNOWN, value)).hasMessageContaining("more than 38 digits");
        }
        assertThat(bound(UNKNOWN, BigInteger.TEN.pow(38).subtract(BigInteger.ONE)))
                .containsExactly("Decimal(38, 0, 128) " + "9".repeat(38));
    }

    @Test
    void anotherNumberOfValuesThanTheStatementHasParametersIsRefused() {
        assertThatThrownBy(() -> bound(wants(ArrowType.Utf8.INSTANCE), "a", "b"))
                .isInstanceOfSatisfying(
                        DataPrismException.class,
                        refusal -> assertThat(refusal.detail()).contains("has 1 parameters", "2 values"));
    }
}
