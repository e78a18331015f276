package io.dataprism.sandbox.stream;

import io.dataprism.sandbox.frame.Link;
import io.dataprism.sandbox.frame.ProtocolException;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Memory that host and child share for the bodies of large batches, as one side sees it: each side writes in a half of its own and reads
 * the other's. What a side has written is its until the peer says that it has read it. Any thread; nothing blocks.
 *
 * <p>The child can change any byte at any time. So the host copies what the child wrote before it looks at it, reads nothing back from
 * its own half, and keeps the book of what is taken where the child cannot reach it.
 */
public final class BatchArea {

    /** Of the whole. */
    public static final long SIZE_BYTES = 32L << 20;

    /** A body below this is as quickly sent with its frame. */
    static final long LEAST_BYTES = 64L << 10;

    private static final long HALF_BYTES = SIZE_BYTES / 2;
    private static final int UNIT_BYTES = 64 << 10;
    private static final int UNITS = (int) (HALF_BYTES / UNIT_BYTES);

    private final long own;
    private final long peer;
    private final BitSet taken = new BitSet(UNITS);
    /** Units of each place that is taken, by the first of them. */
    private final Map<Integer, Integer> places = new HashMap<>();

    private volatile @Nullable MemorySegment memory;
    private volatile boolean open;

    /** With no memory yet. */
    public BatchArea(Link.Side side) {
        this.own = side == Link.Side.HOST ? 0 : HALF_BYTES;
        this.peer = HALF_BYTES - own;
    }

    /** From now on what the peer writes can be read. @param shared of {@link #SIZE_BYTES} */
    public void map(MemorySegment shared) {
        memory = shared;
    }

    /** From now on this side writes there: the memory is mapped here, and every page of it is there. */
    public void open() {
        open = true;
    }

    /** Whether what the peer writes can be read. */
    public boolean isMapped() {
        return memory != null;
    }

    /** Whether this side writes there. */
    public boolean isOpen() {
        return open;
    }

    /** A place in this side's half. */
    record Place(long offset, MemorySegment memory) {}

    /** Takes a place, or null where the area is not open or has no room: the batch then goes with its frame. */
    @Nullable
    Place take(long sizeBytes) {
        MemorySegment shared = memory;
        if (!open || shared == null || sizeBytes > HALF_BYTES) {
            return null;
        }
        int units = (int) ((sizeBytes + UNIT_BYTES - 1) / UNIT_BYTES);
        int first;
        synchronized (this) {
            first = firstFree(units);
            if (first < 0) {
                return null;
            }
            taken.set(first, first + units);
            places.put(first, units);
        }
        long offset = (long) first * UNIT_BYTES;
        return new Place(offset, shared.asSlice(own + offset, sizeBytes));
    }

    /** The peer has read what is there. @throws ProtocolException where nothing is */
    public void freed(long offset) {
        int first = offset % UNIT_BYTES == 0 && offset >= 0 && offset < HALF_BYTES ? (int) (offset / UNIT_BYTES) : -1;
        synchronized (this) {
            Integer units = places.remove(first);
            if (units == null) {
                throw new ProtocolException("The place " + offset + " was given back, which was not taken.");
            }
            taken.clear(first, first + units);
        }
    }

    /** What the peer wrote. @throws ProtocolException where that is not in its half */
    MemorySegment ofPeer(long offset, long sizeBytes) {
        MemorySegment shared = memory;
        if (shared == null) {
            throw new ProtocolException("A batch was placed where nothing is shared.");
        }
        if (offset < 0 || offset % UNIT_BYTES != 0 || sizeBytes < 0 || offset > HALF_BYTES - sizeBytes) {
            throw new ProtocolException("A batch of " + sizeBytes + " bytes was placed at " + offset + " of "
                    + HALF_BYTES + " bytes that are shared.");
        }
        return shared.asSlice(peer + offset, sizeBytes);
    }

    /** How many places of this side's half are taken. */
    synchronized int places() {
        return places.size();
    }

    private int firstFree(int units) {
        int from = taken.nextClearBit(0);
        while (from + units <= UNITS) {
            int next = taken.nextSetBit(from);
            if (next < 0 || next >= from + units) {
                return from;
            }
            from = taken.nextClearBit(next);
        }
        return -1;
    }
}
