package io.dataprism.core.format;

import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.ViewVarCharVector;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Strings, byte for byte: one copy from the vector to the sink. */
final class StringText {

    private StringText() {}

    static boolean isString(ArrowType type) {
        return type instanceof ArrowType.Utf8
                || type instanceof ArrowType.LargeUtf8
                || type instanceof ArrowType.Utf8View;
    }

    /** The bytes of a string, unescaped. */
    static void raw(ByteSink out, FieldVector vector, int row) {
        switch (vector) {
            case VarCharVector text -> {
                int start = text.getStartOffset(row);
                int length = text.getEndOffset(row) - start;
                int at = out.grow(length);
                text.getDataBuffer().getBytes(start, out.array(), at, length);
            }
            case LargeVarCharVector text -> out.add(text.get(row));
            case ViewVarCharVector text -> out.add(text.get(row));
            default -> throw new IllegalStateException("A vector of " + vector.getField() + " is no string.");
        }
    }
}
