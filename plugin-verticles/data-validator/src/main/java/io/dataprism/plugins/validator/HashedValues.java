package io.dataprism.plugins.validator;

import io.dataprism.plugin.Cells;
import io.dataprism.plugin.PluginException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.apache.arrow.vector.FieldVector;

/**
 * A set of values, of which it keeps 128 bits of SHA-256 each. One thread at a time, but for {@link #close}, which gives the
 * memory's count back and may come while the last batch of a cancelled call is still read.
 */
final class HashedValues implements AutoCloseable {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int FIRST_SLOTS = 1 << 10;
    private static final int BYTES_PER_SLOT = 2 * Long.BYTES;

    private final String what;
    private final HashMemory memory;
    private final MessageDigest digest = sha256();
    private long[] slots = new long[0];
    private int count;
    private long takenBytes;
    private boolean closed;

    /** @param what the values are, for the message where they do not fit */
    HashedValues(String what, HashMemory memory) {
        this.what = what;
        this.memory = memory;
    }

    /** Adds the row's values, taken together; answers whether they were new. None of them is NULL. */
    boolean add(List<FieldVector> columns, int row) {
        if (2 * count >= slots.length / 2) {
            grow();
        }
        boolean isNew = put(slots, hash(columns, row));
        count += isNew ? 1 : 0;
        return isNew;
    }

    /** Whether the row's values were added. */
    boolean contains(List<FieldVector> columns, int row) {
        if (count == 0) {
            return false;
        }
        byte[] hash = hash(columns, row);
        int slot = slot(slots, (long) LONGS.get(hash, 0), high(hash));
        return slots[slot] != 0;
    }

    private void grow() {
        int slotCount = Math.max(FIRST_SLOTS, slots.length);
        take((long) slotCount * BYTES_PER_SLOT);
        long[] larger = new long[2 * slotCount];
        for (int slot = 0; slot < slots.length; slot += 2) {
            if (slots[slot] != 0) {
                int free = slot(larger, slots[slot + 1], slots[slot]);
                larger[free] = slots[slot];
                larger[free + 1] = slots[slot + 1];
            }
        }
        slots = larger;
    }

    private synchronized void take(long bytes) {
        if (closed) {
            return;
        }
        if (!memory.tryTake(bytes)) {
            throw new PluginException(
                    "QUOTA_EXCEEDED",
                    what + " has more than " + count
                            + " different values, and the hashes of all calls of this plugin may"
                            + " take " + memory.limitBytes()
                            + " bytes together. Narrow the input with WHERE, or ask SQL"
                            + " (GROUP BY, HAVING count(*) > 1; or an anti join).");
        }
        takenBytes += bytes;
    }

    @Override
    public synchronized void close() {
        closed = true;
        memory.giveBack(takenBytes);
        takenBytes = 0;
    }

    private static boolean put(long[] slots, byte[] hash) {
        long low = (long) LONGS.get(hash, 0);
        int slot = slot(slots, low, high(hash));
        if (slots[slot] != 0) {
            return false;
        }
        slots[slot] = high(hash);
        slots[slot + 1] = low;
        return true;
    }

    /** The place of the hash, or of the free pair where it belongs: at most half of the pairs are taken, so there is one. */
    private static int slot(long[] slots, long low, long high) {
        int mask = slots.length / 2 - 1;
        int pair = (int) low & mask;
        while (slots[2 * pair] != 0 && (slots[2 * pair] != high || slots[2 * pair + 1] != low)) {
            pair = (pair + 1) & mask;
        }
        return 2 * pair;
    }

    /** Never 0, which marks a free pair. */
    private static long high(byte[] hash) {
        return (long) LONGS.get(hash, Long.BYTES) | 1;
    }

    private byte[] hash(List<FieldVector> columns, int row) {
        for (FieldVector column : columns) {
            byte[] text = String.valueOf(Cells.text(column, row)).getBytes(StandardCharsets.UTF_8);
            if (columns.size() > 1) {
                digest.update((text.length + ":").getBytes(StandardCharsets.US_ASCII));
            }
            digest.update(text);
        }
        return digest.digest();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every JDK has SHA-256.", impossible);
        }
    }
}
