package io.dataprism.core.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;

/** Texts, eight bytes at a time while none of them needs care. */
final class TextColumn extends RowColumn {

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int WORD = 8;
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;

    private final boolean json;
    private byte[] offsetBytes = new byte[0];
    private byte[] texts = new byte[0];
    private int base;

    TextColumn(byte[] prefix, byte[] nullText, boolean json) {
        super(prefix, nullText);
        this.json = json;
    }

    @Override
    void load(FieldVector vector, int first, int count) {
        VarCharVector text = (VarCharVector) vector;
        loadValidity(vector, first, count);
        offsetBytes = window(offsetBytes, text.getOffsetBuffer(), first * 4L, count * 4 + 4);
        base = (int) INTS.get(offsetBytes, 0);
        int length = (int) INTS.get(offsetBytes, count * 4) - base;
        if (texts.length < length + WORD) {
            texts = new byte[length + WORD];
        }
        text.getDataBuffer().getBytes(base, texts, 0, length);
    }

    @Override
    void write(ByteSink out, int row) {
        if (isNull(row)) {
            byte[] to = out.room(fixedBytes());
            out.truncate(writeNull(to, out.size()));
            return;
        }
        int start = (int) INTS.get(offsetBytes, row * 4) - base;
        int length = (int) INTS.get(offsetBytes, row * 4 + 4) - base - start;
        byte[] to = out.room(prefix.length + length + 2 * WORD);
        int at = copy(prefix, to, out.size());
        if (json) {
            to[at++] = '"';
        }
        boolean plain = copyPlain(start, length, to, at) && (json || length > 0);
        out.truncate(at + length);
        if (!plain) {
            care(out, at);
        }
        if (json) {
            out.add('"');
        }
    }

    private void care(ByteSink out, int start) {
        if (json) {
            Quoting.escapeJson(out, start);
        } else {
            Quoting.csv(out, start);
        }
    }

    /** Copies a text; answers whether it is as it has to be. Reads and writes up to seven bytes beyond its end. */
    private boolean copyPlain(int start, int length, byte[] to, int at) {
        long special = 0;
        for (int i = 0; i < length; i += WORD) {
            long word = (long) LongColumn.LONGS.get(texts, start + i);
            LongColumn.LONGS.set(to, at + i, word);
            int left = length - i;
            long looked = left >= WORD ? word : word | -1L << left * 8;
            special |= json ? specialInJson(looked) : specialInCsv(looked);
        }
        return special == 0;
    }

    /** Not zero where one of eight bytes is a control character, a quote or a backslash. */
    private static long specialInJson(long word) {
        return (zeros(word ^ ONES * '"') | zeros(word ^ ONES * '\\') | ((word - ONES * ' ') & ~word & HIGHS));
    }

    private static long specialInCsv(long word) {
        return zeros(word ^ ONES * ',')
                | zeros(word ^ ONES * '"')
                | zeros(word ^ ONES * '\n')
                | zeros(word ^ ONES * '\r');
    }

    private static long zeros(long word) {
        return (word - ONES) & ~word & HIGHS;
    }
}
