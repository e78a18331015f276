package io.dataprism.core.event;

import io.dataprism.core.event.journal.Journal;
import io.dataprism.core.event.journal.SegmentOpener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events of one node: a ring in memory, and, where it is durable, segments on the disk that fill the ring again at the next
 * start. Each topic belongs to one of {@value #SHARDS} shards, which numbers its events; all shards are kept in the one order in
 * which they were appended, which is the order that every reader sees.
 *
 * <p>A reader is a position, not a queue: it asks for the page behind its position when it has room for it, and there is no
 * other way to get an event. So there is nothing to splice between replay and live, and no reader costs the log anything. A
 * durable log shows an event when it is on the disk, not before.
 *
 * <p>Thread-safe. When a limit is passed, the oldest events go.
 */
public final class EventLog implements AutoCloseable {

    /** The number of shards; a cursor names a position in each. */
    public static final int SHARDS = 8;

    private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);
    private static final Runnable NOBODY = () -> {};

    private final InstantSource clock;
    private final EventEpochs epochs;
    private final @Nullable DurableEvents disk;
    private volatile Runnable listener = NOBODY;

    // guarded by this
    private final EventRing ring;

    // guarded by this where the log is in memory; else it is the writing thread's
    private final EventStamper stamper;

    /**
     * What is kept at most, over all shards.
     *
     * @param eventBytes of the data of one event; at most {@link #EVENT_BYTES_MOST}
     */
    public record Limits(int events, long bytes, Duration age, int eventBytes) {

        /** Larger ones have no place in a record on the disk. */
        public static final int EVENT_BYTES_MOST = 768 * 1024;

        private static final int EVENT_BYTES_USUAL = 256 * 1024;

        /** As in the contract: 100,000 events, 256 MiB, 1 h, each of 256 KiB. */
        public static final Limits DEFAULT = new Limits(100_000, 256L << 20, Duration.ofHours(1));

        public Limits {
            if (eventBytes > EVENT_BYTES_MOST) {
                throw new IllegalArgumentException("Events of " + eventBytes
                        + " bytes are too large, legal are at most " + EVENT_BYTES_MOST + ".");
            }
        }

        /** With events of the usual size, 256 KiB. */
        public Limits(int events, long bytes, Duration age) {
            this(events, bytes, age, EVENT_BYTES_USUAL);
        }
    }

    /**
     * The answer to a read.
     *
     * @param trimmed null: the page begins where it was asked to; else the cursor of where it begins, and no events: what was
     *     asked for is gone
     * @param position where the page begins
     * @param reason why it is gone: it was trimmed, or is lost; null: it is there
     */
    public record Page(
            long position,
            List<StoredEvent> events,
            @Nullable String trimmed,
            Gap.@Nullable Reason reason) {}

    /**
     * Where a reader begins.
     *
     * @param cursor the reader's cursor before it has read anything
     * @param gap what it must be told first
     */
    public record Place(
            long position, String cursor, @Nullable Gap gap) {}

    /**
     * How the disk keeps up; all 0 where the log is in memory.
     *
     * @param waiting events that wait to be written
     * @param refused events that were not taken, because too many waited or the disk failed, since the start
     * @param bytes what the segments hold
     */
    public record Disk(int waiting, long refused, long bytes) {}

    /** One in memory: it ends with the process, and the next has another epoch. */
    public EventLog(Limits limits, InstantSource clock) {
        this.clock = clock;
        this.stamper = new EventStamper(EventEpochs.newName(clock), new long[SHARDS]);
        this.epochs = EventEpochs.one(stamper.epoch());
        this.ring = new EventRing(limits, 0, stamper.cursor());
        this.disk = null;
    }

    private EventLog(
            EventRing ring,
            EventRecovery.Continuation before,
            Journal journal,
            DurableEvents.SegmentBounds bounds,
            InstantSource clock) {
        this.clock = clock;
        this.stamper = before.stamper();
        this.epochs = before.epochs();
        this.ring = ring;
        this.disk = new DurableEvents(this, stamper, journal, bounds, clock);
    }

    /**
     * Opens the log of a folder, which belongs to this process alone, or begins one. Cursors given out before are still good.
     * Blocks while it reads what is there.
     *
     * @throws IOException where the disk fails, or holds a format that this version does not read
     */
    public static EventLog open(Path folder, Limits limits, InstantSource clock) throws IOException {
        return open(folder, limits, clock, SegmentOpener.FILES, DurableEvents.SegmentBounds.of(limits));
    }

    static EventLog open(
            Path folder, Limits limits, InstantSource clock, SegmentOpener opener, DurableEvents.SegmentBounds bounds)
            throws IOException {
        EventRing ring = new EventRing(limits, 0, "");
        EventRecovery found = new EventRecovery(ring, clock);
        Journal journal = Journal.open(folder, opener, found);
        try {
            EventLog log = new EventLog(ring, found.goOn(journal), journal, bounds, clock);
            log.disk().start();
            return log;
        } catch (IOException e) {
            journal.close();
            throw e;
        }
    }

    /** This life of the log. */
    public String epoch() {
        return epochs.current();
    }

    /** Whether events outlive the process. */
    public boolean isDurable() {
        return disk != null;
    }

    /** Is told, on the thread that appended, that there are events to read: once for each group. It must not block. */
    public void onAppended(Runnable newListener) {
        listener = newListener;
    }

    /**
     * Appends an event, without waiting: in memory it is appended at once, else by the thread that writes to the disk.
     *
     * @param source who publishes it, a URI reference
     * @param dataJson one JSON value, UTF-8, on one line, not to be changed any more; fails at once with
     *     {@code PAYLOAD_TOO_LARGE} above {@link Limits#eventBytes()}
     * @return the event, once readers see it; {@code OVERLOADED} where too many wait or the disk fails, {@code DRAINING}
     *     where the log was closed, and then it is not in the log
     */
    public CompletableFuture<StoredEvent> publish(Topic topic, String source, byte[] dataJson) {
        return disk == null
                ? CompletableFuture.completedFuture(append(topic, source, dataJson))
                : disk.append(draft(topic, source, dataJson));
    }

    /** As {@link #publish}; where the log is durable it waits for the disk, so never on an event loop. */
    public StoredEvent append(Topic topic, String source, byte[] dataJson) {
        EventDraft draft = draft(topic, source, dataJson);
        if (disk != null) {
            return await(disk.append(draft));
        }
        StoredEvent event;
        synchronized (this) {
            long nowMillis = clock.millis();
            event = stamper.stamp(draft, nowMillis);
            ring.keep(event, Instant.ofEpochMilli(nowMillis));
        }
        listener.run();
        return event;
    }

    private EventDraft draft(Topic topic, String source, byte[] dataJson) {
        return EventDraft.of(topic, source, dataJson, limits().eventBytes());
    }

    /** What is kept at most. */
    public Limits limits() {
        return ring.limits();
    }

    /** What is on the disk now becomes readable. */
    void show(List<StoredEvent> events) {
        synchronized (this) {
            Instant now = clock.instant();
            for (StoredEvent event : events) {
                ring.keep(event, now);
            }
        }
        try {
            listener.run();
        } catch (RuntimeException failure) {
            LOG.warn("Events were appended, and who reads could not be told", failure);
        }
    }

    /** At most {@code maxEvents} events from a position on; none where the reader has caught up. */
    public synchronized Page read(long position, int maxEvents) {
        trim();
        if (position < ring.oldest()) {
            return new Page(ring.oldest(), List.of(), ring.oldestCursor(), Gap.Reason.SLOW);
        }
        EventRing.Lost lost = ring.lostAt(position);
        return lost == null
                ? new Page(position, ring.from(position, maxEvents), null, null)
                : new Page(lost.end(), List.of(), lost.cursor(), Gap.Reason.EXPIRED);
    }

    /** Where a reader begins; fails with {@code REQUEST_INVALID} for a malformed cursor. */
    public Place place(Start start) {
        return switch (start) {
            case Start.Latest() -> head();
            case Start.Earliest() -> earliest();
            case Start.After(String cursor) -> after(cursor);
        };
    }

    /** The place behind the newest event. */
    public synchronized Place head() {
        return new Place(ring.head(), ring.headCursor(), null);
    }

    private synchronized Place earliest() {
        trim();
        return new Place(ring.oldest(), ring.oldestCursor(), null);
    }

    private Place after(String text) {
        Cursor cursor = Cursor.parse(text);
        synchronized (this) {
            trim();
            if (!epochs.isKnown(cursor.epoch())) {
                return behindGap(text, ring.oldest(), Gap.Reason.EPOCH);
            }
            if (cursor.position() < ring.oldest()) {
                return behindGap(text, ring.oldest(), Gap.Reason.EXPIRED);
            }
            long end = epochs.end(cursor.epoch(), ring.head());
            if (cursor.position() > end && !epochs.isCurrent(cursor.epoch())) {
                return behindGap(text, Math.max(end, ring.oldest()), Gap.Reason.EPOCH);
            }
            EventRing.Lost lost = ring.lostAt(cursor.position());
            if (lost != null && cursor.position() > lost.begin()) {
                return behindGap(text, lost.end(), Gap.Reason.EXPIRED);
            }
            if (cursor.position() > end || !cursor.isAtPositionOf(ring.cursorAt(cursor.position()))) {
                throw Cursor.malformed(text);
            }
            return new Place(cursor.position(), text, null);
        }
    }

    private Place behindGap(String cursor, long position, Gap.Reason reason) {
        return new Place(position, cursor, new Gap(cursor, ring.cursorAt(position), reason));
    }

    /** How many events lie between a position and the head. */
    public synchronized long lag(long position) {
        return ring.head() - position;
    }

    /** Whether what follows that position has been trimmed already. */
    public synchronized boolean isTrimmed(long position) {
        return position < oldest();
    }

    /** The position of the oldest event that is kept, or of the next where there is none. */
    synchronized long oldest() {
        trim();
        return ring.oldest();
    }

    /** The number of events that are kept. */
    public synchronized long size() {
        return ring.size();
    }

    /** What they weigh, roughly. */
    public synchronized long weightBytes() {
        return ring.weightBytes();
    }

    /** How the disk keeps up. */
    public Disk diskState() {
        return disk == null ? new Disk(0, 0, 0) : new Disk(disk.waiting(), disk.refused(), disk.diskBytes());
    }

    /**
     * Forgets all events, without waiting; cursors into them get a gap.
     *
     * @return done, once they are gone from the disk too; {@code OVERLOADED} where it fails, and then they are still there
     */
    public CompletableFuture<Void> forget() {
        if (disk != null) {
            return disk.clear();
        }
        showCleared();
        return CompletableFuture.completedFuture(null);
    }

    /** As {@link #forget}; where the log is durable it waits for the disk, so never on an event loop. */
    public void clear() {
        await(forget());
    }

    /** The ring is emptied; the disk has been. */
    synchronized void showCleared() {
        ring.clear();
    }

    /** Forgets what is too old now. Reading and appending do so too; this is for logs that nobody touches. */
    public void expire() {
        synchronized (this) {
            trim();
        }
        if (disk != null) {
            disk.expire();
        }
    }

    /** Takes no more events, and waits at most 10 s for those that were taken. Nothing to do where the log is in memory. */
    @Override
    public void close() throws IOException {
        if (disk != null) {
            disk.close();
        }
    }

    private void trim() {
        ring.trim(clock.instant());
    }

    private DurableEvents disk() {
        if (disk == null) {
            throw new IllegalStateException("A log in memory has no disk.");
        }
        return disk;
    }

    private static <T extends @Nullable Object> T await(CompletableFuture<T> done) {
        try {
            return done.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }

    @Override
    public synchronized String toString() {
        return "EventLog[epoch=" + epoch() + ", oldest=" + ring.oldest() + ", head=" + ring.head() + "]";
    }
}
