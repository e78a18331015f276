package io.dataprism.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.plugin.Batch;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.impl.UnionListWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArrowPartsTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 1000})
    void thePartsTogetherAreTheMessageThatArrowWritesAndTheBatchIsGivenBack(int rows) {
        try (RootAllocator allocator = new RootAllocator()) {
            Batch batch = batch(allocator, rows);
            ByteSink expected = new ByteSink(1024);
            ArrowMessages.batch(expected, batch.root());

            ArrowParts parts = ArrowParts.of(batch);
            ByteArrayOutputStream found = new ByteArrayOutputStream();
            for (ByteBuffer part : parts.parts()) {
                byte[] bytes = new byte[part.remaining()];
                part.duplicate().get(bytes);
                found.writeBytes(bytes);
            }
            assertThat(found.toByteArray()).isEqualTo(expected.toByteArray());
            assertThat(parts.sizeBytes()).isEqualTo(found.size());
            parts.close();
            assertThat(allocator.getAllocatedMemory()).isZero();
        }
    }

    private static Batch batch(RootAllocator allocator, int rows) {
        BigIntVector numbers = new BigIntVector("n", allocator);
        VarCharVector texts = new VarCharVector("t", allocator);
        ListVector lists = ListVector.empty("l", allocator);
        VectorSchemaRoot root = new VectorSchemaRoot(List.of(numbers, texts, lists));
        root.allocateNew();
        UnionListWriter writer = lists.getWriter();
        for (int row = 0; row < rows; row++) {
            numbers.setSafe(row, row);
            if (row % 3 > 0) {
                texts.setSafe(row, ("text " + row).getBytes(StandardCharsets.UTF_8));
            }
            writer.setPosition(row);
            writer.startList();
            for (int i = 0; i < row % 4; i++) {
                writer.bigInt().writeBigInt(i);
            }
            writer.endList();
        }
        root.setRowCount(rows);
        return new Batch(root);
    }
}
