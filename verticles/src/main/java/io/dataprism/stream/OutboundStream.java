package io.dataprism.stream;

import io.dataprism.bus.Replies;
import io.dataprism.core.stream.StreamFrame;
import io.dataprism.core.stream.StreamSender;
import io.dataprism.plugin.Batch;
import io.vertx.core.Context;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/**
 * The producer's side of one stream: passes the receiver's credit to the source as demand, and the source's batches to the
 * receiver. The source signals on any thread; all else happens on the endpoint's context.
 */
final class OutboundStream implements CoreSubscriber<Batch> {

    private final Context context;
    private final StreamSender<BatchParcel> sender;
    private final Consumer<StreamFrame<BatchParcel>> line;
    private final Runnable whenClosed;
    private @Nullable Subscription source;
    private boolean closed;

    OutboundStream(
            Context context,
            StreamSender<BatchParcel> sender,
            Consumer<StreamFrame<BatchParcel>> line,
            Runnable whenClosed) {
        this.context = context;
        this.sender = sender;
        this.line = line;
        this.whenClosed = whenClosed;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        context.runOnContext(go -> {
            source = subscription;
            if (closed) {
                subscription.cancel();
            } else {
                requestMore();
            }
        });
    }

    @Override
    public void onNext(Batch batch) {
        context.runOnContext(go -> {
            if (closed) {
                batch.close();
            } else {
                line.accept(sender.data(new BatchParcel(batch), batch.rowCount()));
            }
        });
    }

    @Override
    public void onError(Throwable failure) {
        context.runOnContext(go -> {
            if (!closed) {
                source = null;
                line.accept(sender.fail(Replies.toProblem(failure)));
            }
        });
    }

    @Override
    public void onComplete() {
        context.runOnContext(go -> {
            if (!closed) {
                source = null;
                line.accept(sender.end());
            }
        });
    }

    /** The receiver has spoken. On the endpoint's context. */
    void on(StreamFrame.ToSender<BatchParcel> frame, long nowNanos) {
        if (closed) {
            return;
        }
        sender.on(frame, nowNanos);
        if (sender.isClosed()) {
            close();
        } else {
            requestMore();
        }
    }

    /** A tick of the clock. On the endpoint's context. */
    void tick(long nowNanos) {
        if (closed) {
            return;
        }
        if (sender.isExpired(nowNanos)) {
            close();
        } else {
            line.accept(sender.heartbeat());
        }
    }

    /** Cancels the source and takes back what did not arrive. On the endpoint's context. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (source != null) {
            source.cancel();
        }
        sender.close().forEach(BatchParcel::discard);
        whenClosed.run();
    }

    private void requestMore() {
        long more = sender.takeDemand();
        if (more > 0 && source != null) {
            source.request(more);
        }
    }
}
