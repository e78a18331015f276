package io.dataprism.cluster.event;

import com.hazelcast.ringbuffer.ReadResultSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was read of a ring at once. Whatever others have put there is bytes here, and never an exception. */
record RingPage(List<Slot> slots) {

    private static final byte[] NO_BYTES = {};

    /** One item of Hazelcast's. */
    @SuppressWarnings("ArrayRecordComponent")
    record Slot(long sequence, byte[] bytes) {

        boolean is(long otherSequence, byte @Nullable [] otherBytes) {
            return sequence == otherSequence && otherBytes != null && Arrays.equals(bytes, otherBytes);
        }
    }

    static RingPage of(ReadResultSet<byte[]> set) {
        List<Slot> slots = new ArrayList<>(set.size());
        for (int i = 0; i < set.size(); i++) {
            slots.add(new Slot(set.getSequence(i), bytes(set, i)));
        }
        return new RingPage(slots);
    }

    private static byte[] bytes(ReadResultSet<?> set, int index) {
        try {
            return set.get(index) instanceof byte[] bytes ? bytes : NO_BYTES;
        } catch (RuntimeException notReadable) {
            return NO_BYTES;
        }
    }

    boolean isEmpty() {
        return slots.isEmpty();
    }

    Slot first() {
        return slots.getFirst();
    }
}
