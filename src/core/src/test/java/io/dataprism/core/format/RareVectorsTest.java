package io.dataprism.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.IntervalDayVector;
import org.apache.arrow.vector.IntervalYearVector;
import org.apache.arrow.vector.LargeVarBinaryVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ViewVarBinaryVector;
import org.apache.arrow.vector.ViewVarCharVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.impl.UnionLargeListWriter;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The Arrow types that the engine never sends, but plugins may. */
class RareVectorsTest {

    private static <V extends FieldVector> Arguments of(
            ArrowType type, Class<V> vector, BiConsumer<V, BufferAllocator> fill, String engineType, String json) {
        return Arguments.of(Field.nullable("v", type), fill, engineType, json);
    }

    static Stream<Arguments> vectors() {
        byte[] text = "a\"b".getBytes(StandardCharsets.UTF_8);
        return Stream.of(
                of(
                        new ArrowType.FloatingPoint(FloatingPointPrecision.HALF),
                        Float2Vector.class,
                        (v, a) -> v.setWithPossibleTruncate(0, 1.5f),
                        "FLOAT",
                        "1.5"),
                of(
                        new ArrowType.Decimal(50, 3, 256),
                        Decimal256Vector.class,
                        (v, a) -> v.setSafe(0, new BigDecimal("12345678901234567890123456789012345678901.500")),
                        "DECIMAL(50,3)",
                        "12345678901234567890123456789012345678901.500"),
                of(
                        new ArrowType.Date(DateUnit.MILLISECOND),
                        DateMilliVector.class,
                        (v, a) -> v.setSafe(0, -86_400_000L),
                        "DATE",
                        "\"1969-12-31\""),
                of(
                        new ArrowType.Time(TimeUnit.SECOND, 32),
                        TimeSecVector.class,
                        (v, a) -> v.setSafe(0, 3_661),
                        "TIME",
                        "\"01:01:01.000000\""),
                of(
                        new ArrowType.Time(TimeUnit.MILLISECOND, 32),
                        TimeMilliVector.class,
                        (v, a) -> v.setSafe(0, 1_001),
                        "TIME",
                        "\"00:00:01.001000\""),
                of(
                        new ArrowType.Time(TimeUnit.NANOSECOND, 64),
                        TimeNanoVector.class,
                        (v, a) -> v.setSafe(0, 1_000_001_999L),
                        "TIME_NS",
                        "\"00:00:01.000001999\""),
                of(
                        new ArrowType.Interval(IntervalUnit.YEAR_MONTH),
                        IntervalYearVector.class,
                        (v, a) -> v.setSafe(0, 25),
                        "INTERVAL",
                        "\"P2Y1M\""),
                of(
                        new ArrowType.Interval(IntervalUnit.DAY_TIME),
                        IntervalDayVector.class,
                        (v, a) -> v.setSafe(0, 2, 1_500),
                        "INTERVAL",
                        "\"P2DT1.5S\""),
                of(
                        new ArrowType.Duration(TimeUnit.MILLISECOND),
                        DurationVector.class,
                        (v, a) -> v.setSafe(0, Duration.ofMillis(-61_500).toMillis()),
                        "INTERVAL",
                        "\"PT-1M-1.5S\""),
                of(
                        ArrowType.LargeUtf8.INSTANCE,
                        LargeVarCharVector.class,
                        (v, a) -> v.setSafe(0, text),
                        "VARCHAR",
                        "\"a\\\"b\""),
                of(
                        ArrowType.Utf8View.INSTANCE,
                        ViewVarCharVector.class,
                        (v, a) -> v.setSafe(0, text),
                        "VARCHAR",
                        "\"a\\\"b\""),
                of(
                        ArrowType.LargeBinary.INSTANCE,
                        LargeVarBinaryVector.class,
                        (v, a) -> v.setSafe(0, text),
                        "BLOB",
                        "\"YSJi\""),
                of(
                        ArrowType.BinaryView.INSTANCE,
                        ViewVarBinaryVector.class,
                        (v, a) -> v.setSafe(0, text),
                        "BLOB",
                        "\"YSJi\""),
                of(
                        new ArrowType.FixedSizeBinary(3),
                        FixedSizeBinaryVector.class,
                        (v, a) -> v.setSafe(0, text),
                        "BLOB",
                        "\"YSJi\""),
                Arguments.of(
                        new Field(
                                "v",
                                FieldType.nullable(ArrowType.LargeList.INSTANCE),
                                List.of(Field.nullable("e", new ArrowType.Int(32, true)))),
                        (BiConsumer<LargeListVector, BufferAllocator>) (v, a) -> {
                            UnionLargeListWriter writer = v.getWriter();
                            writer.startList();
                            writer.integer().writeInt(7);
                            writer.endList();
                            writer.setValueCount(1);
                        },
                        "INTEGER[]",
                        "[7]"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("vectors")
    void areWrittenByTheSameRules(
            Field field, BiConsumer<FieldVector, BufferAllocator> fill, String engineType, String json) {
        assertThat(EngineTypes.name(field)).isEqualTo(engineType);
        try (BufferAllocator allocator = Results.allocator()) {
            VectorSchemaRoot root = VectorSchemaRoot.create(new Schema(List.of(field)), allocator);
            try (root) {
                root.allocateNew();
                fill.accept(root.getVector(0), allocator);
                root.setRowCount(1);
                assertThat(Results.json(root)).isEqualTo("{\"v\":" + json + "}");
                assertThat(JsonRowArray.of(new io.dataprism.plugin.Batch(root))).isEqualTo("[{\"v\":" + json + "}]");
            }
        }
    }
}
