package io.dataprism.core.event;

import org.jspecify.annotations.Nullable;

/**
 * What a reader that comes from another node has seen already of what this node shows behind its position: nodes agree on the order of
 * events within a shard, not between shards. Belongs to one reader, which asks of the events in their order, each once.
 */
public interface SeenEvents {

    /** Whether the reader has seen that event. */
    boolean has(StoredEvent event);

    /**
     * Why what the reader was shown before the event asked of last is not what this node has there: something in between may have been
     * lost. Null, as a rule: it is. Told once.
     */
    Gap.@Nullable Reason takeLoss();

    /**
     * A cursor behind all that the reader has seen.
     *
     * @param shared a cursor of the log, as readers have it who have seen nothing else
     * @param position of that cursor
     */
    String cursor(String shared, long position);

    /** Whether the reader has seen nothing from that position on, so that the log's own cursors are its cursors from there. */
    boolean isPast(long position);
}
