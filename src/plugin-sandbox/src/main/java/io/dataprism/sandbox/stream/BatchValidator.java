package io.dataprism.sandbox.stream;

import io.dataprism.sandbox.frame.ProtocolException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Iterator;
import java.util.List;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Checks a batch of a peer that is not trusted, in memory that the peer cannot reach, before vectors are made of it: every
 * count, every length, every offset, and that texts are UTF-8. Afterwards no reader of the vectors can leave their buffers.
 * Types that are not listed here are refused. Everything throws {@link ProtocolException}.
 */
public final class BatchValidator {

    private static final int MOST_ROWS = 16 * 1024 * 1024;
    private static final int MOST_NODES = 4096;
    private static final int MOST_BUFFERS = 3 * MOST_NODES;
    private static final long NULL_TYPE_SLACK_BYTES = 1024 * 1024;

    private final ArrowRecordBatch message;
    private final boolean texts;
    private final Iterator<ArrowFieldNode> nodes;
    private final Iterator<ArrowBuf> buffers;

    /**
     * Looks at texts too.
     *
     * @param message stays the caller's
     */
    public BatchValidator(ArrowRecordBatch message) {
        this(message, true);
    }

    /**
     * @param message stays the caller's
     * @param texts whether texts are looked at too, not only where they begin and end
     */
    BatchValidator(ArrowRecordBatch message, boolean texts) {
        this.message = message;
        this.texts = texts;
        this.nodes = message.getNodes().iterator();
        this.buffers = message.getBuffers().iterator();
    }

    /** Checks what must hold before buffers are cut out of the body. */
    public static void checkHeader(RecordBatch header, long announcedBytes, long bodyBytes) {
        require(announcedBytes == bodyBytes, "announces a body of " + announcedBytes + " bytes and has " + bodyBytes);
        require(header.length() >= 0 && header.length() <= MOST_ROWS, "announces " + header.length() + " rows");
        require(header.compression() == null, "is compressed");
        require(header.variadicBufferCountsLength() == 0, "has variadic buffers");
        require(header.nodesLength() >= 0 && header.nodesLength() <= MOST_NODES, "has too many columns");
        require(header.buffersLength() >= 0 && header.buffersLength() <= MOST_BUFFERS, "has too many buffers");
        long validityBytes = 0;
        for (int index = 0; index < header.nodesLength(); index++) {
            FieldNode node = header.nodes(index);
            require(
                    node.length() >= 0 && node.length() <= MOST_ROWS * 8L,
                    "has a column of " + node.length() + " values");
            require(node.nullCount() >= 0 && node.nullCount() <= node.length(), "counts nulls that cannot be");
            validityBytes += node.length() / 8;
        }
        require(validityBytes <= 2L * bodyBytes + NULL_TYPE_SLACK_BYTES, "announces more values than it has bytes for");
        for (int index = 0; index < header.buffersLength(); index++) {
            Buffer buffer = header.buffers(index);
            long offset = buffer.offset();
            long length = buffer.length();
            require(
                    offset >= 0
                            && offset % 8 == 0
                            && length >= 0
                            && length <= bodyBytes
                            && offset <= bodyBytes - length,
                    "has a buffer of " + length + " bytes at " + offset + " in a body of " + bodyBytes);
        }
    }

    /** Checks nodes and buffers against the schema. */
    public void check(Schema schema) {
        for (Field field : schema.getFields()) {
            checkField(field, message.getLength(), true);
        }
        require(!nodes.hasNext() && !buffers.hasNext(), "has more columns or buffers than its schema");
    }

    /** Checks a field whose vector must have so many values, exactly or at least; answers how many it has. */
    private void checkField(Field field, long values, boolean exactly) {
        require(field.getDictionary() == null, "has a dictionary-encoded column");
        require(nodes.hasNext(), "has fewer columns than its schema");
        ArrowFieldNode node = nodes.next();
        long length = node.getLength();
        require(
                exactly ? length == values : length >= values,
                "has a column of " + length + " values where " + values + " are needed");
        if (field.getType() instanceof ArrowType.Null) {
            return;
        }
        if (field.getType() instanceof ArrowType.Union union) {
            checkUnion(field, union, length);
            return;
        }
        ArrowBuf validity = buffer();
        if (node.getNullCount() > 0 && node.getNullCount() < length) {
            requireBytes(validity, (length + 7) / 8);
        }
        checkValues(field, length);
    }

    private void checkValues(Field field, long length) {
        List<Field> children = field.getChildren();
        int width = FixedWidth.bits(field.getType());
        if (width >= 0) {
            requireBytes(buffer(), (length * width + 7) / 8);
            require(children.isEmpty(), "nests columns in a type that has none");
            return;
        }
        switch (field.getType()) {
            case ArrowType.Utf8 text -> checkTexts(length, 4);
            case ArrowType.LargeUtf8 text -> checkTexts(length, 8);
            case ArrowType.Binary binary -> checkOffsets(buffer(), length, 4, buffer().capacity());
            case ArrowType.LargeBinary binary -> checkOffsets(buffer(), length, 8, buffer().capacity());
            case ArrowType.List list -> checkList(children, length, 4);
            case ArrowType.LargeList list -> checkList(children, length, 8);
            case ArrowType.Map map -> {
                require(
                        children.size() == 1
                                && children.getFirst().getChildren().size() == 2,
                        "has a map of no entries");
                checkList(children, length, 4);
            }
            case ArrowType.FixedSizeList list -> {
                require(children.size() == 1 && list.getListSize() >= 0, "has a list of no type");
                checkField(children.getFirst(), length * list.getListSize(), false);
            }
            case ArrowType.Struct struct -> children.forEach(child -> checkField(child, length, false));
            default -> throw new ProtocolException("A column of the type " + field.getType() + " is not allowed.");
        }
    }

    private void checkList(List<Field> children, long length, int offsetBytes) {
        require(children.size() == 1, "has a list of no type");
        long values = checkOffsets(buffer(), length, offsetBytes, Long.MAX_VALUE);
        checkField(children.getFirst(), values, false);
    }

    /** Nodes know them, plugins do not; they have no validity of their own. */
    private void checkUnion(Field field, ArrowType.Union union, long length) {
        if (texts || union.getMode() != UnionMode.Sparse) {
            throw new ProtocolException("A column of the type " + union + " is not allowed.");
        }
        requireBytes(buffer(), length);
        field.getChildren().forEach(child -> checkField(child, length, false));
    }

    private void checkTexts(long length, int offsetBytes) {
        ArrowBuf offsets = buffer();
        ArrowBuf text = buffer();
        checkOffsets(offsets, length, offsetBytes, text.capacity());
        if (texts && length > 0) {
            Utf8Check.check(offsets, length, offsetBytes, text);
        }
    }

    /** Checks that offsets rise within a bound; answers the last. */
    private static long checkOffsets(ArrowBuf offsets, long length, int offsetBytes, long bound) {
        if (length == 0) {
            return 0;
        }
        requireBytes(offsets, (length + 1) * offsetBytes);
        if (offsetBytes == Integer.BYTES && rises(RecordBatches.segment(offsets), (int) length)) {
            long last = offsets.getInt(length * Integer.BYTES);
            if (last <= bound) {
                return last;
            }
        }
        long before = 0;
        for (long index = 0; index <= length; index++) {
            long offset = offsetBytes == 4 ? offsets.getInt(index * 4) : offsets.getLong(index * 8);
            if (offset < before || offset > bound) {
                throw new ProtocolException(
                        "A batch has the offset " + offset + " after " + before + ", of at most " + bound + ".");
            }
            before = offset;
        }
        return before;
    }

    /** Whether offsets of four bytes begin at 0 or above and never fall. All of them, without a branch for each. */
    private static boolean rises(MemorySegment offsets, int length) {
        int signs = offsets.get(ValueLayout.JAVA_INT_UNALIGNED, 0);
        for (int index = 0; index < length; index++) {
            int one = offsets.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, index);
            int next = offsets.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, index + 1);
            signs |= next | (next - one);
        }
        return signs >= 0;
    }

    private ArrowBuf buffer() {
        require(buffers.hasNext(), "has fewer buffers than its schema needs");
        return buffers.next();
    }

    private static void requireBytes(ArrowBuf buffer, long bytes) {
        require(
                buffer.capacity() >= bytes,
                "has a buffer of " + buffer.capacity() + " bytes where " + bytes + " are needed");
    }

    private static void require(boolean holds, String problem) {
        if (!holds) {
            throw new ProtocolException("A batch " + problem + ".");
        }
    }
}
