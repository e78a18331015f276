package io.dataprism.core.flight;

import io.dataprism.sandbox.frame.ProtocolException;
import io.dataprism.sandbox.stream.FixedWidth;
import java.util.List;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Whether the nodes and buffers that a batch's header announces are as long as the columns of its schema need. Flight makes every column as
 * long as the batch, and Arrow loses the memory of one that it makes longer where its buffers are of different lengths. What is in the
 * buffers is not looked at. One use, one thread.
 */
final class AnnouncedColumns {

    private final RecordBatch header;
    private int node;
    private int buffer;

    private AnnouncedColumns(RecordBatch header) {
        this.header = header;
    }

    /** @throws ProtocolException where they are shorter, or a column is of a type that is not read */
    static void check(RecordBatch header, List<Field> columns) {
        AnnouncedColumns announced = new AnnouncedColumns(header);
        for (Field column : columns) {
            long values = announced.checkField(column);
            require(
                    values == header.length(),
                    "is a batch of " + header.length() + " rows with a column of " + values + " values");
        }
    }

    /** Answers how many values it has. */
    private long checkField(Field field) {
        require(node < header.nodesLength(), "is a batch with fewer columns than its schema");
        long values = header.nodes(node++).length();
        ArrowType type = stored(field);
        if (type instanceof ArrowType.Null) {
            return values;
        }
        if (type instanceof ArrowType.Union union) {
            require(union.getMode() == UnionMode.Sparse, "has a column of the type " + union);
            requireBytes(field, values);
            field.getChildren().forEach(this::checkField);
            return values;
        }
        long validityBytes = nextBytes();
        requireLength(field, validityBytes, validityBytes == 0 ? 0 : bytes(values, 1));
        checkValues(field, type, values);
        return values;
    }

    private void checkValues(Field field, ArrowType type, long values) {
        int width = FixedWidth.bits(type);
        if (width >= 0) {
            requireBytes(field, bytes(values, width));
            return;
        }
        switch (type) {
            case ArrowType.Utf8 text -> checkTexts(field, values, Integer.SIZE);
            case ArrowType.LargeUtf8 text -> checkTexts(field, values, Long.SIZE);
            case ArrowType.Binary binary -> checkTexts(field, values, Integer.SIZE);
            case ArrowType.LargeBinary binary -> checkTexts(field, values, Long.SIZE);
            case ArrowType.List list -> checkList(field, values, Integer.SIZE);
            case ArrowType.Map map -> checkList(field, values, Integer.SIZE);
            case ArrowType.LargeList list -> checkList(field, values, Long.SIZE);
            case ArrowType.FixedSizeList list -> field.getChildren().forEach(this::checkField);
            case ArrowType.Struct struct -> field.getChildren().forEach(this::checkField);
            default -> throw new ProtocolException("A column of the type " + type + " is not allowed.");
        }
    }

    private void checkTexts(Field field, long values, int offsetBits) {
        checkOffsets(field, values, offsetBits);
        nextBytes();
    }

    private void checkList(Field field, long values, int offsetBits) {
        checkOffsets(field, values, offsetBits);
        field.getChildren().forEach(this::checkField);
    }

    private void checkOffsets(Field field, long values, int offsetBits) {
        requireBytes(field, values == 0 ? 0 : bytes(values + 1, offsetBits));
    }

    /** Indices of an encoded column, what an extension is kept as. */
    private static ArrowType stored(Field field) {
        if (field.getDictionary() != null) {
            return field.getDictionary().getIndexType();
        }
        return field.getType() instanceof ArrowType.ExtensionType extension ? extension.storageType() : field.getType();
    }

    private static long bytes(long values, int bits) {
        return (values * bits + Byte.SIZE - 1) / Byte.SIZE;
    }

    private long nextBytes() {
        require(buffer < header.buffersLength(), "is a batch with fewer buffers than its schema needs");
        return header.buffers(buffer++).length();
    }

    private void requireBytes(Field field, long needed) {
        requireLength(field, nextBytes(), needed);
    }

    private static void requireLength(Field field, long found, long needed) {
        require(
                found >= needed,
                "has a buffer of " + found + " bytes in column " + field.getName() + ", which needs " + needed);
    }

    private static void require(boolean holds, String problem) {
        if (!holds) {
            throw new ProtocolException("A message " + problem + ".");
        }
    }
}
