package io.dataprism.core.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array of bytes with the few kinds of text that results are made of. For one thread at a time. */
public final class ByteSink {

    private static final int SMALLEST = 256;
    private static final int LONGEST_LONG = 20;

    private byte[] bytes;
    private int size;

    /**
     * @param capacity what is expected to be written; more is taken as it comes
     */
    public ByteSink(int capacity) {
        bytes = new byte[Math.max(SMALLEST, capacity)];
    }

    /** The number of bytes written since the last {@link #take()}. */
    public int size() {
        return size;
    }

    /** What was written, without a copy; the sink begins anew with an array of its own, as large as this one was. */
    public ByteBuffer take() {
        ByteBuffer taken = ByteBuffer.wrap(bytes, 0, size);
        bytes = new byte[bytes.length];
        size = 0;
        return taken;
    }

    /** A copy of what was written. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    /** Ends what is written at {@code newSize}: forgets what is behind it, or takes in what was put into {@link #room}. */
    void truncate(int newSize) {
        size = newSize;
    }

    /** The array itself, good until the next write. */
    byte[] array() {
        return bytes;
    }

    /** The array itself with room for so many more bytes from {@link #size()} on; {@link #truncate} says how many were written. */
    byte[] room(int count) {
        reserve(count);
        return bytes;
    }

    /** Whether what was written from {@code start} on is this. */
    boolean endsWith(int start, byte[] text) {
        return Arrays.equals(bytes, start, size, text, 0, text.length);
    }

    /** Makes room and answers where the {@code count} bytes begin, which the caller fills in {@link #array()}. */
    int grow(int count) {
        int start = size;
        reserve(count);
        size += count;
        return start;
    }

    /** Makes room for so many more bytes, so that writing them does not copy what is there. */
    public void reserve(int count) {
        if (bytes.length - size < count) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, count), (int)
                    Math.min(bytes.length * 2L, Integer.MAX_VALUE - 8)));
        }
    }

    /** One byte. */
    public void add(char ascii) {
        reserve(1);
        bytes[size++] = (byte) ascii;
    }

    /** Bytes as they are. */
    public void add(byte[] more) {
        reserve(more.length);
        System.arraycopy(more, 0, bytes, size, more.length);
        size += more.length;
    }

    /** Bytes as they are. */
    public void add(ByteBuffer more) {
        int count = more.remaining();
        int start = grow(count);
        more.get(bytes, start, count);
    }

    /** Text of characters below 128. */
    @SuppressWarnings("deprecation") // the one way to get at Latin-1 characters without an array between
    public void ascii(String text) {
        int length = text.length();
        reserve(length);
        text.getBytes(0, length, bytes, size);
        size += length;
    }

    /** Any text. */
    public void utf8(String text) {
        add(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A number with all its digits. */
    public void decimal(long value) {
        if (value == Long.MIN_VALUE) {
            ascii("-9223372036854775808");
            return;
        }
        reserve(LONGEST_LONG);
        long rest = value;
        if (rest < 0) {
            bytes[size++] = '-';
            rest = -rest;
        }
        digits(rest, digitCount(rest));
    }

    /** The last {@code count} digits of a number that is not negative, with zeros in front. */
    void digits(long value, int count) {
        reserve(count);
        long rest = value;
        for (int i = size + count - 1; i >= size; i--) {
            long tenth = rest / 10;
            bytes[i] = (byte) ('0' + (rest - tenth * 10));
            rest = tenth;
        }
        size += count;
    }

    static int digitCount(long value) {
        int count = 1;
        for (long limit = 10; value >= limit; limit *= 10) {
            count++;
            if (count == 19) {
                break;
            }
        }
        return count;
    }
}
