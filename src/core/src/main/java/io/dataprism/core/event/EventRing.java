package io.dataprism.core.event;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The events that are kept, by position, within the limits. Between them there may be positions whose events are lost: they count as if
 * they were there, so that no more is kept around them than else. For those who make a log of it. Not thread-safe: the log's lock guards
 * it.
 */
public final class EventRing {

    private static final int FIRST_CAPACITY = 1024;

    private final EventLog.Limits limits;
    private @Nullable StoredEvent[] slots = new StoredEvent[FIRST_CAPACITY];
    private long oldest;
    private long head;
    private String oldestCursor;
    private String headCursor;
    private long weightBytes;

    // oldest first; the oldest position is in none of them
    private final Deque<Lost> lost = new ArrayDeque<>();
    private @Nullable Lost newestDropped;

    /**
     * Positions whose events are lost.
     *
     * @param end behind the last of them
     * @param cursor to that end
     * @param reason as readers are told it
     */
    record Lost(long begin, long end, String cursor, Gap.Reason reason) {}

    /** An empty one, which begins at a position. */
    public EventRing(EventLog.Limits limits, long position, String cursor) {
        this.limits = limits;
        this.oldest = position;
        this.head = position;
        this.oldestCursor = cursor;
        this.headCursor = cursor;
    }

    /** What is kept at most. */
    public EventLog.Limits limits() {
        return limits;
    }

    /** The position of the oldest event, or the head. */
    public long oldest() {
        return oldest;
    }

    /** The position of the next event. */
    public long head() {
        return head;
    }

    /** The cursor to the oldest position. */
    public String oldestCursor() {
        return oldestCursor;
    }

    /** The cursor to the head. */
    public String headCursor() {
        return headCursor;
    }

    /** The number of events. */
    public long size() {
        return head
                - oldest
                - lost.stream().mapToLong(each -> each.end() - each.begin()).sum();
    }

    /** What they weigh, roughly. */
    public long weightBytes() {
        return weightBytes;
    }

    /** Adds the event of the head's position. */
    public void keep(StoredEvent event, Instant now) {
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
    public List<StoredEvent> from(long position, int maxEvents) {
        int count = (int) Math.max(0, Math.min(maxEvents, nextLost(position) - position));
        List<StoredEvent> events = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            events.add(at(position + i));
        }
        return events;
    }

    /** At most so many events from a position on, or what a reader that comes from there is told. */
    public EventLog.Page page(long position, int maxEvents) {
        if (position < oldest) {
            return new EventLog.Page(oldest, List.of(), oldestCursor, missed(position));
        }
        Lost here = lostAt(position);
        return here == null
                ? new EventLog.Page(position, from(position, maxEvents), null, null)
                : new EventLog.Page(here.end(), List.of(), here.cursor(), here.reason());
    }

    /** Why what lies behind a position is gone; {@code SLOW}, unless nothing but what is lost elsewhere was there. */
    private Gap.Reason missed(long position) {
        Lost gone = newestDropped;
        return gone != null && gone.begin() == position && gone.reason() == Gap.Reason.EPOCH
                ? Gap.Reason.EPOCH
                : Gap.Reason.SLOW;
    }

    /** The lost events that a position is among; null: it is that of an event, or the head. */
    @Nullable
    Lost lostAt(long position) {
        for (Lost each : lost) {
            if (each.begin() <= position && position < each.end()) {
                return each;
            }
        }
        return null;
    }

    /** Where the next lost events begin, or the head. */
    private long nextLost(long position) {
        for (Lost each : lost) {
            if (each.begin() >= position) {
                return each.begin();
            }
        }
        return head;
    }

    /** A cursor to a position from the oldest to the head that is not between two lost ones. */
    public String cursorAt(long position) {
        for (Lost each : lost) {
            if (each.end() == position) {
                return each.cursor();
            }
        }
        return position == oldest ? oldestCursor : at(position - 1).cursor();
    }

    /** Drops what is beyond the limits. */
    public void trim(Instant now) {
        Instant keepSince = now.minus(limits.age());
        while (oldest < head
                && (head - oldest > limits.events()
                        || weightBytes > limits.bytes()
                        || at(oldest).time().isBefore(keepSince))) {
            dropOldest();
        }
    }

    /** Drops everything. */
    public void clear() {
        while (oldest < head) {
            dropOldest();
        }
    }

    /**
     * Goes on at a later position: what would lie between is lost. What is kept stays, unless nothing of it could.
     *
     * @param reason as readers are told it
     */
    public void skipTo(long position, String cursor, Gap.Reason reason) {
        if (oldest == head || position <= head || position - head >= limits.events()) {
            newestDropped = new Lost(head, position, cursor, reason);
            restart(position, cursor);
            return;
        }
        Lost newest = lost.peekLast();
        long begin = head;
        Gap.Reason told = reason;
        if (newest != null && newest.end() == head) { // two that touch are one
            lost.removeLast();
            begin = newest.begin();
            told = newest.reason() == Gap.Reason.EPOCH ? newest.reason() : reason;
        }
        lost.addLast(new Lost(begin, position, cursor, told));
        while (position - oldest > slots.length) {
            grow();
        }
        head = position;
        headCursor = cursor;
    }

    /** Forgets everything and goes on elsewhere. */
    private void restart(long position, String cursor) {
        clear();
        oldest = position;
        head = position;
        moveHead(cursor);
    }

    /** The head stays where it is and has another cursor: an epoch begins there. */
    public void moveHead(String cursor) {
        headCursor = cursor;
        if (oldest == head) {
            oldestCursor = cursor;
        }
        Lost newest = lost.peekLast();
        if (newest != null && newest.end() == head) {
            lost.removeLast();
            lost.addLast(new Lost(newest.begin(), head, cursor, newest.reason()));
        }
    }

    private void dropOldest() {
        StoredEvent dropped = at(oldest);
        slots[index(oldest)] = null;
        weightBytes -= dropped.weightBytes();
        oldest++;
        oldestCursor = oldest == head ? headCursor : dropped.cursor();
        Lost next = lost.peekFirst();
        if (next != null && next.begin() == oldest) {
            newestDropped = lost.removeFirst();
            oldest = next.end();
            oldestCursor = next.cursor();
        }
    }

    private void grow() {
        @Nullable StoredEvent[] larger = new StoredEvent[slots.length * 2];
        for (long position = oldest; position < head; position++) {
            larger[(int) (position & (larger.length - 1))] = slots[index(position)]; // null where it is lost
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
