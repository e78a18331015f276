package io.dataprism.cluster.event;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An item in as many slots of a ring as it takes, one behind the other, since they are added at once: each says which part it is. Puts
 * together again what is read in order; what has no beginning, as at the oldest end of a ring, is left alone.
 */
final class ItemParts {

    private static final byte FORMAT = 1;
    private static final int HEAD_BYTES = 5;
    private static final int BYTES_MOST = 4 << 20;

    private @Nullable ByteBuffer whole;
    private int next;
    private int count;

    /** What came of a slot. */
    enum Outcome {
        WHOLE,
        PART,
        /** It has none of the form that it should have. */
        MALFORMED
    }

    static List<byte[]> split(byte[] whole, int slotBytes) {
        int room = slotBytes - HEAD_BYTES;
        int count = Math.max(1, (whole.length + room - 1) / room);
        List<byte[]> slots = new ArrayList<>(count);
        for (int part = 0; part < count; part++) {
            int from = part * room;
            int length = Math.min(room, whole.length - from);
            slots.add(ByteBuffer.allocate(HEAD_BYTES + length)
                    .put(FORMAT)
                    .putShort((short) part)
                    .putShort((short) count)
                    .put(whole, from, length)
                    .array());
        }
        return slots;
    }

    /** The next slot that was read; where it makes an item whole, {@link #take()} it. */
    Outcome add(byte[] slot) {
        if (slot.length < HEAD_BYTES || slot[0] != FORMAT) {
            reset();
            return Outcome.MALFORMED;
        }
        ByteBuffer bytes = ByteBuffer.wrap(slot);
        int part = bytes.getShort(1);
        int parts = bytes.getShort(3);
        bytes.position(HEAD_BYTES);
        boolean bounded = parts > 0 && parts <= RingSettings.SLOTS_AT_ONCE && parts * bytes.remaining() <= BYTES_MOST;
        if (part == 0 && bounded) {
            whole = ByteBuffer.allocate(parts * bytes.remaining()); // no part is longer than the first
            count = parts;
            next = 0;
        }
        ByteBuffer collected = whole;
        if (collected == null || part != next || parts != count || bytes.remaining() > collected.remaining()) {
            reset();
            return part > 0 ? Outcome.PART : Outcome.MALFORMED;
        }
        collected.put(bytes);
        next++;
        return next == count ? Outcome.WHOLE : Outcome.PART;
    }

    byte[] take() {
        ByteBuffer collected = whole;
        if (collected == null) {
            throw new IllegalStateException("No item is whole.");
        }
        reset();
        byte[] taken = new byte[collected.position()];
        collected.flip().get(taken);
        return taken;
    }

    /** What comes next has nothing to do with what was read before. */
    void reset() {
        whole = null;
        count = 0;
        next = 0;
    }
}
