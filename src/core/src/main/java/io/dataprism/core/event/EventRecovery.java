package io.dataprism.core.event;

import io.dataprism.core.event.journal.Journal;
import io.dataprism.core.event.journal.RecordReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills the ring with what is on the disk, within the limits. Where records are lost, the ring has a hole in their place, so
 * that readers are told the gap. Then says with which numbers the log goes on. The thread that opens the log.
 */
final class EventRecovery implements RecordReader {

    private static final Logger LOG = LoggerFactory.getLogger(EventRecovery.class);

    private final EventRing ring;
    private final InstantSource clock;
    private @Nullable EventStamper stamper;
    private @Nullable EventEpochs epochs;

    /**
     * Where the numbers go on.
     *
     * @param stamper gives the next event its number
     * @param epochs the lives of which something is kept, and the current one
     */
    record Continuation(EventStamper stamper, EventEpochs epochs) {}

    EventRecovery(EventRing ring, InstantSource clock) {
        this.ring = ring;
        this.clock = clock;
    }

    @Override
    public void onHead(long number, ByteBuffer payload) {
        EventRecord.Head head = EventRecord.Head.decode(payload);
        EventStamper next = new EventStamper(head.epoch(), head.counts());
        EventStamper before = stamper;
        stamper = next;
        if (before == null || !Arrays.equals(before.counts(), head.counts())) {
            if (before != null) {
                LOG.error("The events {} to {} on the disk are lost", before.position(), number - 1);
            }
            ring.skipTo(number, next.cursor(), Gap.Reason.EXPIRED);
        } else {
            ring.moveHead(next.cursor());
        }
        epochs = epochs == null ? EventEpochs.one(head.epoch()) : epochs.and(head.epoch(), number);
    }

    @Override
    public void onRecord(long number, ByteBuffer payload) {
        EventStamper numbering = stamper;
        if (numbering == null) {
            throw new IllegalStateException("A record of events came before the head of its segment.");
        }
        EventRecord read = EventRecord.decode(payload);
        EventDraft draft = EventDraft.of(Topic.parse(read.topic()), read.source(), read.dataJson());
        if (number != numbering.position()) {
            long[] before = read.counts().clone();
            before[draft.shard()]--;
            numbering.backTo(before);
            ring.skipTo(number, numbering.cursor(), Gap.Reason.EXPIRED);
        }
        ring.keep(numbering.stamp(draft, read.timeMillis()), clock.instant());
    }

    /**
     * What the log goes on with, once everything is read. Begins an epoch where there was none, or where the numbers of events that were
     * lost would be given again.
     */
    Continuation goOn(Journal journal) throws IOException {
        EventStamper before = stamper;
        EventEpochs known = epochs;
        if (before != null && known != null && !journal.lostItsEnd()) {
            if (!journal.isWritable()) {
                journal.roll(new EventRecord.Head(before.epoch(), before.counts()).encode());
            }
            return new Continuation(before, known);
        }
        long[] counts = before == null ? new long[EventLog.SHARDS] : before.counts();
        EventStamper fresh = new EventStamper(EventEpochs.newName(clock), counts);
        ring.moveHead(fresh.cursor());
        journal.roll(new EventRecord.Head(fresh.epoch(), counts).encode());
        return new Continuation(
                fresh, known == null ? EventEpochs.one(fresh.epoch()) : known.and(fresh.epoch(), fresh.position()));
    }
}
