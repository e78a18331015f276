package io.dataprism.cluster.event;

import io.dataprism.core.event.ClusterCursor;
import io.dataprism.core.event.ClusterCursor.Mark;
import io.dataprism.core.event.EventLog;
import io.dataprism.core.event.Gap;
import io.dataprism.core.event.SeenEvents;
import io.dataprism.core.event.StoredEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the reader of a cursor has seen, shard by shard. */
final class SeenElsewhere implements SeenEvents {

    private static final long AHEAD = Long.MAX_VALUE;

    private final @Nullable Mark[] marks = new @Nullable Mark[EventLog.SHARDS];
    private final long[] until = new long[EventLog.SHARDS];
    private Gap.@Nullable Reason loss;

    SeenElsewhere(List<ShardTrail.Found> shards) {
        for (int shard = 0; shard < until.length; shard++) {
            ShardTrail.Found found = shards.get(shard);
            marks[shard] = found.mark();
            until[shard] = found.ahead() ? AHEAD : found.until();
        }
    }

    @Override
    public boolean has(StoredEvent event) {
        int shard = EventLog.shardOf(event.topic());
        return until[shard] == AHEAD ? hasAhead(shard, event) : event.position() < until[shard];
    }

    private boolean hasAhead(int shard, StoredEvent event) {
        Mark seen = marks[shard];
        Mark here = ClusterCursor.parse(event.cursor()).marks().get(shard);
        if (seen == null || here == null) {
            return false;
        }
        int later = here.epoch().compareTo(seen.epoch());
        if (later < 0 || later == 0 && here.next() < seen.next()) {
            return true;
        }
        boolean same = later == 0 && here.next() == seen.next();
        if (same && (seen.check() == 0 || seen.check() == here.check())) {
            until[shard] = event.position() + 1;
            return true;
        }
        if (later > 0 || seen.check() != 0) {
            loss = Gap.Reason.EPOCH;
        }
        marks[shard] = new Mark(here.epoch(), here.next() - 1, 0);
        until[shard] = event.position();
        return false;
    }

    @Override
    public Gap.@Nullable Reason takeLoss() {
        Gap.Reason taken = loss;
        loss = null;
        return taken;
    }

    @Override
    public String cursor(String shared, long position) {
        List<@Nullable Mark> others = ClusterCursor.parse(shared).marks();
        ClusterCursor.Writer writer = new ClusterCursor.Writer();
        for (int shard = 0; shard < until.length; shard++) {
            // at the very position both mean the same, unless the shared cursor is that behind the next event
            writer.put(shard, until[shard] >= position ? marks[shard] : others.get(shard));
        }
        return writer.text();
    }

    @Override
    public boolean isPast(long position) {
        for (long each : until) {
            if (each > position) {
                return false;
            }
        }
        return true;
    }
}
