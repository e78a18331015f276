package io.dataprism.gateway;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.gateway.connection.Connection;
import io.dataprism.gateway.connection.Http2Floods;
import io.dataprism.gateway.connection.SocketCompression;
import io.dataprism.gateway.connection.TlsFiles;
import io.dataprism.gateway.connection.TlsReload;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves the contract over HTTP/1.1 and HTTP/2, in the clear or with TLS: one instance on each event loop. */
public final class GatewayVerticle extends VerticleBase {

    /** For a client to read what is on its way to it, and then the word of the failure. */
    private static final long LAST_WORDS_MILLIS = 2 * ResultAnswer.READ_GRACE_MILLIS;

    private static final Logger LOG = LoggerFactory.getLogger(GatewayVerticle.class);
    private static final int ACCEPT_BACKLOG = 1_024;
    private static final long SWEEP_MILLIS = 1_000;
    private static final long LOOK_MILLIS = 20;
    private static final int CREDENTIAL_CHANGES_AT_ONCE = 4;

    private final GatewayServices services;
    private final GatewaySettings settings;
    private final List<Consumer<Router>> more;
    private final Shared shared;
    private @Nullable HttpServer server;

    /** What the instances of one node share. */
    private static final class Shared {
        private final OpenResults results;
        private final UploadMemory uploads = new UploadMemory();
        private final AtomicInteger instances;
        private final AtomicBoolean watchesTls = new AtomicBoolean();
        private final DocumentRoutes documents;
        private volatile boolean draining;
        private volatile long refusedNanos;
        private volatile @Nullable Duration answersHave;

        Shared(GatewaySettings settings, int instances) {
            this.instances = new AtomicInteger(instances);
            documents = new DocumentRoutes(settings.node().version());
            results = new OpenResults(settings.limits());
        }

        private void drain() {
            refusedNanos = System.nanoTime();
            draining = true;
        }

        private Future<Void> silence(Vertx vertx, Duration silence, Duration limit) {
            Promise<Void> silent = Promise.promise();
            long end = System.nanoTime() + limit.toNanos();
            long looking = vertx.setPeriodic(LOOK_MILLIS, look -> {
                long now = System.nanoTime();
                if (now - refusedNanos >= silence.toNanos() || now - end >= 0) {
                    silent.tryComplete();
                }
            });
            return silent.future().onComplete(over -> vertx.cancelTimer(looking));
        }

        private void endAnswers() {
            results.endEarly(new DataPrismException(
                    ErrorCode.DRAINING,
                    "This node is going down and could not finish the answer in time.",
                    "Ask another node, or again when this one is back."));
        }
    }

    /**
     * A node's gateway.
     *
     * @param port that it listens on
     * @param refuseRequests from now on, with {@code DRAINING}, and tells that the node is not ready; any thread
     * @param silence completes once no request has been refused for a while: whoever had sent one before it heard of the end has been told,
     *     and its connection can be closed; any thread
     * @param endAnswers ends running answers early, with {@code DRAINING} where their form can tell a failure; any thread
     * @param answersHave how long running answers have from the undeployment on, instead of {@link Limits#shutdown()}; any thread
     */
    public record Deployed(
            String deploymentId,
            int port,
            Runnable refuseRequests,
            Silence silence,
            Runnable endAnswers,
            Consumer<Duration> answersHave) {

        /** Waits for silence. */
        @FunctionalInterface
        public interface Silence {

            /** @param limit after which it completes in any case */
            Future<Void> of(Duration silence, Duration limit);
        }
    }

    private GatewayVerticle(
            GatewayServices services, GatewaySettings settings, List<Consumer<Router>> more, Shared shared) {
        this.services = services;
        this.settings = settings;
        this.more = List.copyOf(more);
        this.shared = shared;
    }

    /**
     * Starts the gateway of a node. Undeploying it drains: no new requests, and running answers end within
     * {@link Limits#shutdown()}, those that have not ended shortly before that with {@code DRAINING}.
     *
     * <p>The first call of a process reads the contract, and fails where that cannot be used.
     *
     * @param more further routes, mounted on each instance's router on its event loop, behind authentication
     * @param instances one for each event loop
     */
    public static Future<Deployed> deploy(
            Vertx vertx,
            GatewayServices services,
            GatewaySettings settings,
            List<Consumer<Router>> more,
            int instances) {
        Shared shared = new Shared(settings, instances);
        List<GatewayVerticle> deployed = new CopyOnWriteArrayList<>();
        return vertx.deployVerticle(
                        () -> {
                            GatewayVerticle instance = new GatewayVerticle(services, settings, more, shared);
                            deployed.add(instance);
                            return instance;
                        },
                        new DeploymentOptions().setInstances(instances))
                .map(id -> new Deployed(
                        id,
                        deployed.getFirst().port(),
                        shared::drain,
                        (silence, limit) -> shared.silence(vertx, silence, limit),
                        shared::endAnswers,
                        time -> shared.answersHave = time));
    }

    private int port() {
        return server == null ? -1 : server.actualPort();
    }

    @Override
    public Future<?> start() {
        TlsFiles tls = settings.tls();
        return tls == null
                ? listen(options())
                : vertx.executeBlocking(tls::read, false).compose(pair -> listen(TlsFiles.enable(options(), pair)));
    }

    private Future<?> listen(HttpServerOptions options) {
        HttpServer fresh = vertx.createHttpServer(options);
        fresh.connectionHandler(this::watch);
        Cors cors = new Cors(settings.origins());
        fresh.invalidRequestHandler(request -> {
            cors.shareRefusal(request);
            refuseUnreadable(request);
        });
        fresh.exceptionHandler(failure -> LOG.debug("A connection failed", failure));
        Router router = router(cors);
        fresh.requestHandler(request -> receive(router, cors, request));
        server = fresh;
        vertx.setPeriodic(SWEEP_MILLIS, tick -> services.connections().sweep());
        TlsFiles tls = settings.tls();
        return tls != null && shared.watchesTls.compareAndSet(false, true)
                ? fresh.listen().onSuccess(listening -> new TlsReload(vertx, tls, listening).start())
                : fresh.listen();
    }

    private void watch(HttpConnection connection) {
        Http2Floods.watch(connection, settings.limits().connections().http2Streams());
        if (settings.webSocketCompression()) {
            SocketCompression.offer(connection, settings.limits().live().textFrameBytes());
        }
    }

    private static void receive(Router router, Cors cors, HttpServerRequest request) {
        DataPrismException noRoom = Connection.of(request.connection()).refusal();
        DataPrismException unclear = noRoom == null ? Framing.problem(request) : null;
        if (noRoom != null) {
            if (!cors.answersPreflight(request)) {
                Answers.turnAway(request, noRoom);
            }
        } else if (unclear != null) {
            cors.shareRefusal(request);
            Answers.problem(request, unclear);
            request.connection().close();
        } else if (namesHost(request)) {
            router.handle(request);
        } else {
            cors.shareRefusal(request);
            refuseHostless(request);
        }
    }

    @Override
    public Future<?> stop() {
        shared.draining = true;
        HttpServer running = server;
        Duration given = shared.answersHave;
        long limitMillis = (given == null ? settings.limits().shutdown() : given).toMillis();
        long ending = vertx.setTimer(
                Math.max(1, limitMillis - Math.min(LAST_WORDS_MILLIS, limitMillis / 2)), soon -> shared.endAnswers());
        Future<Void> closed =
                running == null ? Future.succeededFuture() : running.shutdown(limitMillis, TimeUnit.MILLISECONDS);
        return closed.eventually(() -> {
            vertx.cancelTimer(ending);
            if (shared.instances.decrementAndGet() == 0) {
                shared.uploads.close();
                shared.results.close();
            }
            return Future.succeededFuture();
        });
    }

    private HttpServerOptions options() {
        Limits limits = settings.limits();
        HttpServerOptions options = new HttpServerOptions()
                .setHost(settings.host())
                .setPort(settings.port() == 0 ? -1 : settings.port()) // negative: one free port for all instances
                .setAcceptBacklog(ACCEPT_BACKLOG)
                .setMaxHeaderSize(limits.headerBytes())
                .setMaxInitialLineLength(limits.requestLineBytes())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setIdleTimeout((int) limits.connectionIdle().toMillis())
                .setCompressionSupported(false) // answers pack themselves, for streams must flow
                .setHttp2ClearTextEnabled(true)
                .setHandle100ContinueAutomatically(false);
        SocketOptions.set(options, limits.live(), settings.webSocketCompression());
        return Http2Floods.bound(options, limits.connections().http2Streams(), limits.headerBytes());
    }

    private Router router(Cors cors) {
        Limits limits = settings.limits();
        Router router = Router.router(vertx);
        Access access = new Access(services.signIns(), services.sessions(), services.audit());
        Bodies bodies = new Bodies(limits);
        Uploads uploads = new Uploads(settings);
        NodeRoutes node = new NodeRoutes(services.node(), settings, access, () -> shared.draining);

        router.route().handler(cors::handle);
        router.route().handler(this::enter).failureHandler(context -> fail(router, context));
        node.mountOpen(router);
        shared.documents.mount(router);
        router.route("/v1/*").handler(access::authenticate).handler(GatewayVerticle::signIn);
        router.route("/metrics").handler(access::authenticate);
        node.mountProtected(router);
        // nodes have to agree on these, and wait for seconds when one of them is lost just then
        WorkerExecutor changes = vertx.createSharedWorkerExecutor("credential-changes", CREDENTIAL_CHANGES_AT_ONCE);
        new SessionRoutes(services.sessions(), changes).mount(router);
        new TokenRoutes(services.tokens(), changes, access, bodies, services.audit(), credential -> {
                    services.sessions().closeOf(credential);
                    services.endOfCredential().accept(credential);
                })
                .mount(router);
        new QueryRoutes(services.queries(), access, bodies, shared.results).mount(router);
        new TableRoutes(services.tables(), services.queries(), access, uploads, limits).mount(router);
        new PluginRoutes(services.plugins(), services.logs(), access, bodies, uploads, limits).mount(router);
        DatasetAnswers datasets = new DatasetAnswers(shared.results, services.queries(), settings.uploadDirectory());
        new OperationRoutes(services.plugins(), access, bodies, uploads, datasets, limits, shared.uploads.allocator())
                .mount(router);
        more.forEach(routes -> routes.accept(router));
        for (int status : new int[] {400, 404, 405, 406, 413, 415, 500}) {
            router.errorHandler(status, context -> fail(router, context));
        }
        return router;
    }

    private void enter(RoutingContext context) {
        Connection connection = Connection.of(context.request().connection());
        connection.asked();
        context.addEndHandler(over -> connection.answered());
        if (context.request().path() != null && mayBeOfTheApi(context.request().path())) {
            context.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        }
        if (isLeaving() && isOfHttp1(context.request())) {
            // who comes back opens another, and meets no connection that is closed while a request is on its way
            context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        if (shared.draining && !String.valueOf(context.request().path()).startsWith("/health/")) {
            shared.refusedNanos = System.nanoTime();
            throw new DataPrismException(
                    ErrorCode.DRAINING, "This node is going down and takes no new requests.", "Ask another node.");
        }
        context.next();
    }

    /** And stays so: the answer to an upgrade has a word of its own about the connection. */
    private static boolean isOfHttp1(HttpServerRequest request) {
        return request.version() != HttpVersion.HTTP_2 && !request.headers().contains(HttpHeaders.UPGRADE);
    }

    private boolean isLeaving() {
        return shared.draining || services.node().leaving();
    }

    private static void signIn(RoutingContext context) {
        if (context.get(Authenticator.IDENTITY) != null) {
            Connection.of(context.request().connection()).signedIn();
        }
        context.next();
    }

    /** The router takes {@code //v1/status} for {@code /v1/status}, so whatever is not written plainly counts too. */
    private static boolean mayBeOfTheApi(String path) {
        return path.startsWith("/v1/") || path.contains("//") || path.contains("/.") || path.contains("%");
    }

    private static boolean namesHost(HttpServerRequest request) {
        HostAndPort authority = request.authority();
        return authority != null && !authority.host().isEmpty();
    }

    /** The router cannot read a path without knowing the host. */
    private static void refuseHostless(HttpServerRequest request) {
        request.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        Answers.problem(
                request,
                new DataPrismException(
                        ErrorCode.REQUEST_INVALID,
                        "The request names no host: its header Host is missing or is no host.",
                        "Send the header Host, as HTTP/1.1 asks for; it is the host and port that you call."));
    }

    private static void refuseUnreadable(HttpServerRequest request) {
        var cause =
                request.decoderResult() == null ? null : request.decoderResult().cause();
        Answers.problem(
                request,
                new DataPrismException(
                        ErrorCode.REQUEST_INVALID,
                        "The request is no HTTP that is taken here: "
                                + (cause == null ? "unreadable" : cause.getMessage()) + ".",
                        "Look at the request line and the headers; GET /v1/status shows their limits."));
        request.connection().close();
    }

    /** Whatever failed on the way, and what matched no route. */
    private static void fail(Router router, RoutingContext context) {
        Throwable failure = context.failure();
        if (failure instanceof HttpException refused) {
            Answers.problem(context, ofStatus(context, refused.getStatusCode()));
            return;
        }
        if (failure != null) {
            Answers.problem(context, failure);
            return;
        }
        if (context.statusCode() == 405) {
            context.response()
                    .putHeader(
                            "Allow", AllowedMethods.at(router, context.request().path()));
            if (context.request().method() == HttpMethod.OPTIONS) {
                Answers.nothing(context);
                return;
            }
        }
        Answers.problem(context, ofStatus(context, context.statusCode()));
    }

    private static DataPrismException ofStatus(RoutingContext context, int status) {
        String operation = Bodies.operation(context);
        return switch (status) {
            case 404 ->
                new DataPrismException(
                        ErrorCode.NOT_FOUND,
                        operation + ": there is nothing at this path.",
                        "Look at the path's spelling.");
            case 405 ->
                new DataPrismException(
                        ErrorCode.METHOD_NOT_ALLOWED,
                        operation + ": the path does not take this method; it takes "
                                + context.response().headers().get("Allow") + ".",
                        "Use one of the methods in the header Allow.");
            case 500 ->
                io.dataprism.bus.Replies.toProblem(new IllegalStateException(operation + " ended in the status 500"));
            default ->
                new DataPrismException(
                        ErrorCode.REQUEST_INVALID,
                        operation + ": the request is not valid (" + status + ").",
                        "Look at the path and headers.");
        };
    }
}
