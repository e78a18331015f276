package io.dataprism.core.format;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;

/**
 * One column of the rows being written. It is loaded with a window of rows, whose values it copies onto the heap in one go, and
 * then writes them one by one without touching the vector: the type is looked at once for each window, not for each cell.
 */
abstract class RowColumn {

    /** What stands before each value: the separator, and in JSON the member's name. */
    final byte[] prefix;

    private final byte[] nullText;
    private byte[] validity = new byte[0];
    private int offset;
    private boolean someNull;

    RowColumn(byte[] prefix, byte[] nullText) {
        this.prefix = prefix;
        this.nullText = nullText;
    }

    /** Takes the values of {@code count} rows from {@code first} on. The vector may be closed afterwards, but by {@link CellColumn}. */
    abstract void load(FieldVector vector, int first, int count);

    /** Writes prefix and value of a row of the window. */
    abstract void write(ByteSink out, int row);

    /** Copies the window's marks of null. */
    final void loadValidity(FieldVector vector, int first, int count) {
        int firstByte = first >> 3;
        int bytes = ((first + count + 7) >> 3) - firstByte;
        if (validity.length < bytes) {
            validity = new byte[bytes];
        }
        offset = first & 7;
        vector.getValidityBuffer().getBytes(firstByte, validity, 0, bytes);
        someNull = false;
        for (int row = 0; row < count && !someNull; row++) {
            someNull = !isSet(row);
        }
    }

    private boolean isSet(int row) {
        int bit = row + offset;
        return (validity[bit >> 3] >> (bit & 7) & 1) != 0;
    }

    final boolean isNull(int row) {
        return someNull && !isSet(row);
    }

    /** Writes the prefix, and what stands for null; answers where to go on. The array has room. */
    final int writeNull(byte[] to, int at) {
        return copy(nullText, to, copy(prefix, to, at));
    }

    /** The most that prefix and null take. */
    final int fixedBytes() {
        return prefix.length + nullText.length;
    }

    static int copy(byte[] from, byte[] to, int at) {
        int length = from.length;
        if (length > 16) {
            System.arraycopy(from, 0, to, at, length);
        } else {
            for (int i = 0; i < length; i++) {
                to[at + i] = from[i];
            }
        }
        return at + length;
    }

    /** A window of a buffer with values of a fixed width, in an array that is grown where it must be. */
    static byte[] window(byte[] array, ArrowBuf buffer, long start, int bytes) {
        byte[] window = array.length < bytes ? new byte[bytes] : array;
        buffer.getBytes(start, window, 0, bytes);
        return window;
    }
}
