package io.dataprism.core.stream;

import io.dataprism.core.error.DataPrismException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sending side of one stream.
 *
 * <p>{@code sending -> ending -> closed}: it ends when {@link #end} or {@link #fail} is called and is closed when the receiver has said that it has
 * all, has cancelled, or has been silent for the length of the lease.
 *
 * @param <P> what is carried
 */
public final class StreamSender<P> {

    private enum State {
        SENDING,
        ENDING,
        CLOSED
    }

    private final long openingCredit;
    private final long leaseNanos;
    private final Deque<P> unacknowledged = new ArrayDeque<>();
    private State state = State.SENDING;
    private long credit;
    private long requested;
    private long sent;
    private long acknowledged;
    private long rows;
    private long heardNanos;
    private @Nullable DataPrismException failure;

    /**
     * @param openingCredit what the receiver lent, at least 1
     * @param lease how long the receiver may be silent
     * @param nowNanos of any clock that never goes back; the same for all calls
     */
    public StreamSender(long openingCredit, Duration lease, long nowNanos) {
        this.openingCredit = openingCredit;
        this.credit = openingCredit;
        this.leaseNanos = lease.toNanos();
        this.heardNanos = nowNanos;
    }

    /** How many more to ask of the source: each unit of credit is asked for once. */
    public long takeDemand() {
        if (state != State.SENDING) {
            return 0;
        }
        long more = credit - requested;
        requested = credit;
        return more;
    }

    /**
     * Numbers a payload, which is then this side's to reclaim until it is acknowledged.
     *
     * @throws IllegalStateException beyond the credit, or after the end
     */
    public StreamFrame.Data<P> data(P payload, long payloadRows) {
        if (state != State.SENDING || sent >= credit) {
            throw new IllegalStateException("Batch " + sent + " may not be sent: the credit is " + credit
                    + " and the stream is " + state + ".");
        }
        unacknowledged.add(payload);
        rows += payloadRows;
        return new StreamFrame.Data<>(sent++, payload);
    }

    /** The source is at its end. */
    public StreamFrame.End<P> end() {
        if (state == State.SENDING) {
            state = State.ENDING;
        }
        return new StreamFrame.End<>(sent, rows);
    }

    /**
     * The source has failed, or what it gave cannot be sent after all. The first failure stays, and is said in place of an end that
     * has not come through yet.
     */
    public StreamFrame.Failed<P> fail(DataPrismException problem) {
        DataPrismException first = failure == null ? problem : failure;
        if (state != State.CLOSED) {
            state = State.ENDING;
            failure = first;
        }
        return new StreamFrame.Failed<>(first);
    }

    /** What to say at a tick of the clock, to keep the receiver's lease and to repeat what may be lost. */
    public StreamFrame.ToReceiver<P> heartbeat() {
        if (failure != null) {
            return new StreamFrame.Failed<>(failure);
        }
        return state == State.ENDING ? new StreamFrame.End<>(sent, rows) : new StreamFrame.Alive<>(sent);
    }

    /** The receiver has spoken. Afterwards look at {@link #takeDemand} and {@link #isClosed}. */
    public void on(StreamFrame.ToSender<P> frame, long nowNanos) {
        heardNanos = nowNanos;
        switch (frame) {
            case StreamFrame.Credit<P> granted -> acknowledge(granted.total());
            case StreamFrame.Cancel<P> cancel -> state = State.CLOSED;
            case StreamFrame.Done<P> done -> state = State.CLOSED;
        }
    }

    private void acknowledge(long total) {
        if (total <= credit || total > openingCredit + sent) {
            return;
        }
        credit = total;
        while (acknowledged < total - openingCredit) {
            unacknowledged.remove();
            acknowledged++;
        }
    }

    /** Whether the receiver has been silent for too long. */
    public boolean isExpired(long nowNanos) {
        return nowNanos - heardNanos > leaseNanos;
    }

    /** Whether nothing more is to be said. */
    public boolean isClosed() {
        return state == State.CLOSED;
    }

    /** Closes, and gives back every payload that is not known to be delivered; the receiver may have taken it all the same. */
    public List<P> close() {
        state = State.CLOSED;
        List<P> left = new ArrayList<>(unacknowledged);
        unacknowledged.clear();
        return left;
    }
}
