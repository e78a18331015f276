package io.dataprism.stream;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.stream.StreamFrame;
import io.dataprism.core.stream.StreamReceiver;
import io.dataprism.plugin.Batch;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;

/**
 * The consumer's side of one stream. All of its state belongs to the context that opened it; calls from elsewhere hop there.
 * Delivers what is requested, grants credit for what was delivered, and holds no more than its window.
 */
final class InboundStream implements StreamEndpoint.Inbound, Publisher<Batch>, Subscription {

    private static final Duration SUBSCRIBE_LIMIT = Duration.ofSeconds(10);

    private final Context context;
    private final JsonObject descriptor;
    private final StreamReceiver<Batch> receiver;
    private final Consumer<StreamFrame<BatchParcel>> line;
    private final Runnable whenClosed;
    private final AtomicBoolean taken = new AtomicBoolean();
    private @Nullable Subscriber<? super Batch> subscriber;
    private long demand;
    private long heardNanos;
    private boolean delivering;
    private boolean closed;

    /**
     * @param line says something to the sender, from any thread, once the sender is known
     */
    InboundStream(
            Context context,
            JsonObject descriptor,
            StreamReceiver<Batch> receiver,
            Consumer<StreamFrame<BatchParcel>> line,
            Runnable whenClosed) {
        this.context = context;
        this.descriptor = descriptor;
        this.receiver = receiver;
        this.line = line;
        this.whenClosed = whenClosed;
    }

    @Override
    public JsonObject descriptor() {
        return descriptor.copy();
    }

    @Override
    public Flux<Batch> batches() {
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
            newSubscriber.onSubscribe(this);
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
            heardNanos = receiver.isHeard() ? heardNanos : nowNanos;
            boolean accepted = accept(frame, nowNanos);
            if (receiver.isEnded()) {
                line.accept(new StreamFrame.Done<>());
            } else if (!accepted) {
                line.accept(new StreamFrame.Cancel<>());
            }
            deliver();
        });
    }

    private boolean accept(StreamFrame.ToReceiver<BatchParcel> frame, long nowNanos) {
        return switch (frame) {
            case StreamFrame.Data<BatchParcel> data -> acceptBatch(data, nowNanos);
            case StreamFrame.End<BatchParcel> end ->
                receiver.on(new StreamFrame.End<>(end.batches(), end.rows()), nowNanos);
            case StreamFrame.Failed<BatchParcel> failed ->
                receiver.on(new StreamFrame.Failed<>(failed.problem()), nowNanos);
            case StreamFrame.Alive<BatchParcel> alive -> receiver.on(new StreamFrame.Alive<>(alive.sent()), nowNanos);
        };
    }

    private boolean acceptBatch(StreamFrame.Data<BatchParcel> data, long nowNanos) {
        Batch batch = data.payload().take();
        if (batch == null) {
            return false;
        }
        boolean accepted = receiver.on(new StreamFrame.Data<>(data.sequence(), batch), nowNanos);
        if (!accepted) {
            batch.close();
        }
        return accepted;
    }

    /** A tick of the clock. From any thread. */
    void tick(long nowNanos) {
        context.runOnContext(go -> {
            if (closed || !receiver.isHeard()) {
                return;
            }
            if (!taken.get() && nowNanos - heardNanos > SUBSCRIBE_LIMIT.toNanos()) {
                cancel();
            } else if (receiver.isExpired(nowNanos)) {
                fail(new DataPrismException(
                        ErrorCode.INTERNAL,
                        "A stream of batches broke off: its sender has not been heard for longer than its lease.",
                        "Run the query again; its node may have been lost."));
            } else if (!receiver.isEnded()) {
                line.accept(new StreamFrame.Credit<>(receiver.heartbeat().total()));
            }
        });
    }

    /** Ends the stream with a failure of this side's finding. From any thread. */
    void fail(DataPrismException problem) {
        here(() -> {
            receiver.fail(problem);
            deliver();
        });
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
            closed = true;
            receiver.close().forEach(Batch::close);
            whenClosed.run();
        }
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
