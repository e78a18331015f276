package io.dataprism.load.fan;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What an event carries, in its data: a sign to find it by, then publisher, topic, number and time in decimal digits of fixed width.
 * Read and written in place.
 */
final class Mark {

    static final int LENGTH = 41;
    /** What a mark looks like before anything is written to it. */
    static final String BLANK = "@#@#@#@#" + "0".repeat(LENGTH - 8);

    /** The publisher whose events only tell that a subscriber is there. */
    static final int PROBE = 99;

    private static final long SIGN =
            ByteBuffer.wrap(BLANK.getBytes(StandardCharsets.US_ASCII)).getLong();
    private static final int PUBLISHER = 8;
    private static final int TOPIC = 10;
    private static final int NUMBER = 14;
    private static final int TIME = 22;

    private Mark() {}

    /** Writes it. @param at where {@link #BLANK} begins */
    static void write(byte[] event, int at, int publisher, int topic, int number, long nanos) {
        digits(event, at + PUBLISHER, at + TOPIC, publisher);
        digits(event, at + TOPIC, at + NUMBER, topic);
        digits(event, at + NUMBER, at + TIME, number);
        digits(event, at + TIME, at + LENGTH, nanos);
    }

    private static void digits(byte[] event, int from, int to, long value) {
        long rest = value;
        for (int at = to - 1; at >= from; at--) {
            event[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    /** Where it begins between two places, or -1. @param guess the likeliest place */
    static int find(ByteBuffer in, int from, int to, int guess) {
        if (guess >= from && guess + LENGTH <= to && in.getLong(guess) == SIGN) {
            return guess;
        }
        for (int at = from; at + LENGTH <= to; at++) {
            if (in.getLong(at) == SIGN) {
                return at;
            }
        }
        return -1;
    }

    static int publisher(ByteBuffer in, int mark) {
        return (int) number(in, mark + PUBLISHER, mark + TOPIC);
    }

    static int topic(ByteBuffer in, int mark) {
        return (int) number(in, mark + TOPIC, mark + NUMBER);
    }

    static int number(ByteBuffer in, int mark) {
        return (int) number(in, mark + NUMBER, mark + TIME);
    }

    static long nanos(ByteBuffer in, int mark) {
        return number(in, mark + TIME, mark + LENGTH);
    }

    private static long number(ByteBuffer in, int from, int to) {
        long value = 0;
        for (int at = from; at < to; at++) {
            value = value * 10 + (in.get(at) - '0');
        }
        return value;
    }
}
