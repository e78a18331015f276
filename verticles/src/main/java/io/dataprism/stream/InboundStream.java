package io.dataprism.stream;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.stream.Piece;
import io.dataprism.core.stream.StreamFrame;
import io.dataprism.core.stream.StreamReceiver;
import io.dataprism.plugin.Batch;
import io.dataprism.sandbox.frame.ProtocolException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.arrow.memory.OutOfMemoryException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;

/**
 * The consumer's side of one stream. All of its state belongs to the context that opened it; calls from elsewhere hop there.
 * Delivers what is requested, grants credit for what was delivered, and holds no more than its window and one batch that is not
 * whole yet, which belongs to the window.
 */
final class InboundStream implements StreamEndpoint.Inbound, Publisher<Batch>, Subscription {

    private static final Duration SUBSCRIBE_LIMIT = Duration.ofSeconds(10);

    private final Context context;
    private final JsonObject descriptor;
    private final StreamReceiver<Batch> receiver;
    private final IncomingBatches pieces;
    private final Consumer<StreamFrame.ToSender<BatchParcel>> line;
    private final Runnable whenClosed;
    private final AtomicBoolean taken = new AtomicBoolean();
    private @Nullable Subscriber<? super Batch> subscriber;
    private @Nullable DataPrismException closedFor;
    private long demand;
    private long unclaimedUntilNanos;
    private boolean begun;
    private boolean delivering;
    private boolean closed;

    /**
     * @param unclaimedUntilNanos when it gives itself up, where nobody asks for the batches or sends any
     * @param line says something to the sender, from any thread, once the sender is known
     */
    InboundStream(
            Context context,
            JsonObject descriptor,
            StreamReceiver<Batch> receiver,
            IncomingBatches pieces,
            long unclaimedUntilNanos,
            Consumer<StreamFrame.ToSender<BatchParcel>> line,
            Runnable whenClosed) {
        this.context = context;
        this.descriptor = descriptor;
        this.receiver = receiver;
        this.pieces = pieces;
        this.unclaimedUntilNanos = unclaimedUntilNanos;
        this.line = line;
        this.whenClosed = whenClosed;
    }

    /** Of the consumer: what the batches come on. */
    Context context() {
        return context;
    }

    @Override
    public JsonObject descriptor() {
        return descriptor.copy();
    }

    @Override
    public Flux<Batch> batches() {
        here(() -> {
            long now = System.nanoTime();
            begin(now);
            receiver.await(now);
        });
        return Flux.from(this);
    }

    @Override
    public void abandon() {
        cancel();
    }

    @Override
    public void subscribe(Subscriber<? super Batch> newSubscriber) {
        if (!taken.compareAndSet(false, true)) {
            Flux.<Batch>error(
                            new IllegalStateException("A stream has one subscriber, and this one has its own already."))
                    .subscribe(newSubscriber);
            return;
        }
        here(() -> {
            boolean tooLate = closed;
            newSubscriber.onSubscribe(this);
            if (tooLate) {
                newSubscriber.onError(closedFor == null ? problem("was given up before it was read") : closedFor);
                return;
            }
            subscriber = newSubscriber;
            deliver();
        });
    }

    @Override
    public void request(long n) {
        here(() -> {
            if (n <= 0) {
                receiver.fail(new DataPrismException(
                        ErrorCode.REQUEST_INVALID, "The demand was " + n + ", at least 1 is legal.", "Request more."));
            } else {
                demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
            }
            deliver();
        });
    }

    @Override
    public void cancel() {
        here(() -> {
            if (!closed) {
                line.accept(new StreamFrame.Cancel<>());
                close();
            }
        });
    }

    /** The sender has spoken. From any thread. */
    void on(StreamFrame.ToReceiver<BatchParcel> frame, long nowNanos) {
        context.runOnContext(go -> {
            begin(nowNanos);
            answer(accept(frame, nowNanos));
        });
    }

    /** A piece of a batch has come from another node. From any thread. */
    void on(Piece piece, PieceBytes.Arrived bytes, long nowNanos) {
        context.runOnContext(go -> {
            begin(nowNanos);
            answer(acceptPiece(piece, bytes, nowNanos));
        });
    }

    /** All that there is has come, from this node. From any thread. */
    void onWhole(List<Batch> whole, long nowNanos) {
        context.runOnContext(go -> {
            begin(nowNanos);
            long sequence = 0;
            long rows = 0;
            for (Batch batch : whole) {
                rows += batch.rowCount();
                acceptBatch(sequence++, batch, nowNanos);
            }
            receiver.on(new StreamFrame.End<>(sequence, rows), nowNanos);
            deliver();
        });
    }

    /** Where the query was cancelled nobody wants what has arrived; else it is delivered before the failure is told. */
    private boolean isUnwanted() {
        DataPrismException failure = receiver.failure();
        return failure != null && failure.code() == ErrorCode.QUERY_NOT_FOUND && demand == 0 && subscriber != null;
    }

    private void answer(boolean accepted) {
        if (receiver.isEnded()) {
            line.accept(new StreamFrame.Done<>());
        } else if (!accepted) {
            pieces.close();
            line.accept(new StreamFrame.Cancel<>());
        }
        DataPrismException failure = receiver.failure();
        if (failure != null && isUnwanted()) {
            abort(failure);
        } else {
            deliver();
        }
    }

    private boolean accept(StreamFrame.ToReceiver<BatchParcel> frame, long nowNanos) {
        return switch (frame) {
            case StreamFrame.Data<BatchParcel> data -> {
                Batch batch = data.payload().take();
                yield batch != null && acceptBatch(data.sequence(), batch, nowNanos);
            }
            case StreamFrame.End<BatchParcel> end ->
                receiver.on(new StreamFrame.End<>(end.batches(), end.rows()), nowNanos);
            case StreamFrame.Failed<BatchParcel> failed ->
                receiver.on(new StreamFrame.Failed<>(failed.problem()), nowNanos);
            case StreamFrame.Alive<BatchParcel> alive -> receiver.on(new StreamFrame.Alive<>(alive.sent()), nowNanos);
        };
    }

    private boolean acceptPiece(Piece piece, PieceBytes.Arrived bytes, long nowNanos) {
        if (!receiver.onPart(piece.sequence(), nowNanos)) {
            return false;
        }
        try {
            Batch whole = pieces.add(piece, bytes);
            return whole == null || acceptBatch(piece.sequence(), whole, nowNanos);
        } catch (ProtocolException broken) {
            return receiver.violated("sent what cannot be read: " + broken.getMessage());
        } catch (OutOfMemoryException full) {
            receiver.fail(new DataPrismException(
                    ErrorCode.OVERLOADED,
                    "There is no memory here for a batch of " + piece.totalBytes() + " bytes.",
                    "Try again later, or read fewer results at once."));
            return false;
        }
    }

    private boolean acceptBatch(long sequence, Batch batch, long nowNanos) {
        boolean accepted = receiver.on(new StreamFrame.Data<>(sequence, batch), nowNanos);
        if (!accepted) {
            batch.close();
        }
        return accepted;
    }

    /** A tick of the clock; ends what is expired only where the tick came on time. From any thread. */
    void tick(long nowNanos, boolean onTime) {
        context.runOnContext(go -> {
            if (closed) {
                return;
            }
            DataPrismException failure = receiver.failure();
            if (failure != null && demand == 0 && subscriber != null) {
                abort(failure); // what has arrived waits for a demand that does not come
            } else if (!taken.get() && nowNanos - unclaimedUntilNanos > 0) {
                abort(problem("was not read in time"));
            } else if (onTime && receiver.isExpired(nowNanos)) {
                fail(new DataPrismException(
                        ErrorCode.INTERNAL,
                        "A stream of batches broke off: its sender has not been heard for longer than its lease.",
                        "Run the query again; its node may have been lost."));
            } else if (receiver.isHeard() && !receiver.isEnded()) {
                line.accept(new StreamFrame.Credit<>(receiver.heartbeat().total()));
            }
        });
    }

    /** Ends the stream with a failure of this side's finding, after what has arrived. From any thread. */
    void fail(DataPrismException problem) {
        here(() -> {
            receiver.fail(problem);
            deliver();
        });
    }

    /** Ends the stream with a failure now; what has arrived is let go of. From any thread. */
    void abort(DataPrismException problem) {
        here(() -> {
            if (closed) {
                return;
            }
            closedFor = problem;
            line.accept(new StreamFrame.Cancel<>());
            letGo();
            if (subscriber != null) {
                subscriber.onError(problem);
            }
            whenClosed.run();
        });
    }

    private static DataPrismException problem(String what) {
        return new DataPrismException(
                ErrorCode.QUERY_TIMEOUT,
                "A stream of batches " + what + ".",
                "Read a result within " + SUBSCRIBE_LIMIT.toSeconds() + " s of its beginning.");
    }

    /** The request has been answered, or the sender has been heard. */
    private void begin(long nowNanos) {
        if (!begun) {
            begun = true;
            unclaimedUntilNanos = nowNanos + SUBSCRIBE_LIMIT.toNanos();
        }
    }

    private void deliver() {
        Subscriber<? super Batch> to = subscriber;
        if (delivering || to == null) {
            return;
        }
        delivering = true;
        try {
            while (!closed && demand > 0) {
                Batch next = receiver.poll();
                if (next == null) {
                    break;
                }
                demand = demand == Long.MAX_VALUE ? demand : demand - 1;
                to.onNext(next);
                receiver.takeCredit().ifPresent(total -> line.accept(new StreamFrame.Credit<>(total)));
            }
        } finally {
            delivering = false;
        }
        if (!closed && receiver.isOver()) {
            finish(to);
        }
    }

    private void finish(Subscriber<? super Batch> to) {
        DataPrismException failure = receiver.failure();
        if (!receiver.isEnded()) {
            line.accept(new StreamFrame.Cancel<>());
        }
        close();
        if (failure == null) {
            to.onComplete();
        } else {
            to.onError(failure);
        }
    }

    private void close() {
        if (!closed) {
            letGo();
            whenClosed.run();
        }
    }

    private void letGo() {
        closed = true;
        receiver.close().forEach(Batch::close);
        pieces.close();
    }

    /** Now, where this context is the current one; else in its turn. */
    private void here(Runnable task) {
        if (Vertx.currentContext() == context) {
            task.run();
        } else {
            context.runOnContext(go -> task.run());
        }
    }
}
