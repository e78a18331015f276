package io.dataprism.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.TimeStampMilliVector;
import org.apache.arrow.vector.TimeStampNanoVector;
import org.apache.arrow.vector.TimeStampSecVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CellsTest {

    static Stream<Arguments> columns() {
        return Stream.of(
                column(IntVector::new, vector -> vector.setSafe(0, -5), "-5", -5.0),
                column(UInt1Vector::new, vector -> vector.setSafe(0, 200), "200", 200.0),
                column(
                        UInt8Vector::new,
                        vector -> vector.setSafe(0, -1),
                        "18446744073709551615",
                        18446744073709551615.0),
                column(UInt8Vector::new, vector -> vector.setSafe(0, 3), "3", 3.0),
                column(Float4Vector::new, vector -> vector.setSafe(0, 1.5f), "1.5", 1.5),
                column(Float8Vector::new, vector -> vector.setSafe(0, 0.1), "0.1", 0.1),
                column(
                        (name, allocator) -> new DecimalVector(name, allocator, 9, 2),
                        vector -> vector.setSafe(0, new BigDecimal("1.50")),
                        "1.50",
                        1.5),
                column(
                        (name, allocator) -> new Decimal256Vector(name, allocator, 50, 0),
                        vector -> vector.setSafe(0, new BigDecimal("1E+40").setScale(0)),
                        "1" + "0".repeat(40),
                        1e40),
                column(BitVector::new, vector -> vector.setSafe(0, 1), "true", null),
                column(
                        VarCharVector::new,
                        vector -> vector.setSafe(0, "ü".getBytes(StandardCharsets.UTF_8)),
                        "ü",
                        null),
                column(VarBinaryVector::new, vector -> vector.setSafe(0, new byte[] {1, -1}), "01ff", null),
                column(DateDayVector::new, vector -> vector.setSafe(0, 11353), "2001-01-31", null),
                column(
                        TimeStampMicroVector::new,
                        vector -> vector.setSafe(0, 980935200250000L),
                        "2001-01-31 10:00:00.25",
                        null),
                column(TimeStampMilliVector::new, vector -> vector.setSafe(0, -1L), "1969-12-31 23:59:59.999", null),
                column(TimeStampSecVector::new, vector -> vector.setSafe(0, 0L), "1970-01-01 00:00:00", null),
                column(
                        TimeStampNanoVector::new,
                        vector -> vector.setSafe(0, 1L),
                        "1970-01-01 00:00:00.000000001",
                        null),
                column(
                        (name, allocator) -> new TimeStampMicroTZVector(name, allocator, "UTC"),
                        vector -> vector.setSafe(0, 0L),
                        "1970-01-01 00:00:00+00",
                        null),
                column(TimeSecVector::new, vector -> vector.setSafe(0, 1), "00:00:01", null),
                column(TimeMilliVector::new, vector -> vector.setSafe(0, 1_500), "00:00:01.5", null),
                column(TimeMicroVector::new, vector -> vector.setSafe(0, 36_001_000_000L), "10:00:01", null),
                column(TimeNanoVector::new, vector -> vector.setSafe(0, 1L), "00:00:00.000000001", null));
    }

    @ParameterizedTest
    @MethodSource("columns")
    void everyTypeIsReadAsTextAndNumbersAsNumbers(
            Function<BufferAllocator, FieldVector> column, String text, Double number) {
        try (BufferAllocator allocator = new RootAllocator();
                FieldVector vector = column.apply(allocator)) {
            assertThat(Cells.text(vector, 0)).isEqualTo(text);
            assertThat(Cells.text(vector, 1)).isNull();
            assertThat(Cells.isNumeric(vector)).isEqualTo(number != null);
            if (number != null) {
                assertThat(Cells.number(vector, 0)).isEqualTo(number);
            } else {
                assertThatThrownBy(() -> Cells.number(vector, 0)).hasMessageContaining("Column 'v' is of type");
            }
        }
    }

    @Test
    void aDecimalThatIsNullHasNoNumber() {
        try (BufferAllocator allocator = new RootAllocator();
                DecimalVector vector = new DecimalVector("v", allocator, 9, 2)) {
            vector.setNull(0);
            assertThatThrownBy(() -> Cells.number(vector, 0)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private interface Maker<V> {
        V make(String name, BufferAllocator allocator);
    }

    private static <V extends FieldVector> Arguments column(
            Maker<V> maker, Consumer<V> filler, String text, Double number) {
        Function<BufferAllocator, FieldVector> column = allocator -> {
            V vector = maker.make("v", allocator);
            filler.accept(vector);
            vector.setValueCount(2);
            return vector;
        };
        return Arguments.of(column, text, number);
    }
}
