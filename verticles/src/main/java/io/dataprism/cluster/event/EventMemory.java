package io.dataprism.cluster.event;

import io.dataprism.core.event.ClusterCursor;
import io.dataprism.core.event.ClusterCursor.Mark;
import io.dataprism.core.event.EventDraft;
import io.dataprism.core.event.EventLog;
import io.dataprism.core.event.EventRing;
import io.dataprism.core.event.Gap;
import io.dataprism.core.event.StoredEvent;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What this node shows of all shards, in the one order in which it has read them. One thread changes it; any reads, and the lock is held
 * for a page of references at most.
 */
final class EventMemory {

    private static final int RADIX = 36;

    private final InstantSource clock;

    // the changing thread's own
    private final ClusterCursor.Writer cursors = new ClusterCursor.Writer();

    // guarded by this
    private final EventRing ring;
    private final List<ShardTrail> trails =
            Stream.generate(ShardTrail::new).limit(EventLog.SHARDS).toList();
    private List<String> epochs = List.of();

    EventMemory(EventLog.Limits limits, InstantSource clock) {
        this.clock = clock;
        this.ring = new EventRing(limits, 0, cursors.text());
    }

    /** @param whole whether the ring begins there, so that nothing of it is missing */
    synchronized void begin(int shard, String epoch, long firstSequence, boolean whole) {
        cursors.put(shard, new Mark(epoch, firstSequence, 0));
        ring.moveHead(cursors.text());
        epochs = cursors.epochs();
        if (whole) {
            trails.get(shard).beginWhole(epoch, firstSequence, ring.head());
        } else {
            trails.get(shard).begin(epoch, firstSequence, ring.head());
        }
    }

    /** Readers see an event. */
    StoredEvent show(int shard, TailEntry.Shown shown) {
        RingItem.Event item = shown.item();
        long next = shown.sequence() + 1;
        cursors.put(shard, new Mark(item.epoch(), next, item.check()));
        StoredEvent event = EventDraft.of(item.topic(), item.source(), item.dataJson())
                .numbered(
                        ring.head(), // nobody else moves it
                        id(shard, item),
                        Instant.ofEpochMilli(item.timeMillis()),
                        shown.sequence(),
                        item.epoch(),
                        cursors.text());
        synchronized (this) {
            trails.get(shard).newest().addEvent(shown.sequence(), item.check(), event.position());
            ring.keep(event, clock.instant());
            trails.get(shard).trim(ring.oldest());
        }
        return event;
    }

    private static String id(int shard, RingItem.Event item) {
        return Long.toUnsignedString(item.writer(), RADIX)
                + "-"
                + shard
                + "-"
                + Long.toUnsignedString(item.number(), RADIX);
    }

    /** One that is shown already has been read at another place, or once more at its own. */
    synchronized void again(int shard, TailEntry.Again again) {
        TrailLife life = trails.get(shard).newest();
        Mark named = cursors.mark(shard);
        String epoch = life.epoch();
        long next = again.sequence() + 1;
        boolean isBehind = named != null && named.epoch().equals(epoch) && named.next() > next;
        if (epoch != null && !isBehind) {
            cursors.put(shard, new Mark(epoch, next, again.check()));
            ring.moveHead(cursors.text());
        }
        life.addAgain(again.sequence(), again.check(), ring.head());
    }

    /** An event that is not shown any more has been read. */
    synchronized void pass(int shard, TailEntry.Shown passed) {
        RingItem.Event item = passed.item();
        cursors.put(shard, new Mark(item.epoch(), passed.sequence() + 1, item.check()));
        ring.moveHead(cursors.text());
        trails.get(shard).newest().forgetTo(passed.sequence(), item.check());
    }

    /** What was next in a shard is lost: readers are told when they come to it. */
    synchronized void lose(int shard, Gap.Reason reason) {
        trails.get(shard).lose(ring.head(), reason);
        ring.skipTo(ring.head() + 1, cursors.text(), reason);
    }

    /** Whether that event is what the shard has at that sequence, as it was read. */
    synchronized boolean has(int shard, long sequence, int check) {
        return trails.get(shard).has(sequence, check);
    }

    /**
     * What has been read behind that sequence is not there any more. Cursors go on naming it, for who reads here has seen it and its writers
     * may add it again at once, until something of the shard is read or {@link #settleCursors}.
     */
    synchronized void rollBack(int shard, long sequence) {
        trails.get(shard).newest().rollBack(sequence);
    }

    /** What a shard has lost was not added again: whoever reads on elsewhere is to be told what is there in its place. */
    synchronized void settleCursors(int shard) {
        Mark named = cursors.mark(shard);
        Mark end = trails.get(shard).newest().end();
        if (named != null && end != null && named.epoch().equals(end.epoch()) && named.next() > end.next()) {
            cursors.put(shard, end);
            ring.moveHead(cursors.text());
        }
    }

    synchronized void clear() {
        ring.clear();
        trails.forEach(trail -> trail.trim(ring.oldest()));
    }

    synchronized void trim() {
        ring.trim(clock.instant());
        trails.forEach(trail -> trail.trim(ring.oldest()));
    }

    synchronized EventLog.Page page(long position, int maxEvents) {
        ring.trim(clock.instant());
        return ring.page(position, maxEvents);
    }

    synchronized EventLog.Place head() {
        return new EventLog.Place(ring.head(), ring.headCursor(), null);
    }

    synchronized EventLog.Place earliest() {
        trim();
        return new EventLog.Place(ring.oldest(), ring.oldestCursor(), null);
    }

    /** All that is kept, behind a gap: the cursor is of another log. */
    synchronized EventLog.Place behindGap(String cursor) {
        trim();
        return new EventLog.Place(ring.oldest(), cursor, new Gap(cursor, ring.oldestCursor(), Gap.Reason.EPOCH));
    }

    EventLog.Place after(String text, ClusterCursor cursor) {
        List<ShardTrail.Found> found = new ArrayList<>(EventLog.SHARDS);
        long head;
        synchronized (this) {
            trim();
            head = ring.head();
            for (int shard = 0; shard < EventLog.SHARDS; shard++) {
                found.add(trails.get(shard).find(cursor.marks().get(shard), clock.millis()));
            }
        }
        return place(text, found, head);
    }

    private static EventLog.Place place(String text, List<ShardTrail.Found> found, long head) {
        long begin = head;
        Gap.Reason lost = null;
        List<@Nullable Mark> marks = new ArrayList<>();
        for (ShardTrail.Found shard : found) {
            begin = Math.min(begin, shard.unseen());
            lost = lost == Gap.Reason.EPOCH || shard.lost() == null ? lost : shard.lost();
            marks.add(shard.mark());
        }
        SeenElsewhere seen = new SeenElsewhere(found);
        Gap gap = lost == null ? null : new Gap(text, new ClusterCursor(marks).text(), lost);
        return new EventLog.Place(begin, text, gap, seen.isPast(begin) ? null : seen);
    }

    synchronized long lag(long position) {
        return ring.head() - position;
    }

    synchronized boolean isTrimmed(long position) {
        ring.trim(clock.instant());
        return position < ring.oldest();
    }

    synchronized long size() {
        return ring.size();
    }

    synchronized long weightBytes() {
        return ring.weightBytes();
    }

    /** The lives of the rings, as one text. */
    synchronized String epoch() {
        return epochs.isEmpty() ? "none" : String.join(".", epochs);
    }

    @Override
    public synchronized String toString() {
        return "EventMemory[epoch=" + epoch() + ", oldest=" + ring.oldest() + ", head=" + ring.head() + "]";
    }
}
