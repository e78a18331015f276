package io.dataprism.gateway.live;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clock of an event loop's connections: one timer for all of them. A connection is looked at when it has asked for that, within
 * {@value #TICK_MILLIS} ms; while there are none the timer rests. On that loop.
 */
final class LoopWheel {

    private static final Logger LOG = LoggerFactory.getLogger(LoopWheel.class);
    private static final long TICK_MILLIS = 250;
    private static final int SLOTS = 64;

    /** Something that is looked at from time to time. */
    interface Watched {

        /**
         * Does what is due.
         *
         * @return milliseconds until the next look, at most {@link #LONGEST_MILLIS}; 0: no more
         */
        long look(long nowMillis);
    }

    /** The longest time between two looks. */
    static final long LONGEST_MILLIS = TICK_MILLIS * (SLOTS - 1);

    /** A place on the wheel. */
    final class Entry {

        private final Watched watched;
        private int slot;

        private Entry(Watched watched) {
            this.watched = watched;
        }

        /** It is looked at after so long, if it would not be sooner. */
        void within(long delayMillis) {
            int ticks = ticks(delayMillis);
            if (Math.floorMod(slot - hand, SLOTS) > ticks && slots.get(slot).remove(this)) {
                size--;
                place(this, delayMillis);
            }
        }

        /** It is not looked at any more. */
        void remove() {
            if (slots.get(slot).remove(this)) {
                size--;
            }
        }
    }

    private final EventLoop loop;
    private final List<Set<Entry>> slots = new ArrayList<>();
    private @Nullable ScheduledFuture<?> timer;
    private int hand;
    private int size;

    LoopWheel(EventLoop loop) {
        this.loop = loop;
        for (int slot = 0; slot < SLOTS; slot++) {
            slots.add(new LinkedHashSet<>());
        }
    }

    /** To be looked at for the first time after so long. */
    Entry add(Watched watched, long delayMillis) {
        Entry entry = new Entry(watched);
        place(entry, delayMillis);
        if (timer == null) {
            timer = loop.scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        }
        return entry;
    }

    private void place(Entry entry, long delayMillis) {
        entry.slot = (hand + ticks(delayMillis)) % SLOTS;
        slots.get(entry.slot).add(entry);
        size++;
    }

    /** One that fails is looked at again: the others are not to suffer for it. */
    private static long look(Entry entry, long nowMillis) {
        try {
            return entry.watched.look(nowMillis);
        } catch (RuntimeException failure) {
            LOG.error("A connection could not be looked at", failure);
            return LONGEST_MILLIS;
        }
    }

    private static int ticks(long delayMillis) {
        return (int) Math.clamp(delayMillis / TICK_MILLIS + 1, 1, SLOTS - 1);
    }

    private void tick() {
        hand = (hand + 1) % SLOTS;
        List<Entry> due = List.copyOf(slots.get(hand));
        slots.get(hand).clear();
        size -= due.size();
        long now = System.currentTimeMillis();
        for (Entry entry : due) {
            long again = look(entry, now);
            if (again > 0) {
                place(entry, again);
            }
        }
        ScheduledFuture<?> running = timer;
        if (size == 0 && running != null) {
            running.cancel(false);
            timer = null;
        }
    }
}
