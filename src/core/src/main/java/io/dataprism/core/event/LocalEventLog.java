package io.dataprism.core.event;

import io.dataprism.core.event.journal.Journal;
import io.dataprism.core.event.journal.SegmentOpener;
import java.io.IOException;
import java.nio.file.Path;
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
 * start. All shards are kept in the one order in which they were appended. A durable log shows an event when it is on the disk, not
 * before.
 */
public final class LocalEventLog implements EventLog {

    private static final Logger LOG = LoggerFactory.getLogger(LocalEventLog.class);
    private static final Runnable NOBODY = () -> {};

    private final InstantSource clock;
    private final EventEpochs epochs;
    private final @Nullable DurableEvents disk;
    private volatile Runnable listener = NOBODY;

    // guarded by this
    private final EventRing ring;

    // guarded by this where the log is in memory; else it is the writing thread's
    private final EventStamper stamper;

    /** One in memory: it ends with the process, and the next has another epoch. */
    public LocalEventLog(Limits limits, InstantSource clock) {
        this.clock = clock;
        this.stamper = new EventStamper(EventEpochs.newName(clock), new long[SHARDS]);
        this.epochs = EventEpochs.one(stamper.epoch());
        this.ring = new EventRing(limits, 0, stamper.cursor());
        this.disk = null;
    }

    private LocalEventLog(
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
    public static LocalEventLog open(Path folder, Limits limits, InstantSource clock) throws IOException {
        return open(folder, limits, clock, SegmentOpener.FILES, DurableEvents.SegmentBounds.of(limits));
    }

    static LocalEventLog open(
            Path folder, Limits limits, InstantSource clock, SegmentOpener opener, DurableEvents.SegmentBounds bounds)
            throws IOException {
        EventRing ring = new EventRing(limits, 0, "");
        EventRecovery found = new EventRecovery(ring, clock);
        Journal journal = Journal.open(folder, opener, found);
        try {
            LocalEventLog log = new LocalEventLog(ring, found.goOn(journal), journal, bounds, clock);
            log.disk().start();
            return log;
        } catch (IOException e) {
            journal.close();
            throw e;
        }
    }

    @Override
    public String epoch() {
        return epochs.current();
    }

    @Override
    public boolean isDurable() {
        return disk != null;
    }

    @Override
    public void onAppended(Runnable newListener) {
        listener = newListener;
    }

    @Override
    public CompletableFuture<StoredEvent> publish(Topic topic, String source, byte[] dataJson) {
        return disk == null
                ? CompletableFuture.completedFuture(append(topic, source, dataJson))
                : disk.append(draft(topic, source, dataJson));
    }

    @Override
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

    @Override
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

    @Override
    public synchronized Page read(long position, int maxEvents) {
        trim();
        return ring.page(position, maxEvents);
    }

    @Override
    public Place place(Start start) {
        return switch (start) {
            case Start.Latest() -> head();
            case Start.Earliest() -> earliest();
            case Start.After(String cursor) -> after(cursor);
        };
    }

    @Override
    public synchronized Place head() {
        return new Place(ring.head(), ring.headCursor(), null);
    }

    private synchronized Place earliest() {
        trim();
        return new Place(ring.oldest(), ring.oldestCursor(), null);
    }

    private Place after(String text) {
        Cursor cursor = ClusterCursor.isOne(text) ? null : Cursor.parse(text);
        synchronized (this) {
            trim();
            if (cursor == null || !epochs.isKnown(cursor.epoch())) {
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

    @Override
    public synchronized long lag(long position) {
        return ring.head() - position;
    }

    @Override
    public synchronized boolean isTrimmed(long position) {
        return position < oldest();
    }

    /** The position of the oldest event that is kept, or of the next where there is none. */
    synchronized long oldest() {
        trim();
        return ring.oldest();
    }

    @Override
    public synchronized long size() {
        return ring.size();
    }

    @Override
    public synchronized long weightBytes() {
        return ring.weightBytes();
    }

    @Override
    public Disk diskState() {
        return disk == null ? new Disk(0, 0, 0) : new Disk(disk.waiting(), disk.refused(), disk.diskBytes());
    }

    @Override
    public CompletableFuture<Void> forget() {
        if (disk != null) {
            return disk.clear();
        }
        showCleared();
        return CompletableFuture.completedFuture(null);
    }

    /** The ring is emptied; the disk has been. */
    synchronized void showCleared() {
        ring.clear();
    }

    @Override
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

    private static <T> T await(CompletableFuture<T> done) {
        try {
            return done.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }

    @Override
    public synchronized String toString() {
        return "LocalEventLog[epoch=" + epoch() + ", oldest=" + ring.oldest() + ", head=" + ring.head() + "]";
    }
}
