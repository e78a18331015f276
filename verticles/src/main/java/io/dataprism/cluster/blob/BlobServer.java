package io.dataprism.cluster.blob;

import io.dataprism.core.cluster.ClusterKey;
import io.dataprism.core.cluster.LocalBlobs;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends this node's files to other nodes: {@code GET} and {@code HEAD} of {@code /blobs/<kind>/<digest>}, whole or a range. A
 * file that is being sent is held. Lives on an event loop; any thread may call.
 */
public final class BlobServer {

    static final String PATH = "/blobs/";

    private static final Logger LOG = LoggerFactory.getLogger(BlobServer.class);
    private static final Pattern BLOB = Pattern.compile(PATH + "([a-z]{1,32})/([0-9a-f]{64})");
    private static final int IDLE_SECONDS = 30;
    private static final int CONNECTIONS = 256;
    private static final int OK = 200;
    private static final int PARTIAL = 206;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int NO_SUCH_RANGE = 416;
    private static final int FAILED = 500;
    private static final int BUSY = 503;

    private final Vertx vertx;
    private final PeerSettings settings;
    private final BlobLimits limits;
    private final BlobCounters counters;
    private final PeerProof proof;
    private final Map<String, LocalBlobs> kinds = new ConcurrentHashMap<>();
    private final AtomicInteger transfers = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile @Nullable HttpServer server;
    private volatile String address = "";

    private BlobServer(Vertx vertx, PeerSettings settings, ClusterKey key, BlobLimits limits, BlobCounters counters) {
        this.vertx = vertx;
        this.settings = settings;
        this.limits = limits;
        this.counters = counters;
        this.proof = new PeerProof(key, InstantSource.system());
    }

    /**
     * Listens on the first port that is free. Files are served of the kinds that {@link #serve} adds.
     *
     * @return the server; failed where no port is free
     */
    public static Future<BlobServer> start(
            Vertx vertx, PeerSettings settings, ClusterKey key, BlobLimits limits, BlobCounters counters) {
        return new BlobServer(vertx, settings, key, limits, counters).listen(0);
    }

    private static HttpServerOptions options(PeerSettings settings) {
        HttpServerOptions options = new HttpServerOptions()
                .setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setHttp2ClearTextEnabled(false)
                .setUseAlpn(false);
        PeerTls tls = settings.tls();
        return tls == null
                ? options
                : options.setSsl(true)
                        .setKeyCertOptions(tls.own())
                        .setTrustOptions(tls.trusted())
                        .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                        .setClientAuth(ClientAuth.REQUIRED);
    }

    private Future<BlobServer> listen(int index) {
        HttpServer next = vertx.createHttpServer(options(settings));
        next.connectionHandler(connection -> {
            connection.closeHandler(closed -> connections.decrementAndGet());
            if (connections.incrementAndGet() > CONNECTIONS) {
                connection.close();
            }
        });
        next.requestHandler(this::answer);
        return next.listen(settings.ports().get(index), settings.host())
                .map(bound -> {
                    server = bound;
                    address = settings.host() + ":" + bound.actualPort();
                    return this;
                })
                .recover(taken -> index + 1 < settings.ports().size() ? listen(index + 1) : Future.failedFuture(taken));
    }

    /** Where it is reached, {@code host:port}. */
    public String address() {
        return address;
    }

    /** Serves files of a kind from now on. */
    public void serve(String kind, LocalBlobs blobs) {
        kinds.put(kind, blobs);
    }

    /** How many files are being sent now. */
    public int transfers() {
        return transfers.get();
    }

    /** Ends it, and what is being sent. */
    public Future<Void> close() {
        HttpServer bound = server;
        return bound == null ? Future.succeededFuture() : bound.close();
    }

    private void answer(HttpServerRequest request) {
        if (!proof.isGood(request.getHeader(PeerProof.HEADER), address, request.path())) {
            counters.strangers.increment();
            refuse(request, FORBIDDEN);
            return;
        }
        if (request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD) {
            refuse(request, METHOD_NOT_ALLOWED);
            return;
        }
        Matcher path = BLOB.matcher(request.path());
        LocalBlobs blobs = path.matches() ? kinds.get(path.group(1)) : null;
        if (blobs == null) {
            refuse(request, NOT_FOUND);
        } else if (transfers.incrementAndGet() > limits.transfers()) {
            transfers.decrementAndGet();
            counters.busy.increment();
            request.response().putHeader(HttpHeaders.RETRY_AFTER, "1");
            refuse(request, BUSY);
        } else {
            String digest = path.group(2);
            Future<Optional<LocalBlobs.Held>> held = vertx.executeBlocking(() -> blobs.hold(digest), false);
            held.compose(file -> file.isPresent() ? send(request, file.get()) : refuse(request, NOT_FOUND))
                    .onFailure(failure -> failed(request, failure))
                    .onComplete(done -> {
                        transfers.decrementAndGet();
                        held.onSuccess(
                                file -> file.ifPresent(each -> each.release().run()));
                    });
        }
    }

    private Future<Void> send(HttpServerRequest request, LocalBlobs.Held held) {
        HttpServerResponse response = request.response();
        ByteRange range = ByteRange.of(request.getHeader(PieceRequest.RANGE), held.bytes());
        if (range == null) {
            response.putHeader(HttpHeaders.CONTENT_RANGE, "bytes */" + held.bytes());
            return refuse(request, NO_SUCH_RANGE);
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, "application/octet-stream")
                .putHeader(HttpHeaders.ACCEPT_RANGES, "bytes");
        if (range.length() < held.bytes()) {
            response.setStatusCode(PARTIAL).putHeader(HttpHeaders.CONTENT_RANGE, range.within(held.bytes()));
        } else {
            response.setStatusCode(OK);
        }
        if (request.method() == HttpMethod.HEAD || held.bytes() == 0) {
            return response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(range.length()))
                    .end();
        }
        counters.sent.increment();
        return response.sendFile(held.file().toString(), range.start(), range.length());
    }

    private static Future<Void> refuse(HttpServerRequest request, int status) {
        return request.response().setStatusCode(status).end();
    }

    private static void failed(HttpServerRequest request, Throwable failure) {
        LOG.debug("File {} could not be sent", request.path(), failure);
        if (!request.response().headWritten()) {
            refuse(request, FAILED);
        } else {
            request.connection().close();
        }
    }
}
