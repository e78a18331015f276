package io.dataprism.core.dataset;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BufferLayout;
import org.apache.arrow.vector.TypeLayout;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Compares what a batch of a client's making says it holds with the bytes that came, before vectors are made of it: a vector that
 * is told of more values than it has takes memory for all of them. Used once.
 */
final class ArrowSizes {

    /** Of a column whose type is null, which has no bytes that its length could be compared with. */
    private static final long NULLS_LIMIT = 1 << 20;

    private final Iterator<ArrowFieldNode> nodes;
    private final Iterator<ArrowBuf> buffers;

    private ArrowSizes(ArrowRecordBatch batch) {
        this.nodes = batch.getNodes().iterator();
        this.buffers = batch.getBuffers().iterator();
    }

    /** Refuses a batch whose columns have another length than it, or shorter buffers than their lengths need. */
    static void requireTrue(ArrowRecordBatch batch, List<Field> fields) throws IOException {
        ArrowSizes sizes = new ArrowSizes(batch);
        for (Field field : fields) {
            long values = sizes.check(field);
            if (values != batch.getLength()) {
                throw lies(field, "has " + values + " values in a batch of " + batch.getLength() + " rows");
            }
        }
    }

    private long check(Field field) throws IOException {
        if (!nodes.hasNext()) {
            throw lies(field, "is not in the batch");
        }
        long values = nodes.next().getLength();
        if (values < 0) {
            throw lies(field, "has " + values + " values");
        }
        if (field.getType() instanceof ArrowType.Null && values > NULLS_LIMIT) {
            throw lies(field, "has " + values + " nulls without a byte, and " + NULLS_LIMIT + " in a batch are legal");
        }
        long reached = 0;
        for (BufferLayout layout : TypeLayout.getTypeLayout(field.getType()).getBufferLayouts()) {
            if (!buffers.hasNext()) {
                throw lies(field, "has too few buffers");
            }
            ArrowBuf buffer = buffers.next();
            long found = buffer.readableBytes();
            long needed = neededBytes(field, layout, values);
            boolean absent = found == 0 && (values == 0 || layout.getType() == BufferLayout.BufferType.VALIDITY);
            if (found < needed && !absent) {
                throw lies(field, "has " + values + " values, which need " + needed + " bytes, and " + found + " came");
            }
            if (layout.getType() == BufferLayout.BufferType.OFFSET && isList(field) && values > 0) {
                reached = lastOffset(buffer, values, layout.getTypeBitWidth());
            }
        }
        for (Field child : field.getChildren()) {
            long inside = check(child);
            long least = leastInside(field, values, reached);
            if (inside < least) {
                throw lies(child, "has " + inside + " values, and " + least + " are needed");
            }
        }
        return values;
    }

    private static long neededBytes(Field field, BufferLayout layout, long values) throws IOException {
        try {
            long bits = layout.getTypeBitWidth();
            return switch (layout.getType()) {
                case OFFSET ->
                    isUnion(field) ? Math.multiplyExact(values, bits / 8) : Math.multiplyExact(values + 1, bits / 8);
                case VALIDITY, TYPE -> Math.ceilDiv(Math.multiplyExact(values, bits), 8);
                case DATA -> isText(field) ? 0 : Math.ceilDiv(Math.multiplyExact(values, bits), 8);
                default -> 0;
            };
        } catch (ArithmeticException beyondAnyFile) {
            throw lies(field, "has " + values + " values");
        }
    }

    /** A list is made as long as its last offset says, whatever its column of values has. */
    private static long lastOffset(ArrowBuf offsets, long values, int bits) {
        return bits == Long.SIZE ? offsets.getLong(values * Long.BYTES) : offsets.getInt(values * Integer.BYTES);
    }

    private static boolean isList(Field field) {
        return switch (field.getType()) {
            case ArrowType.List list -> true;
            case ArrowType.LargeList list -> true;
            case ArrowType.Map map -> true;
            default -> false;
        };
    }

    private static boolean isUnion(Field field) {
        return field.getType() instanceof ArrowType.Union;
    }

    private static boolean isText(Field field) {
        return switch (field.getType()) {
            case ArrowType.Utf8 text -> true;
            case ArrowType.LargeUtf8 text -> true;
            case ArrowType.Binary bytes -> true;
            case ArrowType.LargeBinary bytes -> true;
            case ArrowType.Utf8View text -> true;
            case ArrowType.BinaryView bytes -> true;
            default -> false;
        };
    }

    /**
     * What the values of a column need of each of its children.
     *
     * @param reached the last offset of a list; 0 for what has none
     */
    private static long leastInside(Field field, long values, long reached) {
        return switch (field.getType()) {
            case ArrowType.Struct members -> values;
            case ArrowType.FixedSizeList lists -> values * lists.getListSize();
            default -> reached;
        };
    }

    private static IOException lies(Field field, String what) {
        return new IOException("column '" + field.getName() + "' " + what);
    }
}
