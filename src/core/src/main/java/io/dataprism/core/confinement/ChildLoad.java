package io.dataprism.core.confinement;

import io.dataprism.plugin.Batch;
import io.dataprism.sandbox.frame.Exchange;
import io.dataprism.sandbox.frame.Frame;
import io.dataprism.sandbox.frame.FrameType;
import io.dataprism.sandbox.frame.Json;
import io.dataprism.sandbox.frame.Link;
import io.dataprism.sandbox.frame.ProtocolException;
import io.dataprism.sandbox.stream.BatchStreams;
import io.dataprism.sandbox.stream.IncomingBatches;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A table that a child loads, as the host sees it: batches come in within the credit that the door gives, one answer goes out.
 * Batches are copied out of the child's reach and validated before the door sees them.
 */
final class ChildLoad implements Exchange {

    private final Link link;
    private final long id;
    private final Function<Throwable, Frame> failure;
    private final Function<byte[], Throwable> failureOfChild;
    private final Runnable whenOver;
    private final IncomingBatches batches;
    private final Disposable.Swap loading = Disposables.swap();
    private final AtomicBoolean over = new AtomicBoolean();

    /**
     * @param failure a failure of the host's as a frame
     * @param failureOfChild what the child says went wrong with its batches
     */
    ChildLoad(
            Link link,
            long id,
            Executor signals,
            BatchStreams streams,
            Function<Throwable, Frame> failure,
            Function<byte[], Throwable> failureOfChild,
            Runnable whenOver) {
        this.link = link;
        this.id = id;
        this.failure = failure;
        this.failureOfChild = failureOfChild;
        this.whenOver = whenOver;
        this.batches = streams.incoming(id, signals, () -> link.send(Frame.of(FrameType.CANCEL, id)));
    }

    /** What the child sends; one subscriber. */
    Flux<Batch> batches() {
        return Flux.from(batches.batches());
    }

    /** Waits for the load, and answers. */
    void start(Mono<Object> load) {
        loading.update(load.subscribe(
                table -> last(new Frame(FrameType.RESULT, id, Json.encode(table))),
                reason -> last(failure.apply(reason))));
    }

    @Override
    public void onFrame(Frame frame) {
        if (frame.type() == FrameType.CANCEL) {
            onLinkEnded(new ProtocolException("cancelled"));
        } else {
            batches.onFrame(frame, failureOfChild);
        }
    }

    @Override
    public void onLinkEnded(Throwable reason) {
        if (finish()) {
            // first the batches, so that the load fails and forgets what it has written
            batches.fail(reason);
            loading.dispose();
        }
    }

    private void last(Frame frame) {
        if (finish()) {
            batches.release();
            link.send(frame);
        }
    }

    private boolean finish() {
        if (!over.compareAndSet(false, true)) {
            return false;
        }
        link.forget(id);
        whenOver.run();
        return true;
    }
}
