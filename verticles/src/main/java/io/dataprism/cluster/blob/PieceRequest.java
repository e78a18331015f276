package io.dataprism.cluster.blob;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks a node for a piece of a file, and hands its bytes to the thread that asked, which blocks for them. At most {@value #CHUNKS} chunks
 * are under way: who does not write does not receive.
 */
final class PieceRequest {

    static final String RANGE = "Range";

    private static final int CHUNKS = 8;

    /** A connection that nobody uses; a server waits longer, so that none is used that it is about to close. */
    private static final int KEPT_SECONDS = 10;

    private static final int OK = 200;
    private static final int PARTIAL = 206;
    private static final int NOT_FOUND = 404;
    private static final int BUSY = 503;

    /** What comes next. */
    private sealed interface Signal {

        record Head(
                int status,
                @Nullable String range,
                @Nullable String length) implements Signal {}

        record Chunk(byte[] bytes) implements Signal {}

        record End() implements Signal {}

        record Broken(Throwable why) implements Signal {}
    }

    /** Takes the bytes of a piece in their order. */
    interface Sink {

        /** @param total bytes of the whole file; false: it is not to go on */
        boolean begin(long total);

        void take(byte[] bytes) throws IOException;
    }

    /** How it ended. */
    enum Outcome {
        /** All that was asked for is there. */
        WHOLE,
        /** The node has not got the file. */
        ABSENT,
        /** It is to be asked again. */
        BUSY,
        /** It cannot be reached, refuses, or broke off. */
        BROKEN
    }

    private final VertxInternal vertx;
    private final HttpClient client;
    private final PeerProof proof;
    private final BlobLimits limits;

    PieceRequest(Vertx vertx, @Nullable PeerTls tls, PeerProof proof, BlobLimits limits) {
        this.vertx = (VertxInternal) vertx;
        this.proof = proof;
        this.limits = limits;
        HttpClientOptions options = new HttpClientOptions()
                .setConnectTimeout((int) limits.connect().toMillis())
                .setKeepAliveTimeout(KEPT_SECONDS)
                .setIdleTimeout((int) Math.max(1, 3 * limits.stall().toSeconds()))
                .setIdleTimeoutUnit(TimeUnit.SECONDS);
        if (tls != null) {
            options.setSsl(true)
                    .setTrustAll(false)
                    .setVerifyHost(false) // the CA has signed nodes of this cluster and nobody else
                    .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                    .setKeyCertOptions(tls.own())
                    .setTrustOptions(tls.trusted());
        }
        this.client = vertx.createHttpClient(
                options,
                new PoolOptions().setHttp1MaxSize(2 * limits.fetches()).setMaxWaitQueueSize(4 * limits.fetches()));
    }

    /**
     * Asks, and blocks until it has ended.
     *
     * @param peer {@code host:port}
     * @param offset of the first byte
     * @param endNanos when it is given up, as {@link System#nanoTime}
     */
    Outcome ask(String peer, String path, long offset, long endNanos, Sink sink)
            throws IOException, InterruptedException {
        int colon = peer.lastIndexOf(':');
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setHost(peer.substring(0, colon))
                .setPort(Integer.parseInt(peer.substring(colon + 1)))
                .setURI(path)
                .setConnectTimeout(limits.connect().toMillis())
                .putHeader(PeerProof.HEADER, proof.of(peer, path))
                .putHeader(RANGE, "bytes=" + offset + "-" + (offset + limits.pieceBytes() - 1));
        // what is under way, the head and an end
        BlockingQueue<Signal> signals = new ArrayBlockingQueue<>(CHUNKS + 8);
        Exchange exchange = new Exchange(vertx.createEventLoopContext(), signals);
        exchange.start(client, options);
        try {
            return receive(exchange, signals, offset, endNanos, sink);
        } finally {
            exchange.end();
        }
    }

    private Outcome receive(Exchange exchange, BlockingQueue<Signal> signals, long offset, long endNanos, Sink sink)
            throws IOException, InterruptedException {
        long missing = -1;
        while (true) {
            long patience = Math.min(limits.stall().toNanos(), endNanos - System.nanoTime());
            switch (signals.poll(patience, TimeUnit.NANOSECONDS)) {
                case Signal.Head(int status, String range, String length) -> {
                    if (status != OK && status != PARTIAL) {
                        exchange.finished();
                        return status == NOT_FOUND ? Outcome.ABSENT : status == BUSY ? Outcome.BUSY : Outcome.BROKEN;
                    }
                    long total = total(status, range, length, offset);
                    if (total < offset || !sink.begin(total)) {
                        return Outcome.BROKEN;
                    }
                    missing = Math.min(limits.pieceBytes(), total - offset);
                    exchange.more(CHUNKS);
                }
                case Signal.Chunk(byte[] bytes) -> {
                    if (bytes.length > missing) {
                        return Outcome.BROKEN;
                    }
                    sink.take(bytes);
                    missing -= bytes.length;
                    exchange.more(1);
                }
                case Signal.End end -> {
                    exchange.finished();
                    return missing == 0 ? Outcome.WHOLE : Outcome.BROKEN;
                }
                case Signal.Broken broken -> {
                    return Outcome.BROKEN;
                }
                case null -> {
                    return Outcome.BROKEN; // silence
                }
            }
        }
    }

    /** Of the whole file; -1 where the answer is not for what was asked. */
    private static long total(int status, @Nullable String range, @Nullable String length, long offset) {
        try {
            if (status == OK) {
                return offset == 0 && length != null ? Long.parseLong(length) : -1;
            }
            String expected = "bytes " + offset + "-";
            return range != null && range.startsWith(expected)
                    ? Long.parseLong(range.substring(range.indexOf('/') + 1))
                    : -1;
        } catch (NumberFormatException strange) {
            return -1;
        }
    }

    void close() {
        client.close();
    }

    /** The side on the event loop. */
    private static final class Exchange {

        private final Context loop;
        private final BlockingQueue<Signal> signals;
        private volatile @Nullable HttpClientResponse response;
        private volatile @Nullable HttpClientRequest request;
        private volatile boolean over;

        Exchange(Context loop, BlockingQueue<Signal> signals) {
            this.loop = loop;
            this.signals = signals;
        }

        void start(HttpClient client, RequestOptions options) {
            loop.runOnContext(go -> client.request(options)
                    .compose(asked -> {
                        request = asked;
                        if (over) {
                            asked.reset();
                        }
                        return asked.send();
                    })
                    .onComplete(answered -> {
                        if (answered.failed()) {
                            tell(new Signal.Broken(answered.cause()));
                        } else {
                            begin(answered.result());
                        }
                    }));
        }

        private void begin(HttpClientResponse head) {
            head.pause();
            head.handler(chunk -> tell(new Signal.Chunk(chunk.getBytes())));
            head.endHandler(end -> tell(new Signal.End()));
            head.exceptionHandler(broken -> tell(new Signal.Broken(broken)));
            response = head;
            tell(new Signal.Head(
                    head.statusCode(),
                    head.getHeader(HttpHeaders.CONTENT_RANGE),
                    head.getHeader(HttpHeaders.CONTENT_LENGTH)));
        }

        /** There is room for all that can be under way; what more there is belongs to an exchange that is over. */
        private void tell(Signal signal) {
            if (!signals.offer(signal)) {
                over = true;
            }
        }

        void more(int chunks) {
            HttpClientResponse from = response;
            if (from != null) {
                from.fetch(chunks);
            }
        }

        /** The answer needs nothing more of: its connection can serve another. */
        void finished() {
            over = true;
            HttpClientResponse from = response;
            if (from != null) {
                loop.runOnContext(go -> from.resume());
            }
        }

        void end() {
            if (!over) {
                over = true;
                HttpClientRequest asked = request;
                if (asked != null) {
                    loop.runOnContext(go -> asked.reset());
                }
            }
        }
    }
}
