package io.dataprism.core.stream;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The receiving side of one stream. Never holds more than its window. What came before a failure is delivered before it.
 *
 * @param <P> what is carried
 */
public final class StreamReceiver<P> {

    private final long window;
    private final long leaseNanos;
    private final Deque<P> arrived = new ArrayDeque<>();
    private long expected;
    private long delivered;
    private long granted;
    private boolean heard;
    private boolean awaited;
    private boolean ended;
    private boolean closed;
    private long heardNanos;
    private @Nullable DataPrismException failure;

    /**
     * @param window the opening credit, at least 1: what may be on its way or waiting here at any time
     * @param lease how long the sender may be silent, once it is awaited or has been heard
     */
    public StreamReceiver(long window, Duration lease) {
        this.window = window;
        this.granted = window;
        this.leaseNanos = lease.toNanos();
    }

    /**
     * The sender has spoken. A payload that is not accepted remains the caller's.
     *
     * @return whether the frame was accepted; if not, the stream has failed or is closed: look at {@link #failure()}
     */
    public boolean on(StreamFrame.ToReceiver<P> frame, long nowNanos) {
        if (closed || ended || failure != null) {
            return false;
        }
        heard = true;
        heardNanos = nowNanos;
        return switch (frame) {
            case StreamFrame.Data<P> data -> onData(data);
            case StreamFrame.Alive<P> alive ->
                alive.sent() == expected
                        || violated("has sent " + alive.sent() + " batches, and " + expected + " have come");
            case StreamFrame.End<P> end -> onEnd(end);
            case StreamFrame.Failed<P> failed -> {
                failure = failed.problem();
                ended = true;
                yield true;
            }
        };
    }

    /** The sender is known to have begun: its lease runs from here, if it has not been heard yet. */
    public void await(long nowNanos) {
        if (!awaited && !heard) {
            awaited = true;
            heardNanos = nowNanos;
        }
    }

    /**
     * A part of a payload has come, whose whole will be told to {@link #on}. Counts as hearing the sender.
     *
     * @return whether that payload is the one expected, and within the credit; if not, the stream has failed or is closed
     */
    public boolean onPart(long sequence, long nowNanos) {
        if (closed || ended || failure != null) {
            return false;
        }
        heard = true;
        heardNanos = nowNanos;
        return mayCome(sequence);
    }

    private boolean mayCome(long sequence) {
        if (sequence != expected) {
            return violated("sent batch " + sequence + " where batch " + expected + " was expected");
        }
        return expected < granted || violated("sent batch " + expected + " with a credit of " + granted);
    }

    private boolean onData(StreamFrame.Data<P> data) {
        if (!mayCome(data.sequence())) {
            return false;
        }
        expected++;
        arrived.add(data.payload());
        return true;
    }

    private boolean onEnd(StreamFrame.End<P> end) {
        if (end.batches() != expected) {
            return violated("ended after " + end.batches() + " batches, and " + expected + " have come");
        }
        ended = true;
        return true;
    }

    /**
     * The sender has broken the rules in a way that its driver found.
     *
     * @param what the sender did, to follow "its sender"
     * @return false
     */
    public boolean violated(String what) {
        fail(new DataPrismException(
                ErrorCode.INTERNAL,
                "A stream of batches was broken: its sender " + what + ".",
                "Run the query again; if it happens often, look at the network between the nodes."));
        return false;
    }

    /** Takes the next payload; null where there is none now. */
    public @Nullable P poll() {
        P next = arrived.poll();
        if (next != null) {
            delivered++;
        }
        return next;
    }

    /** The total to grant, where half of the window or more has been delivered since the last grant. */
    public OptionalLong takeCredit() {
        long total = window + delivered;
        if (ended || closed || (total - granted) * 2 < window) {
            return OptionalLong.empty();
        }
        granted = total;
        return OptionalLong.of(total);
    }

    /** What to say at a tick of the clock. */
    public StreamFrame.Credit<P> heartbeat() {
        granted = window + delivered;
        return new StreamFrame.Credit<>(granted);
    }

    /** Whether the sender, once awaited or heard, has been silent for too long. */
    public boolean isExpired(long nowNanos) {
        return (awaited || heard) && !ended && nowNanos - heardNanos > leaseNanos;
    }

    /** Ends the stream with a failure of this side's finding. The first failure stays. */
    public void fail(DataPrismException problem) {
        if (failure == null && !closed) {
            failure = problem;
        }
    }

    /** Whether the sender has been heard at all. */
    public boolean isHeard() {
        return heard;
    }

    /** Whether the sender has said its last, and is to be told that it was heard. */
    public boolean isEnded() {
        return ended;
    }

    /** Whether nothing more will come and everything has been taken: now tell {@link #failure}, or the end. */
    public boolean isOver() {
        return (ended || failure != null) && arrived.isEmpty();
    }

    /** Why the stream failed, to be told once {@link #poll} answers null; or null. */
    public @Nullable DataPrismException failure() {
        return failure;
    }

    /** Closes, and gives back what has arrived and was not taken. */
    public List<P> close() {
        closed = true;
        List<P> left = new ArrayList<>(arrived);
        arrived.clear();
        return left;
    }
}
