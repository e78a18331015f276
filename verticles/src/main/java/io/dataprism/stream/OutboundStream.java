package io.dataprism.stream;

import io.dataprism.bus.Replies;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.stream.StreamFrame;
import io.dataprism.core.stream.StreamSender;
import io.dataprism.plugin.Batch;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/**
 * The producer's side of one stream: passes the receiver's credit to the source as demand, and the source's batches to the
 * receiver. The source signals on any thread; all else happens on one context: the endpoint's, or within a node the consumer's.
 */
final class OutboundStream implements CoreSubscriber<Batch> {

    private final Context context;
    private final StreamSender<BatchParcel> sender;
    private final Consumer<StreamFrame.ToReceiver<BatchParcel>> line;
    private final Runnable whenClosed;
    private @Nullable Subscription source;
    private boolean over;
    private boolean closed;

    OutboundStream(
            Context context,
            StreamSender<BatchParcel> sender,
            Consumer<StreamFrame.ToReceiver<BatchParcel>> line,
            Runnable whenClosed) {
        this.context = context;
        this.sender = sender;
        this.line = line;
        this.whenClosed = whenClosed;
    }

    /** Makes this node known to the receiver, so that a cancel before the first batch finds its way. From any thread. */
    void begin() {
        here(() -> {
            if (!closed) {
                line.accept(sender.heartbeat());
            }
        });
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        context.runOnContext(go -> {
            source = subscription;
            if (closed || over) {
                subscription.cancel();
            } else {
                requestMore();
            }
        });
    }

    @Override
    public void onNext(Batch batch) {
        context.runOnContext(go -> {
            if (closed || over) {
                batch.close();
                return;
            }
            int rows = batch.rowCount();
            BatchParcel parcel = new BatchParcel(batch);
            StreamFrame.Data<BatchParcel> data;
            try {
                data = sender.data(parcel, rows);
            } catch (IllegalStateException beyondCredit) {
                parcel.discard();
                refuse(new DataPrismException(
                        ErrorCode.INTERNAL,
                        "A source of batches gave more than was asked for: " + beyondCredit.getMessage(),
                        "Report it: the source breaks the rules of reactive streams."));
                return;
            }
            line.accept(data);
        });
    }

    @Override
    public void onError(Throwable failure) {
        context.runOnContext(go -> {
            if (!closed && !over) {
                over = true;
                source = null;
                line.accept(sender.fail(Replies.toProblem(failure)));
            }
        });
    }

    @Override
    public void onComplete() {
        context.runOnContext(go -> {
            if (!closed && !over) {
                over = true;
                source = null;
                line.accept(sender.end());
            }
        });
    }

    /** What the source gave cannot be sent: the receiver is told, after what was sent before. On the endpoint's context. */
    void refuse(DataPrismException problem) {
        if (closed) {
            return;
        }
        over = true;
        if (source != null) {
            source.cancel();
            source = null;
        }
        line.accept(sender.fail(problem));
    }

    /** The receiver has spoken. From any thread. */
    void on(StreamFrame.ToSender<BatchParcel> frame, long nowNanos) {
        here(() -> {
            if (closed) {
                return;
            }
            sender.on(frame, nowNanos);
            if (sender.isClosed()) {
                end();
            } else {
                requestMore();
            }
        });
    }

    /** A tick of the clock; ends what is expired only where the tick came on time. From any thread. */
    void tick(long nowNanos, boolean onTime) {
        here(() -> {
            if (closed) {
                return;
            }
            if (onTime && sender.isExpired(nowNanos)) {
                end();
            } else {
                line.accept(sender.heartbeat());
            }
        });
    }

    /** Cancels the source and takes back what did not arrive. From any thread. */
    void close() {
        here(this::end);
    }

    private void end() {
        if (closed) {
            return;
        }
        closed = true;
        if (source != null) {
            source.cancel();
        }
        whenClosed.run();
        sender.close().forEach(BatchParcel::discard);
    }

    /** Now, where this context is the current one; else in its turn. */
    private void here(Runnable task) {
        if (Vertx.currentContext() == context) {
            task.run();
        } else {
            context.runOnContext(go -> task.run());
        }
    }

    private void requestMore() {
        long more = sender.takeDemand();
        if (more > 0 && source != null) {
            source.request(more);
        }
    }
}
