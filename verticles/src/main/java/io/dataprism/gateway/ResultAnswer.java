package io.dataprism.gateway;

import io.dataprism.bus.Replies;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.format.ArrowParts;
import io.dataprism.core.format.ResultFormat;
import io.dataprism.core.format.ResultWriter;
import io.dataprism.gateway.ResultSlices.Slice;
import io.dataprism.plugin.Batch;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.ContextInternal;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/**
 * Writes batches to a response as fast as the client reads and no faster: what is on its way to the socket is bounded, and one
 * batch is asked for at a time, only while there is room.
 *
 * <p>A batch is formatted slice by slice on other threads, the next slice while the last one is being sent; where the client does
 * not read, one slice waits and none is made. Two kinds need no other thread: a plain Arrow batch is sent from where it lies,
 * and a few rows are formatted at once. A client that goes away cancels the source. Owned by the request's event loop; signals
 * from other threads hop there.
 */
final class ResultAnswer extends BaseSubscriber<Batch> {

    /** How long a client may take to read what is on its way to it, once the result has failed. */
    static final long READ_GRACE_MILLIS = 2_000;

    /** So few rows cost less than the way to another thread and back. */
    private static final int ROWS_AT_ONCE = 256;

    private static final int BYTES_AT_ONCE = 64 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(ResultAnswer.class);

    private final RoutingContext routing;
    private final HttpServerResponse response;
    private final ContextInternal context;
    private final ResultForm form;
    private final ResultSlices slices;
    private final @Nullable String encoding;
    private final Executor formatters;
    private final Runnable onEnd;
    private final ResponseOutput output;
    private final long untilNanos;

    private @Nullable Batch current;
    private @Nullable Buffer formatted;
    private int nextRow;
    private boolean asked;
    private boolean working;
    private boolean full;
    private boolean sourceEnded;
    private @Nullable Throwable sourceFailure;
    private boolean over;
    private Future<Void> leaving = Future.succeededFuture();

    /**
     * @param formatters where slices are made
     * @param limit within which the client must have read all
     * @param onEnd runs once, when the answer is over in whatever way and all that it held is free
     */
    ResultAnswer(
            RoutingContext routing,
            ResultForm form,
            ResultWriter writer,
            Executor formatters,
            Duration limit,
            Runnable onEnd) {
        this.routing = routing;
        this.response = routing.response();
        this.context = (ContextInternal) Vertx.currentContext();
        this.form = form;
        var packing = form.packing() == null ? null : form.packing().get();
        this.encoding = packing == null ? null : packing.encoding();
        this.slices = new ResultSlices(writer, packing);
        this.formatters = formatters;
        this.onEnd = onEnd;
        this.untilNanos = System.nanoTime() + limit.toNanos();
        this.output = new ResponseOutput(response, context, this::writeHead, this::advance);
    }

    /** Starts the answer. Call on the request's context. */
    void answer(Flux<Batch> batches) {
        response.exceptionHandler(failure -> abandon());
        response.closeHandler(v -> abandon());
        if (response.closed()) {
            over();
            batches.subscribe(Batch::close, failure -> {}).dispose();
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
        onLoop(() -> failed(failure));
    }

    /** Ends it with a failure, as if the source had failed, where it has not ended by itself. Any thread. */
    void endEarly(DataPrismException reason) {
        onLoop(() -> {
            if (!over && sourceFailure == null) {
                cancel();
                failed(reason);
            }
        });
    }

    private void failed(Throwable failure) {
        sourceEnded = true;
        sourceFailure = failure;
        advance();
        if (!over && !output.hasRoom()) {
            letGoOfBatch();
        }
        if (!over && !output.hasRoom() && form.isPlainArrow()) {
            breakOff(failure); // batches wait on the way, and no word can follow them
        } else if (!over) {
            context.owner().setTimer(READ_GRACE_MILLIS, late -> breakOff(failure));
        }
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
            if (over) {
                return;
            }
            if (response.closed()) {
                abandon();
            } else if (output.hasRoom()) { // else the end of a write goes on
                Buffer ready = formatted;
                formatted = null;
                workOnBatch();
                if (ready != null) {
                    output.send(ready);
                }
                whenNothingIsAtHand();
            }
        } catch (RuntimeException unforeseen) {
            cancel();
            fail(unforeseen);
        }
    }

    private void workOnBatch() {
        Batch batch = current;
        if (batch == null || working || full) {
            return;
        }
        if (form.isPlainArrow()) {
            current = null;
            output.send(slices.opening());
            output.send(ArrowParts.of(batch));
        } else if (isSmall(batch)) {
            while (current == batch && !over) {
                made(batch, slices.rows(batch, nextRow));
                Buffer bytes = formatted;
                formatted = null;
                if (bytes != null) {
                    output.send(bytes);
                }
            }
        } else {
            working = true;
            int from = nextRow;
            try {
                formatters.execute(() -> format(batch, from));
            } catch (RejectedExecutionException stopped) {
                working = false;
                throw stopped;
            }
        }
    }

    private static boolean isSmall(Batch batch) {
        return batch.rowCount() <= ROWS_AT_ONCE
                && batch.root().getFieldVectors().stream()
                                .mapToLong(FieldVector::getBufferSize)
                                .sum()
                        <= BYTES_AT_ONCE;
    }

    /** On another thread, which has the batch and the slices to itself until it is back on the loop. */
    private void format(Batch batch, int from) {
        Slice slice;
        try {
            slice = slices.rows(batch, from);
        } catch (RuntimeException | Error unforeseen) {
            context.runOnContext(v -> {
                working = false;
                cancel();
                fail(unforeseen);
            });
            return;
        }
        context.runOnContext(v -> formatted(batch, slice));
    }

    private void formatted(Batch batch, Slice slice) {
        working = false;
        if (over) {
            free();
            return;
        }
        made(batch, slice);
        if (sourceFailure != null && !output.hasRoom()) {
            letGoOfBatch();
        }
        advance();
    }

    private void made(Batch batch, Slice slice) {
        nextRow = slice.nextRow();
        full = !slice.wantsMore();
        if (full || nextRow >= batch.rowCount()) {
            current = null;
            batch.close();
        }
        formatted = slice.bytes();
        if (full) {
            cancel();
            sourceEnded = true;
        }
    }

    private void whenNothingIsAtHand() {
        if (over || working || current != null || formatted != null) {
            return;
        }
        if (sourceFailure != null && !full) {
            fail(sourceFailure);
        } else if (sourceEnded) {
            finish();
        } else if (!asked) {
            asked = true;
            request(1);
        }
    }

    private void writeHead() {
        String charset = form.format() == ResultFormat.CSV ? "; charset=utf-8; header=present" : "";
        response.setStatusCode(200)
                .putHeader(HttpHeaders.CONTENT_TYPE, form.format().mediaType() + charset)
                .putHeader(HttpHeaders.VARY, "accept, accept-encoding");
        if (encoding != null) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, encoding);
        }
        if (!routing.request().isEnded()) {
            routing.request().resume();
        }
    }

    private void finish() {
        Buffer last = slices.end();
        leave(last, TimeUnit.NANOSECONDS.toMillis(untilNanos - System.nanoTime()));
    }

    private void fail(Throwable failure) {
        if (over) {
            free();
            return;
        }
        DataPrismException problem = Replies.toProblem(failure);
        if (!response.headWritten()) {
            over();
            output.drop();
            Answers.problem(routing, problem);
            return;
        }
        Buffer last = slices.failure(problem.toJson());
        if (last != null) {
            leave(last, READ_GRACE_MILLIS);
        } else {
            over();
            output.drop();
            LOG.info("An answer was broken off: {} {}", problem.code(), problem.detail());
            output.cut(routing.request().connection());
        }
    }

    /** The client does not read: the engine's memory is not held for the word of the failure, which waits in its place. */
    private void letGoOfBatch() {
        Batch unsent = current;
        if (unsent != null && !working) {
            current = null;
            unsent.close();
        }
    }

    /** The client reads too slowly, or not at all, to be told after all that came before. */
    private void breakOff(Throwable failure) {
        if (working) {
            context.owner().setTimer(READ_GRACE_MILLIS, late -> breakOff(failure));
        } else if (!over) {
            fail(failure);
        }
    }

    /** Sends the last bytes; the place of this answer is free when they have left, which they must within the time. */
    private void leave(Buffer last, long millis) {
        over = true;
        formatted = null;
        leaving = output.end(last);
        if (!leaving.isComplete()) {
            long timer = context.owner()
                    .setTimer(
                            Math.max(READ_GRACE_MILLIS, millis),
                            late -> output.cut(routing.request().connection()));
            leaving.onComplete(left -> context.owner().cancelTimer(timer));
        }
        free();
    }

    private void abandon() {
        if (!over) {
            over();
            output.drop();
            cancel();
        }
    }

    private void over() {
        over = true;
        formatted = null;
        free();
    }

    /** Not while another thread has the batch and the slices: it comes back here. */
    private void free() {
        if (working) {
            return;
        }
        letGoOfBatch();
        slices.close();
        leaving.onComplete(gone -> onEnd.run());
    }
}
