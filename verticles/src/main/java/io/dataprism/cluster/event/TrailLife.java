package io.dataprism.cluster.event;

import io.dataprism.core.event.ClusterCursor.Mark;
import io.dataprism.core.event.Gap;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The events of a shard that were read one after the other with nothing lost between them: where each, by its sequence, lies among those
 * of all shards. Those that were read a second time are in it too, since others may have been shown them at that place. The memory's lock
 * guards it.
 */
final class TrailLife {

    private static final int FIRST_CAPACITY = 64;

    private final long marker;
    private final long start;
    private final Gap.@Nullable Reason reason;
    private @Nullable String epoch;
    private long floorNext;
    private int floorCheck;

    private long[] sequences = new long[FIRST_CAPACITY];
    private long[] places = new long[FIRST_CAPACITY];
    private int[] checks = new int[FIRST_CAPACITY];
    private int first;
    private int size;

    /**
     * @param marker the position at which readers are told what was lost before it; -1: nothing was
     * @param start the position from which on its events lie
     * @param reason why something was lost
     */
    TrailLife(long marker, long start, Gap.@Nullable Reason reason) {
        this.marker = marker;
        this.start = start;
        this.reason = reason;
    }

    long marker() {
        return marker;
    }

    long start() {
        return start;
    }

    Gap.@Nullable Reason reason() {
        return reason;
    }

    /** Null before it is known. */
    @Nullable
    String epoch() {
        return epoch;
    }

    void begin(String newEpoch, long firstSequence) {
        epoch = newEpoch;
        floorNext = firstSequence;
    }

    /** Events below are not in it. */
    long floorNext() {
        return floorNext;
    }

    int floorCheck() {
        return floorCheck;
    }

    /** Behind what is not in it; null before its epoch is known. */
    @Nullable
    Mark floor() {
        return epoch == null ? null : new Mark(epoch, floorNext, floorCheck);
    }

    /** Behind all that is in it; null before its epoch is known. */
    @Nullable
    Mark end() {
        return epoch == null || size == 0 ? floor() : new Mark(epoch, sequence(size - 1) + 1, check(size - 1));
    }

    int size() {
        return size;
    }

    long sequence(int index) {
        return sequences[slot(index)];
    }

    int check(int index) {
        return checks[slot(index)];
    }

    /** The position behind which nothing up to that entry lies. */
    long behind(int index) {
        long place = places[slot(index)];
        return place >= 0 ? place + 1 : ~place;
    }

    /** The position of the first event among the entries from there on; -1: there is none. */
    long firstEvent(int from) {
        for (int index = from; index < size; index++) {
            long place = places[slot(index)];
            if (place >= 0) {
                return place;
            }
        }
        return -1;
    }

    /** The last entry below a sequence; -1: there is none. */
    int lastBelow(long sequence) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sequence(middle) < sequence) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    void addEvent(long sequence, int check, long position) {
        add(sequence, check, position);
    }

    /** One that has been shown before, when the next event has that position. */
    void addAgain(long sequence, int check, long position) {
        add(sequence, check, ~position);
    }

    private void add(long sequence, int check, long place) {
        if (size == sequences.length) {
            grow();
        }
        int slot = slot(size);
        sequences[slot] = sequence;
        checks[slot] = check;
        places[slot] = place;
        size++;
    }

    /** One that is not shown any more, nor any before it. */
    void forgetTo(long sequence, int check) {
        floorNext = sequence + 1;
        floorCheck = check;
    }

    /** Forgets what lies before a position; whether that was something. */
    boolean trim(long oldest) {
        boolean trimmed = false;
        while (size > 0 && behind(0) <= oldest) {
            forgetTo(sequence(0), check(0));
            first = (first + 1) % sequences.length;
            size--;
            trimmed = true;
        }
        return trimmed;
    }

    /** Forgets the entries behind a sequence: others have taken their place. */
    void rollBack(long sequence) {
        size = lastBelow(sequence + 1) + 1;
    }

    private int slot(int index) {
        return (first + index) % sequences.length;
    }

    private void grow() {
        long[] oldSequences = sequences;
        long[] oldPlaces = places;
        int[] oldChecks = checks;
        int moved = first;
        sequences = rotated(oldSequences, moved);
        places = rotated(oldPlaces, moved);
        checks = new int[oldChecks.length * 2];
        System.arraycopy(oldChecks, moved, checks, 0, oldChecks.length - moved);
        System.arraycopy(oldChecks, 0, checks, oldChecks.length - moved, moved);
        first = 0;
    }

    private static long[] rotated(long[] from, int by) {
        long[] to = Arrays.copyOf(Arrays.copyOfRange(from, by, from.length), from.length * 2);
        System.arraycopy(from, 0, to, from.length - by, by);
        return to;
    }
}
