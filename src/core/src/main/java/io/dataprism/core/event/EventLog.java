package io.dataprism.core.event;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The events of one node: a ring in memory. Each topic belongs to one of {@value #SHARDS} shards, which numbers its events;
 * all shards are kept in the one order in which they were appended, which is the order that every reader sees.
 *
 * <p>A reader is a position, not a queue: it asks for the page behind its position when it has room for it, and there is no
 * other way to get an event. So there is nothing to splice between replay and live, and no reader costs the log anything.
 *
 * <p>Thread-safe. When a limit is passed, the oldest events go.
 */
public final class EventLog {

    /** The number of shards; a cursor names a position in each. */
    public static final int SHARDS = 8;

    /** The most bytes of an event's data. */
    public static final int DATA_BYTES_LIMIT = 256 * 1024;

    private static final int FIRST_CAPACITY = 1024;

    private final Limits limits;
    private final InstantSource clock;
    private final String epoch;

    // guarded by this
    private final long[] counts = new long[SHARDS];
    private @Nullable StoredEvent[] slots = new StoredEvent[FIRST_CAPACITY];
    private long oldest;
    private long head;
    private String oldestCursor;
    private String headCursor;
    private long weightBytes;

    /** What is kept at most, over all shards. */
    public record Limits(int events, long bytes, Duration age) {

        /** As in the contract: 100,000 events, 256 MiB, 1 h. */
        public static final Limits DEFAULT = new Limits(100_000, 256L << 20, Duration.ofHours(1));
    }

    /**
     * The answer to a read.
     *
     * @param trimmed null: the page begins where it was asked to; else the oldest cursor that is kept, and no events: what
     *     was asked for is gone
     * @param position where the page begins
     */
    public record Page(
            long position,
            List<StoredEvent> events,
            @Nullable String trimmed) {}

    /**
     * Where a reader begins.
     *
     * @param cursor the reader's cursor before it has read anything
     * @param gap what it must be told first
     */
    public record Place(
            long position, String cursor, @Nullable Gap gap) {}

    public EventLog(Limits limits, InstantSource clock) {
        this.limits = limits;
        this.clock = clock;
        this.epoch = newEpoch(clock);
        this.headCursor = Cursor.encode(epoch, counts);
        this.oldestCursor = headCursor;
    }

    /** Epochs sort by the time of their beginning. */
    private static String newEpoch(InstantSource clock) {
        long random = ThreadLocalRandom.current().nextLong(36L * 36 * 36 * 36, 36L * 36 * 36 * 36 * 36);
        return Long.toString(clock.millis(), 36) + Long.toString(random, 36);
    }

    /** This life of the log. */
    public String epoch() {
        return epoch;
    }

    /**
     * Appends an event.
     *
     * @param source who publishes it, a URI reference
     * @param dataJson one JSON value, UTF-8, on one line; fails with {@code PAYLOAD_TOO_LARGE} above
     *     {@value #DATA_BYTES_LIMIT} bytes
     */
    public StoredEvent append(Topic topic, String source, byte[] dataJson) {
        if (dataJson.length > DATA_BYTES_LIMIT) {
            throw tooLarge(topic, dataJson.length);
        }
        int shard = Math.floorMod(topic.hashCode(), SHARDS);
        synchronized (this) {
            Instant time = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            long offset = counts[shard]++;
            headCursor = Cursor.encode(epoch, counts);
            CloudEventJson.Encoded encoded = CloudEventJson.encode(topic, source, time, epoch, shard, offset, dataJson);
            StoredEvent event = new StoredEvent(
                    head, topic, source, time, headCursor, encoded.json(), encoded.dataOffset(), dataJson.length);
            keep(event);
            return event;
        }
    }

    private static DataPrismException tooLarge(Topic topic, int bytes) {
        return new DataPrismException(
                ErrorCode.PAYLOAD_TOO_LARGE,
                "The data of an event for '" + topic + "' have " + bytes + " bytes; at most " + DATA_BYTES_LIMIT
                        + " are taken.",
                "Publish a reference to the data, such as a table's name, instead of the data.");
    }

    /** At most {@code maxEvents} events from a position on; none where the reader has caught up. */
    public synchronized Page read(long position, int maxEvents) {
        trim();
        if (position < oldest) {
            return new Page(oldest, List.of(), oldestCursor);
        }
        int count = (int) Math.min(maxEvents, head - position);
        List<StoredEvent> events = new ArrayList<>(Math.max(count, 0));
        for (int i = 0; i < count; i++) {
            events.add(at(position + i));
        }
        return new Page(position, events, null);
    }

    /** Where a reader begins; fails with {@code REQUEST_INVALID} for a malformed cursor. */
    public Place place(Start start) {
        return switch (start) {
            case Start.Latest() -> head();
            case Start.Earliest() -> oldest();
            case Start.After(String cursor) -> after(cursor);
        };
    }

    /** The place behind the newest event. */
    public synchronized Place head() {
        return new Place(head, headCursor, null);
    }

    private synchronized Place oldest() {
        trim();
        return new Place(oldest, oldestCursor, null);
    }

    private synchronized Place after(String text) {
        Cursor cursor = Cursor.parse(text);
        trim();
        if (!cursor.epoch().equals(epoch)) {
            return new Place(oldest, text, new Gap(text, oldestCursor, Gap.Reason.EPOCH));
        }
        long position = cursor.position();
        if (position < oldest) {
            return new Place(oldest, text, new Gap(text, oldestCursor, Gap.Reason.EXPIRED));
        }
        if (position > head || !cursorAt(position).equals(text)) {
            throw Cursor.malformed(text);
        }
        return new Place(position, text, null);
    }

    /** How many events lie between a position and the head. */
    public synchronized long lag(long position) {
        return head - position;
    }

    /** Whether what follows that position has been trimmed already. */
    public synchronized boolean isTrimmed(long position) {
        trim();
        return position < oldest;
    }

    /** The number of events that are kept. */
    public synchronized long size() {
        return head - oldest;
    }

    /** What they weigh, roughly. */
    public synchronized long weightBytes() {
        return weightBytes;
    }

    /** Forgets all events; cursors into them get a gap. */
    public synchronized void clear() {
        while (oldest < head) {
            dropOldest();
        }
    }

    /** Forgets what is too old now. Reading and appending do so too; this is for logs that nobody touches. */
    public synchronized void expire() {
        trim();
    }

    private void keep(StoredEvent event) {
        if (head - oldest == slots.length) {
            grow();
        }
        slots[index(head)] = event;
        head++;
        weightBytes += event.weightBytes();
        trim();
    }

    private void trim() {
        Instant keepSince = clock.instant().minus(limits.age());
        while (oldest < head
                && (head - oldest > limits.events()
                        || weightBytes > limits.bytes()
                        || at(oldest).time().isBefore(keepSince))) {
            dropOldest();
        }
    }

    private void dropOldest() {
        StoredEvent dropped = at(oldest);
        slots[index(oldest)] = null;
        weightBytes -= dropped.weightBytes();
        oldestCursor = dropped.cursor();
        oldest++;
    }

    private void grow() {
        @Nullable StoredEvent[] larger = new StoredEvent[slots.length * 2];
        for (long position = oldest; position < head; position++) {
            larger[(int) (position & (larger.length - 1))] = at(position);
        }
        slots = larger;
    }

    private String cursorAt(long position) {
        return position == oldest ? oldestCursor : at(position - 1).cursor();
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

    @Override
    public synchronized String toString() {
        return "EventLog[epoch=" + epoch + ", oldest=" + oldest + ", head=" + head + ", counts="
                + Arrays.toString(counts) + "]";
    }
}
