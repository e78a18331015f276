package io.dataprism.gateway;

import io.dataprism.bus.Replies;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.format.ByteSink;
import io.dataprism.core.format.ResultFormat;
import io.dataprism.core.format.ResultWriter;
import io.dataprism.plugin.Batch;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/**
 * Writes batches to a response as fast as the client reads and no faster: one batch is asked for at a time, only while the
 * response's write queue has room, and formatted in slices with a look at the queue between them. A client that goes away
 * cancels the source. Owned by the request's event loop; signals from other threads hop there.
 */
final class ResultAnswer extends BaseSubscriber<Batch> {

    private static final Logger LOG = LoggerFactory.getLogger(ResultAnswer.class);
    private static final int SLICE_BYTES = 64 * 1024;
    private static final int SLICES_PER_TURN = 8;

    private final RoutingContext routing;
    private final HttpServerResponse response;
    private final ContextInternal context;
    private final ResultFormat format;
    private final ResultWriter writer;
    private final ByteSink sink = new ByteSink(SLICE_BYTES + SLICE_BYTES / 4);
    private final @Nullable GzipStream gzip;
    private final Runnable onEnd;

    private @Nullable Batch current;
    private int nextRow;
    private boolean asked;
    private boolean headWritten;
    private boolean sourceEnded;
    private @Nullable Throwable sourceFailure;
    private boolean over;

    /**
     * @param onEnd runs once, when the answer is over in whatever way
     */
    ResultAnswer(RoutingContext routing, ResultFormat format, ResultWriter writer, Runnable onEnd) {
        this.routing = routing;
        this.response = routing.response();
        this.context = (ContextInternal) Vertx.currentContext();
        this.format = format;
        this.writer = writer;
        this.onEnd = onEnd;
        boolean packable = format != ResultFormat.ARROW_STREAM && format != ResultFormat.SERVER_SENT_EVENTS;
        this.gzip = packable && MediaTypes.takesGzip(routing.request().getHeader(HttpHeaders.ACCEPT_ENCODING))
                ? new GzipStream()
                : null;
    }

    /** Starts the answer. Call on the request's context. */
    void answer(Flux<Batch> batches) {
        response.exceptionHandler(failure -> abandon());
        response.closeHandler(v -> abandon());
        response.drainHandler(v -> advance());
        if (response.closed()) {
            over = true;
            closeGzip();
            onEnd.run();
            batches.subscribe(Batch::close).dispose();
            return;
        }
        batches.subscribe(this);
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        onLoop(this::advance);
    }

    @Override
    protected void hookOnNext(Batch batch) {
        onLoop(() -> {
            if (over) {
                batch.close();
                return;
            }
            asked = false;
            current = batch;
            nextRow = 0;
            advance();
        });
    }

    @Override
    protected void hookOnComplete() {
        onLoop(() -> {
            sourceEnded = true;
            advance();
        });
    }

    @Override
    protected void hookOnError(Throwable failure) {
        onLoop(() -> {
            sourceEnded = true;
            sourceFailure = failure;
            advance();
        });
    }

    private void onLoop(Runnable action) {
        Context here = Vertx.currentContext();
        if (here == context && context.isRunningOnContext()) {
            action.run();
        } else {
            context.runOnContext(v -> action.run());
        }
    }

    /** The one place that moves the answer on. */
    private void advance() {
        try {
            for (int slice = 0; !over; slice++) {
                if (response.closed()) {
                    abandon();
                    return;
                }
                Batch batch = current;
                if (batch == null) {
                    whenNothingIsAtHand();
                    return;
                }
                if (response.writeQueueFull()) {
                    return; // the drain handler goes on
                }
                if (slice == SLICES_PER_TURN) {
                    context.runOnContext(v -> advance());
                    return;
                }
                writeSlice(batch);
            }
        } catch (RuntimeException unforeseen) {
            cancel();
            fail(unforeseen);
        }
    }

    private void whenNothingIsAtHand() {
        if (sourceFailure != null) {
            fail(sourceFailure);
        } else if (sourceEnded) {
            finish();
        } else if (!asked && !response.writeQueueFull()) {
            asked = true;
            request(1);
        }
    }

    private void writeSlice(Batch batch) {
        begin();
        nextRow = writer.rows(sink, batch, nextRow, SLICE_BYTES);
        if (nextRow >= batch.rowCount()) {
            current = null;
            batch.close();
        }
        flush(false);
        if (!writer.wantsMore()) {
            cancel();
            finish();
        }
    }

    private void begin() {
        if (headWritten) {
            return;
        }
        headWritten = true;
        response.setStatusCode(200).setChunked(true);
        String charset = format == ResultFormat.CSV ? "; charset=utf-8; header=present" : "";
        response.putHeader(HttpHeaders.CONTENT_TYPE, format.mediaType() + charset);
        response.putHeader(HttpHeaders.VARY, "accept, accept-encoding");
        if (gzip != null) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
        }
        writer.begin(sink);
        if (!routing.request().isEnded()) {
            routing.request().resume();
        }
    }

    private void flush(boolean last) {
        if (gzip != null) {
            gzip.pack(sink, last);
            if (last) {
                gzip.close();
            }
        }
        if (sink.size() > 0) {
            response.write(BufferInternal.buffer(Unpooled.wrappedBuffer(sink.take())));
        }
    }

    private void finish() {
        begin();
        writer.end(sink);
        flush(true);
        over();
        response.end();
    }

    private void fail(Throwable failure) {
        if (over) {
            return;
        }
        DataPrismException problem = Replies.toProblem(failure);
        over();
        if (!headWritten) {
            closeGzip();
            Answers.problem(routing, problem);
        } else if (writer.failure(sink, problem.toJson())) {
            flush(true);
            response.end();
        } else {
            LOG.info("An answer was broken off: {} {}", problem.code(), problem.detail());
            closeGzip();
            response.reset();
        }
    }

    private void abandon() {
        if (!over) {
            over();
            closeGzip();
            cancel();
        }
    }

    private void closeGzip() {
        if (gzip != null) {
            gzip.close();
        }
    }

    private void over() {
        over = true;
        Batch left = current;
        current = null;
        if (left != null) {
            left.close();
        }
        onEnd.run();
    }
}
