package io.dataprism.cluster.event;

import io.dataprism.core.event.ClusterCursor.Mark;
import io.dataprism.core.event.Gap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a cursor's mark means on this node: which of a shard's events that are kept here lie before it. The memory's lock guards it.
 */
final class ShardTrail {

    /** Another node may be so far ahead that this one has not heard of an epoch that it gives out cursors of. */
    private static final long UNHEARD_MILLIS = 10_000;

    private static final int EPOCH_TIME_DIGITS = 8;
    private static final int RADIX = 36;

    // oldest first; between two of them something was lost
    private final List<TrailLife> lives = new ArrayList<>();
    private boolean forgot;

    /**
     * What a mark means here.
     *
     * @param until events of the shard have been seen below this position
     * @param unseen the position from which on there is something to tell; {@link Long#MAX_VALUE}: nothing yet
     * @param ahead whether there are more that have been seen, which this node has yet to read; then {@code until} says nothing
     * @param lost why what follows the mark is not there; then the mark is where what is there begins
     * @param mark the mark itself, or that
     */
    record Found(
            long until,
            long unseen,
            boolean ahead,
            Gap.@Nullable Reason lost,
            @Nullable Mark mark) {}

    /** Reading begins where nothing is lost, or goes on where something was. */
    void begin(String epoch, long firstSequence, long position) {
        if (lives.isEmpty()) {
            lives.add(new TrailLife(-1, position, null));
            forgot |= firstSequence > 0;
        }
        newest().begin(epoch, firstSequence);
    }

    /** The beginning is where the ring itself began. */
    void beginWhole(String epoch, long firstSequence, long position) {
        boolean before = forgot;
        begin(epoch, firstSequence, position);
        forgot = before;
    }

    /** What was next is lost. */
    void lose(long marker, Gap.Reason reason) {
        lives.add(new TrailLife(marker, marker + 1, reason));
    }

    TrailLife newest() {
        return lives.getLast();
    }

    /** Whether the newest life has that event at that sequence. */
    boolean has(long sequence, int check) {
        if (lives.isEmpty()) {
            return false;
        }
        TrailLife life = newest();
        int index = life.lastBelow(sequence + 1);
        return index >= 0
                ? life.sequence(index) == sequence && life.check(index) == check
                : life.floorNext() == sequence + 1 && life.floorCheck() == check;
    }

    void trim(long oldest) {
        while (lives.size() > 1 && lives.get(1).marker() < oldest) {
            lives.removeFirst();
            forgot = true;
        }
        if (!lives.isEmpty()) {
            forgot |= lives.getFirst().trim(oldest);
        }
    }

    Found find(@Nullable Mark mark, long nowMillis) {
        if (mark == null) {
            return lives.isEmpty() || !forgot ? from(0, -1, 0, null) : lost(Gap.Reason.EXPIRED, 0, null);
        }
        int index = lifeOf(mark);
        if (index < 0) {
            return unknown(mark, nowMillis);
        }
        return lives.get(index).floorNext() > mark.next() ? lost(Gap.Reason.EXPIRED, index, mark) : find(mark, index);
    }

    /** The newest that reaches back to it, or else the oldest of its epoch. */
    private int lifeOf(Mark mark) {
        int found = -1;
        for (int index = lives.size() - 1; index >= 0; index--) {
            if (mark.epoch().equals(lives.get(index).epoch())) {
                found = index;
                if (lives.get(index).floorNext() <= mark.next()) {
                    return index;
                }
            }
        }
        return found;
    }

    private Found unknown(Mark mark, long nowMillis) {
        String newest = lives.isEmpty() ? null : newest().epoch();
        boolean later = newest == null || mark.epoch().compareTo(newest) > 0;
        if (later && nowMillis - bornMillis(mark.epoch()) < UNHEARD_MILLIS) {
            return ahead(mark);
        }
        return lost(Gap.Reason.EPOCH, 0, mark);
    }

    private static long bornMillis(String epoch) {
        return epoch.length() < EPOCH_TIME_DIGITS ? 0 : Long.parseLong(epoch.substring(0, EPOCH_TIME_DIGITS), RADIX);
    }

    private Found find(Mark mark, int index) {
        TrailLife life = lives.get(index);
        int entry = life.lastBelow(mark.next());
        long before = entry < 0 ? life.floorNext() - 1 : life.sequence(entry);
        int check = entry < 0 ? life.floorCheck() : life.check(entry);
        boolean met = mark.check() == 0 || before == mark.next() - 1 && (check == 0 || check == mark.check());
        if (met) {
            return from(index, entry, entry < 0 ? life.start() : life.behind(entry), mark);
        }
        if (before < mark.next() - 1 && entry == life.size() - 1) {
            return index == lives.size() - 1 ? ahead(mark) : lost(reason(mark, index + 1), index + 1, mark);
        }
        Mark here = new Mark(mark.epoch(), mark.next(), 0); // others were shown something else at that place
        Found found = from(index, entry, entry < 0 ? life.start() : life.behind(entry), here);
        return new Found(found.until(), found.unseen(), false, Gap.Reason.EPOCH, here);
    }

    private Gap.Reason reason(Mark mark, int index) {
        return mark.epoch().equals(lives.get(index).epoch()) ? Gap.Reason.EXPIRED : Gap.Reason.EPOCH;
    }

    /** @param entry the last one that has been seen, -1 where none of that life has */
    private Found from(int index, int entry, long until, @Nullable Mark mark) {
        return new Found(until, unseen(index, entry + 1), false, null, mark);
    }

    private static Found ahead(Mark mark) {
        return new Found(0, Long.MAX_VALUE, true, null, mark);
    }

    private Found lost(Gap.Reason reason, int index, @Nullable Mark mark) {
        if (index >= lives.size()) {
            return new Found(0, Long.MAX_VALUE, false, reason, null);
        }
        TrailLife life = lives.get(index);
        Mark floor = life.floor();
        return new Found(life.start(), unseen(index, 0), false, reason, floor == null ? mark : floor);
    }

    private long unseen(int index, int entry) {
        if (index >= lives.size()) {
            return Long.MAX_VALUE;
        }
        long event = lives.get(index).firstEvent(entry);
        if (event >= 0) {
            return event;
        }
        return index + 1 < lives.size() ? lives.get(index + 1).marker() : Long.MAX_VALUE;
    }
}
