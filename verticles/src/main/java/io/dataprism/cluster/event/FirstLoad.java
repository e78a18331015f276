package io.dataprism.cluster.event;

import io.dataprism.core.event.EventLog;
import java.util.ArrayList;
import java.util.List;

/**
 * What lay in all rings when this node began to read them, until it is whole: then it is shown as one history, by time, with the order of
 * each shard kept. On the ring thread.
 */
final class FirstLoad {

    private final EventMemory memory;
    private final List<List<TailEntry>> shards = new ArrayList<>();
    private int missing = EventLog.SHARDS;

    FirstLoad(EventMemory memory) {
        this.memory = memory;
        for (int shard = 0; shard < EventLog.SHARDS; shard++) {
            shards.add(List.of());
        }
    }

    /** A shard has been read; whether it was the last, and all is shown. */
    boolean read(int shard, List<TailEntry> entries) {
        shards.set(shard, entries);
        missing--;
        if (missing > 0) {
            return false;
        }
        show();
        return true;
    }

    private void show() {
        int[] at = new int[shards.size()];
        for (int shard = 0; shard < at.length; shard++) {
            at[shard] = passForgotten(shard);
        }
        for (int oldest = oldest(at); oldest >= 0; oldest = oldest(at)) {
            show(oldest, shards.get(oldest).get(at[oldest]++));
        }
    }

    /** Where a shard goes on behind the last deletion. */
    private int passForgotten(int shard) {
        List<TailEntry> entries = shards.get(shard);
        int begin = 0;
        for (int i = 0; i < entries.size(); i++) {
            begin = entries.get(i) instanceof TailEntry.Cleared ? i + 1 : begin;
        }
        for (TailEntry entry : entries.subList(0, begin)) {
            if (entry instanceof TailEntry.Shown passed) {
                memory.pass(shard, passed);
            }
        }
        return begin;
    }

    private void show(int shard, TailEntry entry) {
        switch (entry) {
            case TailEntry.Shown shown -> memory.show(shard, shown);
            case TailEntry.Again again -> memory.again(shard, again);
            case TailEntry.Cleared cleared -> throw new IllegalStateException("A deletion was not passed.");
        }
    }

    /** The shard whose next entry is the oldest; -1: all are through. */
    private int oldest(int[] at) {
        int found = -1;
        long foundMillis = Long.MAX_VALUE;
        for (int shard = 0; shard < at.length; shard++) {
            List<TailEntry> entries = shards.get(shard);
            if (at[shard] == entries.size()) {
                continue;
            }
            long millis = entries.get(at[shard]) instanceof TailEntry.Shown shown
                    ? shown.item().timeMillis()
                    : 0;
            if (found < 0 || millis < foundMillis) {
                found = shard;
                foundMillis = millis;
            }
        }
        return found;
    }
}
