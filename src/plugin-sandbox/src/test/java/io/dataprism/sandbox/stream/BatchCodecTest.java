package io.dataprism.sandbox.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.plugin.Batch;
import io.dataprism.sandbox.frame.Frame;
import io.dataprism.sandbox.frame.FrameReader;
import io.dataprism.sandbox.frame.FrameSink;
import io.dataprism.sandbox.frame.Link;
import io.dataprism.sandbox.frame.ProtocolException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.impl.UnionListWriter;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatchCodecTest {

    private final BufferAllocator allocator = new RootAllocator();

    @AfterEach
    void everyByteIsGivenBack() {
        assertThat(allocator.getAllocatedMemory()).isZero();
        allocator.close();
    }

    @Test
    void everyTypeThatIsAllowedComesBack() throws IOException {
        try (VectorSchemaRoot root = root(100)) {
            Schema schema = BatchCodec.decodeSchema(BatchCodec.encodeSchema(root.getSchema()));
            try (Batch batch = BatchCodec.decode(payload(root), schema, allocator, false)) {
                assertThat(batch.root().equals(root)).isTrue();
            }
        }
    }

    @Test
    void aBatchWithoutRowsComesBack() throws IOException {
        try (VectorSchemaRoot root = root(0);
                Batch batch = BatchCodec.decode(payload(root), root.getSchema(), allocator, false)) {
            assertThat(batch.rowCount()).isZero();
            assertThat(batch.root().contentToTSVString()).isNotEmpty();
        }
    }

    @Test
    void changedBytesAreRefusedOrStillSafeToRead() throws IOException {
        Random random = new Random(20261122);
        int refused = 0;
        try (VectorSchemaRoot root = root(20)) {
            byte[] good = payload(root);
            for (int round = 0; round < 3000; round++) {
                byte[] bad = good.clone();
                for (int change = 0; change <= round % 3; change++) {
                    bad[random.nextInt(bad.length)] = (byte) random.nextInt();
                }
                try (Batch batch = BatchCodec.decode(bad, root.getSchema(), allocator, false)) {
                    batch.root().contentToTSVString();
                } catch (ProtocolException found) {
                    refused++;
                } catch (IllegalArgumentException outOfRangeValue) {
                    assertThat(outOfRangeValue).isNotInstanceOf(IndexOutOfBoundsException.class);
                } catch (java.time.DateTimeException | ArithmeticException outOfRangeValue) {
                    assertThat(outOfRangeValue).isNotNull();
                }
            }
        }
        assertThat(refused).isGreaterThan(100);
    }

    @Test
    void changedSchemasAreRefusedOrRead() {
        Random random = new Random(20261122);
        byte[] good;
        try (VectorSchemaRoot root = root(1)) {
            good = BatchCodec.encodeSchema(root.getSchema());
        }
        for (int round = 0; round < 3000; round++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            try {
                BatchCodec.decodeSchema(bad);
            } catch (ProtocolException refused) {
                assertThat(refused.getMessage()).isNotEmpty();
            }
        }
    }

    @Test
    void aTypeThatIsNotAllowedIsRefused() throws IOException {
        Field union = new Field("u", FieldType.nullable(new ArrowType.Union(UnionMode.Sparse, new int[0])), List.of());
        try (VectorSchemaRoot root = root(5)) {
            byte[] payload = payload(root);
            assertThatThrownBy(() -> BatchCodec.decode(payload, new Schema(List.of(union)), allocator, false))
                    .isInstanceOf(ProtocolException.class);
            assertThatThrownBy(() -> BatchCodec.decode(payload, new Schema(List.of()), allocator, false))
                    .hasMessageContaining("more columns");
        }
    }

    @Test
    void textThatIsNotUtf8IsRefused() throws IOException {
        VarCharVector texts = new VarCharVector("t", allocator);
        texts.setSafe(0, new byte[] {(byte) 0xC3});
        texts.setSafe(1, new byte[] {(byte) 0xA4});
        try (VectorSchemaRoot root = rootOf(2, texts)) {
            byte[] payload = payload(root);
            assertThatThrownBy(() -> BatchCodec.decode(payload, root.getSchema(), allocator, false))
                    .hasMessageContaining("within a character");
        }
    }

    private VectorSchemaRoot root(int rows) {
        BigIntVector longs = new BigIntVector("longs", allocator);
        Float8Vector reals = new Float8Vector("reals", allocator);
        BitVector bits = new BitVector("bits", allocator);
        DateDayVector days = new DateDayVector("days", allocator);
        DecimalVector decimals = new DecimalVector("decimals", allocator, 18, 3);
        TimeStampMicroTZVector times = new TimeStampMicroTZVector("times", allocator, "UTC");
        VarCharVector texts = new VarCharVector("texts", allocator);
        VarBinaryVector bytes = new VarBinaryVector("bytes", allocator);
        NullVector nothing = new NullVector("nothing", rows);
        ListVector lists = ListVector.empty("lists", allocator);
        UnionListWriter writer = lists.getWriter();
        for (int row = 0; row < rows; row++) {
            if (row % 3 != 0) {
                longs.setSafe(row, row);
                reals.setSafe(row, row / 2.0);
                bits.setSafe(row, row % 2);
                days.setSafe(row, row);
                decimals.setSafe(row, row);
                times.setSafe(row, row);
                texts.setSafe(row, ("grüße" + row).getBytes(StandardCharsets.UTF_8));
                bytes.setSafe(row, new byte[] {1, 2});
            }
            writer.setPosition(row);
            writer.startList();
            writer.bigInt().writeBigInt(row);
            writer.endList();
        }
        return rootOf(rows, longs, reals, bits, days, decimals, times, texts, bytes, nothing, lists);
    }

    private static VectorSchemaRoot rootOf(int rows, FieldVector... vectors) {
        for (FieldVector vector : vectors) {
            vector.setValueCount(rows);
        }
        VectorSchemaRoot root = new VectorSchemaRoot(List.of(vectors));
        root.setRowCount(rows);
        return root;
    }

    private static byte[] payload(VectorSchemaRoot root) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        FrameSink sink = new FrameSink(bytes);
        BatchCodec.write(sink, 2, root, new BatchArea(Link.Side.CHILD));
        sink.flush();
        Frame frame = new FrameReader(new ByteArrayInputStream(bytes.toByteArray())).next();
        return frame.payload();
    }
}
