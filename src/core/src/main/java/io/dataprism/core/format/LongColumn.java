package io.dataprism.core.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.apache.arrow.vector.FieldVector;

/** A column whose values have a fixed width and fit a long: the window is an array of longs. */
abstract class LongColumn extends RowColumn {

    static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private final int width;
    private final boolean signed;
    private final int longest;
    private byte[] bytes = new byte[0];
    private long[] values = new long[0];

    /**
     * @param width of a value in bytes: 1, 2, 4 or 8
     * @param longest what {@link #text} writes at most, in bytes
     */
    LongColumn(byte[] prefix, byte[] nullText, int width, boolean signed, int longest) {
        super(prefix, nullText);
        this.width = width;
        this.signed = signed;
        this.longest = longest + fixedBytes();
    }

    @Override
    final void load(FieldVector vector, int first, int count) {
        loadValidity(vector, first, count);
        bytes = window(bytes, vector.getDataBuffer(), (long) first * width, count * width);
        if (values.length < count) {
            values = new long[count];
        }
        widen(count);
    }

    private void widen(int count) {
        byte[] from = bytes;
        long[] to = values;
        switch (width) {
            case 1 -> {
                for (int i = 0; i < count; i++) {
                    to[i] = signed ? from[i] : from[i] & 0xff;
                }
            }
            case 2 -> {
                for (int i = 0; i < count; i++) {
                    short value = (short) SHORTS.get(from, 2 * i);
                    to[i] = signed ? value : value & 0xffff;
                }
            }
            case 4 -> {
                for (int i = 0; i < count; i++) {
                    int value = (int) INTS.get(from, 4 * i);
                    to[i] = signed ? value : value & 0xffffffffL;
                }
            }
            default -> {
                for (int i = 0; i < count; i++) {
                    to[i] = (long) LONGS.get(from, 8 * i);
                }
            }
        }
    }

    @Override
    final void write(ByteSink out, int row) {
        byte[] to = out.room(longest);
        int at = out.size();
        out.truncate(isNull(row) ? writeNull(to, at) : text(to, copy(prefix, to, at), values[row]));
    }

    /** Writes a value; answers where to go on. The array has room. */
    abstract int text(byte[] to, int at, long value);
}
