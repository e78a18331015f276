package io.dataprism.core.event;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The events that are kept, by position, within the limits. Not thread-safe: the log's lock guards it. */
final class EventRing {

    private static final int FIRST_CAPACITY = 1024;

    private final EventLog.Limits limits;
    private @Nullable StoredEvent[] slots = new StoredEvent[FIRST_CAPACITY];
    private long oldest;
    private long head;
    private String oldestCursor;
    private String headCursor;
    private long weightBytes;

    /** An empty one, which begins at a position. */
    EventRing(EventLog.Limits limits, long position, String cursor) {
        this.limits = limits;
        this.oldest = position;
        this.head = position;
        this.oldestCursor = cursor;
        this.headCursor = cursor;
    }

    EventLog.Limits limits() {
        return limits;
    }

    long oldest() {
        return oldest;
    }

    long head() {
        return head;
    }

    String oldestCursor() {
        return oldestCursor;
    }

    String headCursor() {
        return headCursor;
    }

    long weightBytes() {
        return weightBytes;
    }

    void keep(StoredEvent event, Instant now) {
        if (head - oldest == slots.length) {
            grow();
        }
        slots[index(head)] = event;
        head++;
        headCursor = event.cursor();
        weightBytes += event.weightBytes();
        trim(now);
    }

    /** Up to so many events from a position on that is kept. */
    List<StoredEvent> from(long position, int maxEvents) {
        int count = (int) Math.max(0, Math.min(maxEvents, head - position));
        List<StoredEvent> events = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            events.add(at(position + i));
        }
        return events;
    }

    /** A cursor to a position from the oldest to the head. */
    String cursorAt(long position) {
        return position == oldest ? oldestCursor : at(position - 1).cursor();
    }

    void trim(Instant now) {
        Instant keepSince = now.minus(limits.age());
        while (oldest < head
                && (head - oldest > limits.events()
                        || weightBytes > limits.bytes()
                        || at(oldest).time().isBefore(keepSince))) {
            dropOldest();
        }
    }

    void clear() {
        while (oldest < head) {
            dropOldest();
        }
    }

    /** Forgets everything and goes on elsewhere: what would lie between is lost. */
    void restart(long position, String cursor) {
        clear();
        oldest = position;
        head = position;
        moveHead(cursor);
    }

    /** The head stays where it is and has another cursor: an epoch begins there. */
    void moveHead(String cursor) {
        headCursor = cursor;
        if (oldest == head) {
            oldestCursor = cursor;
        }
    }

    private void dropOldest() {
        StoredEvent dropped = at(oldest);
        slots[index(oldest)] = null;
        weightBytes -= dropped.weightBytes();
        oldest++;
        oldestCursor = oldest == head ? headCursor : dropped.cursor();
    }

    private void grow() {
        @Nullable StoredEvent[] larger = new StoredEvent[slots.length * 2];
        for (long position = oldest; position < head; position++) {
            larger[(int) (position & (larger.length - 1))] = at(position);
        }
        slots = larger;
    }

    private StoredEvent at(long position) {
        StoredEvent event = slots[index(position)];
        if (event == null) {
            throw new IllegalStateException(
                    "The log keeps positions " + oldest + " to " + head + ", but nothing is at " + position + ".");
        }
        return event;
    }

    private int index(long position) {
        return (int) (position & (slots.length - 1));
    }
}
