package io.dataprism.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArrowSizesTest {

    private final BufferAllocator allocator = new RootAllocator();

    @AfterEach
    void nothingIsHeld() {
        allocator.close();
    }

    private static Field plain(String name, ArrowType type) {
        return Field.nullable(name, type);
    }

    private static Field nested(String name, ArrowType type, Field... children) {
        return new Field(name, FieldType.nullable(type), List.of(children));
    }

    static List<Field> fields() {
        Field number = plain("$data$", new ArrowType.Int(32, true));
        return List.of(
                plain("i8", new ArrowType.Int(8, true)),
                plain("i64", new ArrowType.Int(64, true)),
                plain("f64", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
                plain("bool", new ArrowType.Bool()),
                plain("text", new ArrowType.Utf8()),
                plain("long text", new ArrowType.LargeUtf8()),
                plain("bytes", new ArrowType.Binary()),
                plain("fixed bytes", new ArrowType.FixedSizeBinary(16)),
                plain("decimal", new ArrowType.Decimal(38, 2, 128)),
                plain("date", new ArrowType.Date(DateUnit.DAY)),
                plain("timestamp", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")),
                nested("list", new ArrowType.List(), number),
                nested("array", new ArrowType.FixedSizeList(3), number),
                nested("struct", new ArrowType.Struct(), number, plain("t", new ArrowType.Utf8())));
    }

    private ArrowRecordBatch batch(Field field, int rows) {
        try (VectorSchemaRoot root = VectorSchemaRoot.create(new Schema(List.of(field)), allocator)) {
            for (FieldVector vector : root.getFieldVectors()) {
                vector.setInitialCapacity(rows);
                vector.allocateNew();
                vector.setValueCount(rows);
            }
            root.setRowCount(rows);
            return new VectorUnloader(root).getRecordBatch();
        }
    }

    @ParameterizedTest
    @MethodSource("fields")
    void aBatchThatIsWhatItSaysIsTaken(Field field) {
        for (int rows : new int[] {0, 1, 7, 100}) {
            try (ArrowRecordBatch batch = batch(field, rows)) {
                assertThatCode(() -> ArrowSizes.requireTrue(batch, List.of(field)))
                        .as(field + " x " + rows)
                        .doesNotThrowAnyException();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("fields")
    void aBatchThatSaysItHasMoreThanCameIsRefused(Field field) {
        try (ArrowRecordBatch batch = batch(field, 100)) {
            List<ArrowFieldNode> lying = new ArrayList<>(batch.getNodes());
            lying.set(0, new ArrowFieldNode(536_870_912, 0));
            try (ArrowRecordBatch rows = new ArrowRecordBatch(536_870_912, batch.getNodes(), batch.getBuffers());
                    ArrowRecordBatch both = new ArrowRecordBatch(536_870_912, lying, batch.getBuffers());
                    ArrowRecordBatch values = new ArrowRecordBatch(100, lying, batch.getBuffers())) {
                for (ArrowRecordBatch wrong : List.of(rows, both, values)) {
                    assertThatThrownBy(() -> ArrowSizes.requireTrue(wrong, List.of(field)))
                            .isInstanceOf(IOException.class)
                            .hasMessageContaining("column '");
                }
            }
        }
        assertThat(allocator.getAllocatedMemory()).isZero();
    }

    /** Arrow's loader would make the values as many as the offset says, 2 GB here, before anybody could look at them. */
    @Test
    void aListThatReachesBeyondItsValuesIsRefused() {
        Field list = fields().get(11);
        try (ArrowRecordBatch batch = batch(list, 100)) {
            batch.getBuffers().get(1).setInt(100L * Integer.BYTES, 536_870_931);

            assertThatThrownBy(() -> ArrowSizes.requireTrue(batch, List.of(list)))
                    .hasMessageContaining("has 0 values, and 536870931 are needed");
        }
    }

    @Test
    void nullsWithoutBytesAreTakenUpToALimit() {
        Field nulls = plain("none", new ArrowType.Null());
        ArrowFieldNode many = new ArrowFieldNode(1 << 20, 1 << 20);
        try (ArrowRecordBatch batch = new ArrowRecordBatch(1 << 20, List.of(many), List.of())) {
            assertThatCode(() -> ArrowSizes.requireTrue(batch, List.of(nulls))).doesNotThrowAnyException();
        }
        ArrowFieldNode tooMany = new ArrowFieldNode(536_870_912, 536_870_912);
        try (ArrowRecordBatch batch = new ArrowRecordBatch(536_870_912, List.of(tooMany), List.of())) {
            assertThatThrownBy(() -> ArrowSizes.requireTrue(batch, List.of(nulls)))
                    .hasMessageContaining("536870912 nulls without a byte");
        }
    }

    @Test
    void aColumnThatIsMissingIsRefused() {
        List<Field> two = fields().subList(0, 2);
        try (ArrowRecordBatch batch = batch(two.getFirst(), 10)) {
            assertThatThrownBy(() -> ArrowSizes.requireTrue(batch, two))
                    .hasMessageContaining("'i64' is not in the batch");
        }
    }
}
