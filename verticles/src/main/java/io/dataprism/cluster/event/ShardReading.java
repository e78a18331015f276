package io.dataprism.cluster.event;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes entries of what is read of a shard's ring: puts items together, leaves alone what nobody of the cluster made, what is of another
 * life of the ring and what was read before, and notices when the ring is not the one that was read. On the ring thread.
 */
final class ShardReading {

    private static final Logger LOG = LoggerFactory.getLogger(ShardReading.class);

    private final int shard;
    private final ItemCodec codec;
    private final EventMemory memory;
    private final RingCounts counts;
    private final ItemParts parts = new ItemParts();
    private final Seldom tellForged = new Seldom();
    private WriterNumbers numbers = new WriterNumbers();

    private @Nullable String epoch;
    private long next;
    private byte @Nullable [] last;
    private boolean fromMiddle;

    /** What came of a page. */
    sealed interface Outcome {

        /** What had not been read. */
        record More(List<TailEntry> entries) implements Outcome {}

        /** What was to be read next is gone already. */
        record Overtaken() implements Outcome {}

        /** The ring does not have what was read last. */
        record Changed() implements Outcome {}
    }

    ShardReading(int shard, ItemCodec codec, EventMemory memory, RingCounts counts) {
        this.shard = shard;
        this.codec = codec;
        this.memory = memory;
        this.counts = counts;
    }

    @Nullable
    String epoch() {
        return epoch;
    }

    long next() {
        return next;
    }

    boolean hasLast() {
        return last != null;
    }

    boolean isLast(RingPage.Slot slot) {
        return slot.is(next - 1, last);
    }

    /** Where the next page begins: with what was read last. */
    long from() {
        return last == null ? next : next - 1;
    }

    Outcome read(RingPage page) {
        if (page.isEmpty()) {
            return last == null ? new Outcome.More(List.of()) : new Outcome.Changed();
        }
        RingPage.Slot first = page.first();
        if (last == null) {
            fromMiddle |= next == 0 && first.sequence() > 0;
            next = first.sequence();
            return take(page.slots());
        }
        if (isLast(first)) {
            return take(page.slots().subList(1, page.slots().size()));
        }
        return first.sequence() >= next ? new Outcome.Overtaken() : new Outcome.Changed();
    }

    /** A ring that has lost its oldest items says with each item what it said when it began. */
    private void beginInMiddle(List<RingPage.Slot> slots) {
        String found = newestEpoch(slots);
        if (found != null) {
            fromMiddle = false;
            epoch = found;
            memory.begin(shard, found, next, false);
        }
    }

    /** The epoch of what lies in a page, where several meet the newest; null: nothing in it tells. */
    private @Nullable String newestEpoch(List<RingPage.Slot> slots) {
        ItemParts collected = new ItemParts();
        String newest = null;
        for (RingPage.Slot slot : slots) {
            RingItem item =
                    collected.add(slot.bytes()) == ItemParts.Outcome.WHOLE ? codec.decode(collected.take()) : null;
            if (item != null && (newest == null || item.epoch().compareTo(newest) > 0)) {
                newest = item.epoch();
            }
        }
        return newest;
    }

    /** Whether a page that begins further on is of the life that was read. */
    boolean goesOnIn(RingPage page) {
        String there = newestEpoch(page.slots());
        return there != null && there.equals(epoch);
    }

    private Outcome take(List<RingPage.Slot> slots) {
        if (fromMiddle) {
            beginInMiddle(slots);
        }
        List<TailEntry> entries = new ArrayList<>();
        for (RingPage.Slot slot : slots) {
            if (slot.sequence() != next) { // overwritten while it was read
                break;
            }
            TailEntry entry = take(slot);
            next = slot.sequence() + 1;
            last = slot.bytes();
            if (entry != null) {
                entries.add(entry);
            }
        }
        return new Outcome.More(entries);
    }

    private @Nullable TailEntry take(RingPage.Slot slot) {
        return switch (parts.add(slot.bytes())) {
            case PART -> null;
            case MALFORMED -> forged(slot.sequence());
            case WHOLE -> {
                RingItem item = codec.decode(parts.take());
                yield item == null ? forged(slot.sequence()) : take(item, slot.sequence());
            }
        };
    }

    private @Nullable TailEntry take(RingItem item, long sequence) {
        if (item instanceof RingItem.Begin && epoch == null) {
            epoch = item.epoch();
            memory.begin(shard, item.epoch(), sequence + 1, true);
            return null;
        }
        if (!(item instanceof RingItem.Numbered numbered)) {
            return null;
        }
        if (!item.epoch().equals(epoch)) {
            counts.stale.increment();
            return null;
        }
        if (!numbers.isNew(item.writer(), numbered.number())) {
            counts.again.increment();
            return item instanceof RingItem.Event event ? new TailEntry.Again(sequence, event.check()) : null;
        }
        return switch (numbered) {
            case RingItem.Event event -> new TailEntry.Shown(event, sequence);
            case RingItem.Clear clear -> new TailEntry.Cleared(clear, sequence);
        };
    }

    private @Nullable TailEntry forged(long sequence) {
        counts.forged.increment();
        if (tellForged.isDue()) {
            LOG.warn(
                    "Item {} of shard {} of the events is of no node of this cluster and left alone; {} in all",
                    sequence,
                    shard,
                    counts.forged());
        }
        return null;
    }

    /** The newest item of a page that is known to have been read is where reading goes on; whether there is one. */
    boolean rollBackTo(RingPage page) {
        String life = epoch;
        ItemParts collected = new ItemParts();
        RingPage.Slot found = null;
        for (RingPage.Slot slot : page.slots()) {
            RingItem item =
                    collected.add(slot.bytes()) == ItemParts.Outcome.WHOLE ? codec.decode(collected.take()) : null;
            if (item instanceof RingItem.Event event
                    && event.epoch().equals(life)
                    && memory.has(shard, slot.sequence(), event.check())) {
                found = slot;
            }
        }
        if (found == null) {
            return false;
        }
        next = found.sequence() + 1;
        last = found.bytes();
        parts.reset();
        memory.rollBack(shard, found.sequence());
        return true;
    }

    /** What was read is not shown: where its writer adds it again, it is new. */
    void unread(List<TailEntry> entries) {
        for (TailEntry entry : entries) {
            switch (entry) {
                case TailEntry.Shown(RingItem.Event item, long sequence) ->
                    numbers.unread(item.writer(), item.number());
                case TailEntry.Cleared(RingItem.Clear item, long sequence) ->
                    numbers.unread(item.writer(), item.number());
                case TailEntry.Again again -> {}
            }
        }
    }

    /** Nothing of what was read has been shown, nor will be. */
    void forgetNumbers() {
        numbers = new WriterNumbers();
    }

    void beginAnew() {
        epoch = null;
        next = 0;
        last = null;
        fromMiddle = false;
        parts.reset();
    }
}
