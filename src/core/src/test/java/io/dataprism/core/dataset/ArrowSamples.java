package io.dataprism.core.dataset;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.impl.UnionListWriter;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.ArrowWriter;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Arrow uploads, right and wrong. */
final class ArrowSamples {

    private static final int ROWS = 20;
    private static final DictionaryEncoding ENCODING = new DictionaryEncoding(1, false, new ArrowType.Int(8, true));

    private ArrowSamples() {}

    /** Numbers with NULLs, texts, lists, booleans and a dictionary, in two batches. */
    static byte[] nested(boolean file) throws Exception {
        return write(file, 0);
    }

    /** An index that its dictionary does not have. */
    static byte[] outsideOfDictionary() throws Exception {
        return write(false, 99);
    }

    /** A column of ones, and one of NULLs with a text in its last row. */
    static byte[] onesAndText(String ones, String texts, int rows, String last) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (BufferAllocator allocator = new RootAllocator();
                IntVector numbers = new IntVector(ones, allocator);
                VarCharVector text = new VarCharVector(texts, allocator)) {
            for (int row = 0; row < rows; row++) {
                numbers.setSafe(row, 1);
            }
            text.setSafe(rows - 1, last.getBytes(StandardCharsets.UTF_8));
            numbers.setValueCount(rows);
            text.setValueCount(rows);
            VectorSchemaRoot root = VectorSchemaRoot.of(numbers, text);
            root.setRowCount(rows);
            try (ArrowStreamWriter writer = new ArrowStreamWriter(root, null, out)) {
                writer.writeBatch();
            }
        }
        return out.toByteArray();
    }

    private static byte[] write(boolean file, int lastIndex) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (BufferAllocator allocator = new RootAllocator();
                VarCharVector words = texts(allocator, "words", 3)) {
            DictionaryProvider dictionaries =
                    new DictionaryProvider.MapDictionaryProvider(new Dictionary(words, ENCODING));
            List<FieldVector> columns = List.of(
                    numbers(allocator),
                    texts(allocator, "s", ROWS),
                    lists(allocator),
                    bits(allocator),
                    indexes(allocator, lastIndex));
            try (VectorSchemaRoot root = new VectorSchemaRoot(columns);
                    ArrowWriter writer = file
                            ? new ArrowFileWriter(root, dictionaries, Channels.newChannel(out))
                            : new ArrowStreamWriter(root, dictionaries, out)) {
                root.setRowCount(ROWS);
                writer.start();
                writer.writeBatch();
                writer.writeBatch();
                writer.end();
            }
        }
        return out.toByteArray();
    }

    private static BigIntVector numbers(BufferAllocator allocator) {
        BigIntVector vector = new BigIntVector("n", allocator);
        vector.allocateNew(ROWS);
        for (int i = 0; i < ROWS; i++) {
            if (i % 4 != 0) {
                vector.set(i, i);
            }
        }
        vector.setValueCount(ROWS);
        return vector;
    }

    private static VarCharVector texts(BufferAllocator allocator, String name, int count) {
        VarCharVector vector = new VarCharVector(name, allocator);
        vector.allocateNew(count);
        for (int i = 0; i < count; i++) {
            vector.setSafe(i, ("text" + i).getBytes(StandardCharsets.UTF_8));
        }
        vector.setValueCount(count);
        return vector;
    }

    private static ListVector lists(BufferAllocator allocator) {
        ListVector vector = ListVector.empty("l", allocator);
        UnionListWriter writer = vector.getWriter();
        writer.allocate();
        for (int i = 0; i < ROWS; i++) {
            writer.setPosition(i);
            writer.startList();
            for (int j = 0; j < i % 3; j++) {
                writer.integer().writeInt(j);
            }
            writer.endList();
        }
        vector.setValueCount(ROWS);
        return vector;
    }

    private static BitVector bits(BufferAllocator allocator) {
        BitVector vector = new BitVector("b", allocator);
        vector.allocateNew(ROWS);
        for (int i = 0; i < ROWS; i++) {
            vector.set(i, i & 1);
        }
        vector.setValueCount(ROWS);
        return vector;
    }

    private static TinyIntVector indexes(BufferAllocator allocator, int last) {
        TinyIntVector vector =
                new TinyIntVector("e", new FieldType(true, new ArrowType.Int(8, true), ENCODING), allocator);
        vector.allocateNew(ROWS);
        for (int i = 0; i < ROWS; i++) {
            vector.set(i, i == ROWS - 1 ? last : i % 3);
        }
        vector.setValueCount(ROWS);
        return vector;
    }

    /** Lists in lists, of no rows. */
    static byte[] deep(int levels) throws Exception {
        Field field = new Field("x", FieldType.nullable(new ArrowType.Int(32, true)), null);
        for (int i = 0; i < levels; i++) {
            field = new Field("x", FieldType.nullable(new ArrowType.List()), List.of(field));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (BufferAllocator allocator = new RootAllocator();
                VectorSchemaRoot root = VectorSchemaRoot.create(new Schema(List.of(field)), allocator);
                ArrowWriter writer = new ArrowStreamWriter(root, null, out)) {
            writer.start();
            writer.writeBatch();
            writer.end();
        }
        return out.toByteArray();
    }

    /** One to three bytes, lengths, offsets or counts are other ones. */
    static byte[] changed(byte[] whole, Random random) {
        byte[] changed = whole.clone();
        ByteBuffer view = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
        long[] lies = {-1, Long.MIN_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE, 1L << 40, 1L << 20, 0, 7, 64, 1_000};
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(changed.length - Long.BYTES);
            long lie = lies[random.nextInt(lies.length)];
            switch (random.nextInt(3)) {
                case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> view.putInt(at & ~3, (int) lie);
                default -> view.putLong(at & ~7, lie);
            }
        }
        return changed;
    }
}
