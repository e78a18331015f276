package io.dataprism.core.flight;

import io.dataprism.sandbox.frame.ProtocolException;
import io.dataprism.sandbox.stream.FixedWidth;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Whether the nodes and buffers that a batch's header announces are as long as the columns of its schema need. Flight makes every column as
 * long as the batch, and what is nested in it as long as that needs; and Arrow loses the memory of a vector that it makes longer where its
 * buffers are of different lengths. Of what is in the buffers only the ends of lists are looked at. One use, one thread.
 */
final class AnnouncedColumns {

    private final RecordBatch header;
    private final Body body;
    private int node;
    private int buffer;

    /** What a message has after its header. */
    @FunctionalInterface
    interface Body {

        /** A number of so many bytes, 4 or 8, at a place within the body. */
        long number(long place, int bytes) throws IOException;
    }

    private AnnouncedColumns(RecordBatch header, Body body) {
        this.header = header;
        this.body = body;
    }

    /**
     * Of a batch without rows nothing is asked: nothing is made longer for it.
     *
     * @param header whose buffers lie within the body
     * @throws ProtocolException where they are shorter, or a column is of a type that is not read
     */
    static void check(RecordBatch header, List<Field> columns, Body body) throws IOException {
        if (header.length() == 0) {
            return;
        }
        AnnouncedColumns announced = new AnnouncedColumns(header, body);
        for (Field column : columns) {
            long values = announced.checkField(column, header.length());
            require(
                    values == header.length(),
                    "is a batch of " + header.length() + " rows with a column of " + values + " values");
        }
    }

    /** Answers how many values it has, as many as are needed or more. */
    private long checkField(Field field, long needed) throws IOException {
        require(node < header.nodesLength(), "is a batch with fewer columns than its schema");
        FieldNode found = header.nodes(node++);
        long values = found.length();
        require(values >= needed, "has " + values + " values in column " + field.getName() + ", which needs " + needed);
        ArrowType type = stored(field);
        if (type instanceof ArrowType.Null) {
            return values;
        }
        if (type instanceof ArrowType.Union union) {
            require(union.getMode() == UnionMode.Sparse, "has a column of the type " + union);
            nextBuffer(field, values);
            checkChildren(field, values);
            return values;
        }
        boolean someAreNull = found.nullCount() > 0 && found.nullCount() < values;
        Buffer validity = nextBuffer(field, someAreNull ? bytes(values, 1) : 0);
        require(
                validity.length() == 0 || validity.length() >= bytes(values, 1),
                "has a buffer of " + validity.length() + " bytes in column " + field.getName() + ", which has none or "
                        + bytes(values, 1));
        checkValues(field, type, values);
        return values;
    }

    private void checkValues(Field field, ArrowType type, long values) throws IOException {
        int width = FixedWidth.bits(type);
        if (width >= 0) {
            nextBuffer(field, bytes(values, width));
            return;
        }
        switch (type) {
            case ArrowType.Utf8 text -> checkTexts(field, values, Integer.BYTES);
            case ArrowType.LargeUtf8 text -> checkTexts(field, values, Long.BYTES);
            case ArrowType.Binary binary -> checkTexts(field, values, Integer.BYTES);
            case ArrowType.LargeBinary binary -> checkTexts(field, values, Long.BYTES);
            case ArrowType.List list -> checkChildren(field, end(field, values, Integer.BYTES));
            case ArrowType.Map map -> checkChildren(field, end(field, values, Integer.BYTES));
            case ArrowType.LargeList list -> checkChildren(field, end(field, values, Long.BYTES));
            case ArrowType.FixedSizeList list -> checkChildren(field, values * list.getListSize());
            case ArrowType.Struct struct -> checkChildren(field, values);
            default -> throw new ProtocolException("A column of the type " + type + " is not allowed.");
        }
    }

    private void checkChildren(Field field, long needed) throws IOException {
        for (Field child : field.getChildren()) {
            checkField(child, needed);
        }
    }

    private void checkTexts(Field field, long values, int offsetBytes) {
        offsets(field, values, offsetBytes);
        nextBuffer(field, 0);
    }

    private Buffer offsets(Field field, long values, int offsetBytes) {
        return nextBuffer(field, values == 0 ? 0 : (values + 1) * offsetBytes);
    }

    /** Where the last list of a column ends: so many values are in them. */
    private long end(Field field, long values, int offsetBytes) throws IOException {
        Buffer offsets = offsets(field, values, offsetBytes);
        return values == 0 ? 0 : body.number(offsets.offset() + values * offsetBytes, offsetBytes);
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

    private Buffer nextBuffer(Field field, long neededBytes) {
        require(buffer < header.buffersLength(), "is a batch with fewer buffers than its schema needs");
        Buffer found = header.buffers(buffer++);
        require(
                found.length() >= neededBytes,
                "has a buffer of " + found.length() + " bytes in column " + field.getName() + ", which needs "
                        + neededBytes);
        return found;
    }

    private static void require(boolean holds, String problem) {
        if (!holds) {
            throw new ProtocolException("A message " + problem + ".");
        }
    }
}
