package io.dataprism.core.wasm;

import io.dataprism.plugin.Batch;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** Streams that are not what an answer is made of. */
final class BrokenStreams {

    private static final int PREFIX = 8;

    private BrokenStreams() {}

    /** By name, the streams of one call each, of which the last one is wrong. */
    static Map<String, byte[][]> all(BufferAllocator allocator) {
        byte[] good = Streams.bytes(Streams.batch(allocator, 0, Streams.ROWS, "a"));
        byte[] other = Streams.bytes(otherSchema(allocator));
        byte[] trailing = Arrays.copyOf(good, good.length + 3);
        byte[] noEnd = Arrays.copyOf(good, good.length - PREFIX);
        byte[] noSchema = Arrays.copyOfRange(good, bodyOf(good, 0), good.length);
        return Map.ofEntries(
                Map.entry("nothing", new byte[][] {new byte[0]}),
                Map.entry("garbage", new byte[][] {"no Arrow stream, but text of some length".getBytes()}),
                Map.entry("truncated", new byte[][] {good, Arrays.copyOf(good, good.length - 20)}),
                Map.entry("no end", new byte[][] {noEnd}),
                Map.entry("more after the end", new byte[][] {good, trailing}),
                Map.entry("no schema", new byte[][] {noSchema}),
                Map.entry("another schema", new byte[][] {good, other}),
                Map.entry("a second schema", new byte[][] {twoSchemas(good)}),
                Map.entry("lying offsets", new byte[][] {good, lyingOffsets(allocator)}),
                Map.entry("a dictionary", new byte[][] {dictionary(allocator)}),
                Map.entry("a length of all", new byte[][] {lengthened(good, Integer.MAX_VALUE)}),
                Map.entry("a negative length", new byte[][] {lengthened(good, -5)}));
    }

    /** The same stream with its one batch so many times. */
    static byte[] withBatches(byte[] stream, int count) {
        int batch = bodyOf(stream, 0);
        int end = stream.length - PREFIX;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(stream, 0, batch);
        for (int each = 0; each < count; each++) {
            out.write(stream, batch, end - batch);
        }
        out.write(stream, end, PREFIX);
        return out.toByteArray();
    }

    private static byte[] twoSchemas(byte[] stream) {
        int batch = bodyOf(stream, 0);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(stream, 0, batch);
        out.write(stream, 0, stream.length);
        return out.toByteArray();
    }

    private static byte[] lengthened(byte[] stream, int length) {
        byte[] copy = stream.clone();
        ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN).putInt(Integer.BYTES, length);
        return copy;
    }

    /** Where the body of the message at a place begins; of a schema, where the next message does. */
    private static int bodyOf(byte[] stream, int at) {
        return at
                + PREFIX
                + ByteBuffer.wrap(stream).order(ByteOrder.LITTLE_ENDIAN).getInt(at + Integer.BYTES);
    }

    private static Batch otherSchema(BufferAllocator allocator) {
        BigIntVector numbers = new BigIntVector("number", allocator);
        numbers.setSafe(0, 1);
        numbers.setValueCount(1);
        return new Batch(VectorSchemaRoot.of(numbers));
    }

    /** Its texts lie far outside of its bytes. */
    private static byte[] lyingOffsets(BufferAllocator allocator) {
        Batch batch = Streams.batch(allocator, 0, Streams.ROWS, "a");
        ((VarCharVector) batch.column("text")).getOffsetBuffer().setInt(2L * Integer.BYTES, 1 << 30);
        return Streams.bytes(batch);
    }

    private static byte[] dictionary(BufferAllocator allocator) {
        ArrowType.Int index = new ArrowType.Int(32, true);
        Field field =
                new Field("number", new FieldType(true, index, new DictionaryEncoding(1, false, index)), List.of());
        FieldVector vector = field.createVector(allocator);
        vector.allocateNew();
        vector.setValueCount(1);
        return Streams.bytes(new Batch(VectorSchemaRoot.of(vector)));
    }
}
