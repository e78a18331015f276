package io.dataprism.plugins.delays;

import java.util.Arrays;
import java.util.function.LongUnaryOperator;

/** How often each of some longs was seen: open addressing over two arrays, 16 bytes a slot, at most half full. */
final class CountTable {

    private static final int FIRST_SLOTS = 8;
    private static final long SLOT_BYTES = 16;

    private final long[] keys;
    private final long[] counts;
    private int size;

    CountTable() {
        this(FIRST_SLOTS);
    }

    private CountTable(int slots) {
        keys = new long[slots];
        counts = new long[slots];
    }

    /** The bytes of a table as it is made. */
    static long firstSizeBytes() {
        return FIRST_SLOTS * SLOT_BYTES;
    }

    long sizeBytes() {
        return keys.length * SLOT_BYTES;
    }

    /** The number of different keys. */
    int size() {
        return size;
    }

    /** Counts the key, unless it is a new one for which the table must grow first. */
    boolean tryAdd(long key, long count) {
        int slot = slotOf(key);
        if (counts[slot] == 0) {
            if (2 * (size + 1) > keys.length) {
                return false;
            }
            keys[slot] = key;
            size++;
        }
        counts[slot] += count;
        return true;
    }

    /** A copy of twice the size. */
    CountTable grown() {
        return copyTo(new CountTable(keys.length * 2), LongUnaryOperator.identity());
    }

    /** A copy, no larger than this one, with other keys, of which several may fall together. */
    CountTable mapped(LongUnaryOperator mapping) {
        return copyTo(new CountTable(), mapping);
    }

    /** The keys, sorted. */
    long[] sortedKeys() {
        long[] sorted = new long[size];
        int next = 0;
        for (int slot = 0; slot < keys.length; slot++) {
            if (counts[slot] != 0) {
                sorted[next++] = keys[slot];
            }
        }
        Arrays.sort(sorted);
        return sorted;
    }

    /** How often the key was seen. */
    long count(long key) {
        return counts[slotOf(key)];
    }

    private CountTable copyTo(CountTable first, LongUnaryOperator mapping) {
        CountTable target = first;
        for (int slot = 0; slot < keys.length; slot++) {
            if (counts[slot] != 0) {
                long key = mapping.applyAsLong(keys[slot]);
                while (!target.tryAdd(key, counts[slot])) {
                    target = target.grown();
                }
            }
        }
        return target;
    }

    private int slotOf(long key) {
        int mask = keys.length - 1;
        int slot = (int) ((key * 0x9E3779B97F4A7C15L) >>> 32) & mask;
        while (counts[slot] != 0 && keys[slot] != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
