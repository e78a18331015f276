package io.dataprism.core.event;

import io.dataprism.core.error.DataPrismException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The events that a node can show: its own ({@link LocalEventLog}), or those of all nodes of a cluster. Each topic belongs to one of
 * {@value #SHARDS} shards, which numbers its events; a node keeps all shards in one order, which every reader on it sees. Nodes of a
 * cluster agree on the order within a shard, not between shards.
 *
 * <p>A reader is a position, not a queue: it asks for the page behind its position when it has room for it, and there is no other way to
 * get an event. So there is nothing to splice between replay and live, and no reader costs the log anything. Positions are this node's
 * alone; cursors are good on any.
 *
 * <p>Thread-safe. When a limit is passed, the oldest events go.
 */
public interface EventLog extends AutoCloseable {

    /** The number of shards; a cursor names a position in each. */
    int SHARDS = 8;

    /** The shard that a topic belongs to. */
    static int shardOf(Topic topic) {
        return Math.floorMod(topic.hashCode(), SHARDS);
    }

    /**
     * What is kept at most, over all shards.
     *
     * @param eventBytes of the data of one event; at most {@link #EVENT_BYTES_MOST}
     */
    record Limits(int events, long bytes, Duration age, int eventBytes) {

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
    record Page(
            long position,
            List<StoredEvent> events,
            @Nullable String trimmed,
            Gap.@Nullable Reason reason) {}

    /**
     * Where a reader begins.
     *
     * @param cursor the reader's cursor before it has read anything
     * @param gap what it must be told first
     * @param seen what it has seen of what lies behind the position, since another node showed it in another order; null: nothing
     */
    record Place(
            long position,
            String cursor,
            @Nullable Gap gap,
            @Nullable SeenEvents seen) {

        /** Of a reader that has seen nothing behind that position. */
        public Place(long position, String cursor, @Nullable Gap gap) {
            this(position, cursor, gap, null);
        }
    }

    /**
     * How what keeps the events keeps up, be it a disk or other nodes; all 0 where they are in this memory alone.
     *
     * @param waiting events that wait to be kept
     * @param refused events that were not taken, because too many waited or they could not be kept, since the start
     * @param bytes what lies on the disk
     */
    record Disk(int waiting, long refused, long bytes) {}

    /** This life of the log. */
    String epoch();

    /** Whether events outlive the process. */
    boolean isDurable();

    /** Is told, on the thread that appended, that there are events to read: once for each group. It must not block. */
    void onAppended(Runnable listener);

    /**
     * Appends an event, without waiting.
     *
     * @param source who publishes it, a URI reference
     * @param dataJson one JSON value, UTF-8, on one line, not to be changed any more; fails at once with
     *     {@code PAYLOAD_TOO_LARGE} above {@link Limits#eventBytes()}
     * @return the event, once it is kept wherever it is kept, and readers on this node see it; {@code OVERLOADED} where too many wait or
     *     the disk fails, {@code DRAINING} where the log was closed, {@code NO_MAJORITY} where too few nodes are seen, and then it is not
     *     in the log; {@code NODE_LOST} where it cannot be found out whether it is
     */
    CompletableFuture<StoredEvent> publish(Topic topic, String source, byte[] dataJson);

    /** As {@link #publish}, and waits, so never on an event loop unless the log is in this memory alone. */
    default StoredEvent append(Topic topic, String source, byte[] dataJson) {
        return await(publish(topic, source, dataJson));
    }

    /** What is kept at most. */
    Limits limits();

    /** At most {@code maxEvents} events from a position on; none where the reader has caught up. */
    Page read(long position, int maxEvents);

    /** Where a reader begins; fails with {@code REQUEST_INVALID} for a malformed cursor. */
    Place place(Start start);

    /** The place behind the newest event. */
    Place head();

    /** How many events lie between a position and the head. */
    long lag(long position);

    /** Whether what follows that position has been trimmed already. */
    boolean isTrimmed(long position);

    /** The number of events that are kept. */
    long size();

    /** What they weigh, roughly. */
    long weightBytes();

    /** How what keeps the events keeps up. */
    Disk diskState();

    /**
     * Forgets all events, without waiting; cursors into them get a gap.
     *
     * @return done, once they are gone from wherever they are kept; {@code OVERLOADED} where it fails, and then they are still there
     */
    CompletableFuture<Void> forget();

    /** As {@link #forget}, and waits, so never on an event loop. */
    default void clear() {
        await(forget());
    }

    /** Forgets what is too old now. Reading and appending do so too; this is for logs that nobody touches. */
    void expire();

    /** Takes no more events, and waits at most 10 s for those that were taken. Nothing to do where the log is in this memory alone. */
    @Override
    void close() throws IOException;

    private static <T extends @Nullable Object> T await(CompletableFuture<T> done) {
        try {
            return done.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof DataPrismException failure ? failure : e;
        }
    }
}
