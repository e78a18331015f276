package io.dataprism.gateway;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Reads one body and bounds it: {@code PAYLOAD_TOO_LARGE} beyond the size, {@code REQUEST_INVALID} when it makes no progress
 * for a while, takes too long in all, or breaks off.
 */
final class BodyWatch {

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final String operation;
    private final long limitBytes;
    private final Duration stall;
    private final @Nullable Duration total;
    private final Promise<Void> done = Promise.promise();
    private final long startedNanos = System.nanoTime();
    private long lastProgressNanos = startedNanos;
    private long received;
    private boolean paused;

    /** Watches from here on, on the request's event loop: a client that goes away before {@link #read} is noticed too. */
    BodyWatch(RoutingContext context, long limitBytes, Duration stall, @Nullable Duration total) {
        this.vertx = context.vertx();
        this.request = context.request();
        this.operation = Bodies.operation(context);
        this.limitBytes = limitBytes;
        this.stall = stall;
        this.total = total;
        request.exceptionHandler(failure -> done.tryFail(brokeOff()));
    }

    /** Starts reading. The future succeeds after the last chunk was handed to {@code chunks}. */
    Future<Void> read(Handler<Buffer> chunks) {
        if (declared() > limitBytes) {
            return Future.failedFuture(tooLarge());
        }
        if (request.isEnded()) {
            return Future.succeededFuture();
        }
        if (request.response().closed()) {
            done.tryFail(brokeOff());
        }
        long tick = Math.max(50, stall.toMillis() / 4);
        long timer = vertx.setPeriodic(tick, id -> checkTime());
        request.endHandler(v -> done.tryComplete());
        request.handler(chunk -> {
            received += chunk.length();
            lastProgressNanos = System.nanoTime();
            if (received > limitBytes) {
                done.tryFail(tooLarge());
            } else if (!done.future().isComplete()) {
                chunks.handle(chunk);
            }
        });
        if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
            request.response().writeContinue();
        }
        request.resume();
        return done.future().onComplete(result -> vertx.cancelTimer(timer));
    }

    /** While the receiver cannot take more: that is not the client's fault. */
    void pause() {
        paused = true;
        request.pause();
    }

    void resume() {
        paused = false;
        lastProgressNanos = System.nanoTime();
        request.resume();
    }

    /** Ends the reading from the receiver's side. */
    void fail(Throwable failure) {
        done.tryFail(failure);
    }

    private void checkTime() {
        long now = System.nanoTime();
        if (paused) {
            return;
        }
        if (now - lastProgressNanos > stall.toNanos()) {
            done.tryFail(slow("nothing of it came for " + stall.toMillis() + " ms"));
        } else if (total != null && now - startedNanos > total.toNanos()) {
            done.tryFail(slow("it has not ended after " + total.toMillis() + " ms"));
        }
    }

    private long declared() {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException refusedByTheDecoder) {
            return Long.MAX_VALUE;
        }
    }

    private DataPrismException slow(String what) {
        return new DataPrismException(
                ErrorCode.REQUEST_INVALID,
                operation + ": the body did not end: " + what + " (" + received
                        + " bytes received). Nothing was changed.",
                "Send the whole body, and end it.");
    }

    private DataPrismException brokeOff() {
        return new DataPrismException(
                ErrorCode.REQUEST_INVALID,
                operation + ": the body broke off after " + received + " bytes. Nothing was changed.",
                "Send the whole body.");
    }

    private DataPrismException tooLarge() {
        return new DataPrismException(
                ErrorCode.PAYLOAD_TOO_LARGE,
                operation + ": the body has more than " + limitBytes + " bytes"
                        + (declared() > limitBytes ? " (Content-Length says " + declared() + ")." : "."),
                "Send at most " + limitBytes + " bytes; GET /v1/status shows the limits.");
    }
}
