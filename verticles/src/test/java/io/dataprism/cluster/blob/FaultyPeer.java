package io.dataprism.cluster.blob;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A node that answers as a test wants it: in the middle of a file it breaks off, falls silent, or says something else. */
final class FaultyPeer {

    private static final long POLL_MILLIS = 5;

    final AtomicInteger requests = new AtomicInteger();
    final AtomicInteger open = new AtomicInteger();
    final AtomicInteger mostOpen = new AtomicInteger();
    final AtomicLong sentBytes = new AtomicLong();

    /** Answers wait for it. */
    volatile CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);

    /** From here on all is another file's. */
    volatile int lieFrom = Integer.MAX_VALUE;

    /** Answers that go over this byte end here. */
    volatile int breakAt = Integer.MAX_VALUE;

    /** How often. */
    final AtomicInteger breaks = new AtomicInteger();

    /** Whether it says nothing more instead. */
    volatile boolean silent;

    private final Vertx vertx;
    private final byte[] content;
    private final LongSupplier received;
    private final HttpServer server;
    private final List<String> paths = new ArrayList<>();

    /** @param received bytes that have come to who asks: what is on its way when a connection breaks off may not come */
    FaultyPeer(Vertx vertx, byte[] content, LongSupplier received) {
        this.vertx = vertx;
        this.content = content;
        this.received = received;
        this.server = BlobFixture.await(
                vertx.createHttpServer().requestHandler(this::answer).listen(0, "127.0.0.1"));
    }

    String address() {
        return "127.0.0.1:" + server.actualPort();
    }

    synchronized List<String> paths() {
        return List.copyOf(paths);
    }

    private void answer(HttpServerRequest request) {
        requests.incrementAndGet();
        synchronized (this) {
            paths.add(request.path());
        }
        mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
        request.response().closeHandler(gone -> open.decrementAndGet()).endHandler(done -> open.decrementAndGet());
        var context = io.vertx.core.Vertx.currentContext();
        gate.thenRun(() -> context.runOnContext(go -> send(request)));
    }

    private void send(HttpServerRequest request) {
        ByteRange range = ByteRange.of(request.getHeader("Range"), content.length);
        int start = (int) range.start();
        int end = (int) range.end();
        byte[] bytes = java.util.Arrays.copyOfRange(content, start, end);
        for (int i = Math.max(0, lieFrom - start); i < bytes.length; i++) {
            bytes[i] ^= 1;
        }
        request.response()
                .setStatusCode(206)
                .putHeader("Content-Range", range.within(content.length))
                .putHeader("Content-Length", Long.toString(range.length()));
        if (start <= breakAt && end > breakAt && breaks.getAndDecrement() > 0) {
            sentBytes.addAndGet(breakAt - start);
            request.response().write(Buffer.buffer(bytes).getBuffer(0, breakAt - start));
            if (!silent) {
                vertx.setPeriodic(POLL_MILLIS, timer -> {
                    if (received.getAsLong() >= breakAt) {
                        vertx.cancelTimer(timer);
                        request.connection().close();
                    }
                });
            }
        } else {
            sentBytes.addAndGet(bytes.length);
            request.response().end(Buffer.buffer(bytes));
        }
    }
}
