package io.dataprism.gateway.live;

import io.dataprism.bus.Replies;
import io.dataprism.bus.SendersForTests;
import io.dataprism.core.event.EventLog;
import io.dataprism.core.event.LocalEventLog;
import io.dataprism.core.event.Topic;
import io.dataprism.core.permission.Principal;
import io.dataprism.core.permission.Principal.Role;
import io.dataprism.event.BusEventService;
import io.dataprism.event.EventFeed;
import io.dataprism.event.EventFeedVerticle;
import io.dataprism.gateway.Authenticator;
import io.dataprism.gateway.Limits;
import io.dataprism.gateway.LiveLimits;
import io.dataprism.gateway.SocketOptions;
import io.dataprism.gateway.connection.SocketCompression;
import io.dataprism.gateway.logs.ClusterLogs;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A node's live routes on a real socket, with an authenticator over a table of tokens. */
final class LiveServer implements AutoCloseable {

    private static final int FRAME_BYTES_LIMIT = 1 << 20;

    static final String ADMIN = "admin-token";
    static final String SUBSCRIBER = "subscriber-token";
    static final String NARROWED = "narrowed-token";
    static final String ANALYST = "analyst-token";

    final Vertx vertx = Vertx.vertx();
    final EventFeed feed;
    final LiveConnections connections;
    final Map<String, Authenticator.Identity> tokens = new ConcurrentHashMap<>();
    final RowsForTests datasets = new RowsForTests();
    final HttpClient http;
    final WebSocketClient sockets;
    final int port;

    /** Of every request, as long as anybody holds it. */
    final Queue<WeakReference<HttpConnection>> connectionsOfRequests = new ConcurrentLinkedQueue<>();

    private final HttpServer server;

    LiveServer(EventLog.Limits limits) throws Exception {
        this(limits, new LiveConnections(), false);
    }

    LiveServer(LiveConnections connections) throws Exception {
        this(EventLog.Limits.DEFAULT, connections, false);
    }

    LiveServer(EventLog.Limits limits, boolean compression) throws Exception {
        this(limits, new LiveConnections(), compression);
    }

    private LiveServer(EventLog.Limits limits, LiveConnections connections, boolean compression) throws Exception {
        this.connections = connections;
        SendersForTests.install(vertx);
        feed = new EventFeed(vertx, new LocalEventLog(limits, InstantSource.system()), "n1");
        vertx.deployVerticle(new EventFeedVerticle(feed)).await(10, TimeUnit.SECONDS);
        tokens.put(ADMIN, new Authenticator.Identity(Principal.User.admin(), null));
        tokens.put(SUBSCRIBER, identity("sue", Set.of(Role.SUBSCRIBER), null, null));
        tokens.put(NARROWED, identity("ned", Set.of(Role.SUBSCRIBER), List.of("app:**"), null));
        tokens.put(ANALYST, identity("ann", Set.of(Role.ANALYST), null, null));
        Router router = Router.router(vertx);
        router.route().handler(this::authenticate).failureHandler(LiveServer::fail);
        new LiveRoutes(
                        vertx,
                        feed,
                        new BusEventService(vertx),
                        this::authenticate,
                        datasets.queries(),
                        datasets.plugins(),
                        ClusterLogs.here("node-1", datasets.plugins()::log),
                        RowsForTests::encode,
                        connections,
                        Limits.defaults())
                .mount(router);
        HttpServerOptions options = SocketOptions.set(
                new HttpServerOptions().setHost("127.0.0.1").setPort(0), LiveLimits.defaults(), compression);
        server = vertx.createHttpServer(options)
                .connectionHandler(connection -> {
                    if (compression) {
                        SocketCompression.offer(connection, FRAME_BYTES_LIMIT);
                    }
                })
                .requestHandler(router)
                .listen()
                .await(10, TimeUnit.SECONDS);
        port = server.actualPort();
        http = vertx.createHttpClient();
        sockets = vertx.createWebSocketClient(
                new WebSocketClientOptions().setMaxFrameSize(1 << 21).setMaxMessageSize(1 << 22));
    }

    static Authenticator.Identity identity(String sub, Set<Role> roles, List<String> topics, Instant expiresAt) {
        return new Authenticator.Identity(new Principal.User(sub, roles, topics, null, null), expiresAt);
    }

    private Future<Authenticator.Identity> authenticate(String token) {
        Authenticator.Identity identity = tokens.get(token);
        return identity == null
                ? Future.failedFuture(Access.unauthenticated("The token is wrong."))
                : Future.succeededFuture(identity);
    }

    private void authenticate(RoutingContext context) {
        connectionsOfRequests.add(new WeakReference<>(context.request().connection()));
        String token = TokenWatch.bearer(context.request().getHeader("Authorization"));
        boolean socket = context.request().path().equals("/v1/ws");
        Authenticator.Identity identity = token == null ? null : tokens.get(token);
        if (identity != null) {
            context.put(Authenticator.IDENTITY, identity);
        } else if (!socket) {
            context.fail(Access.unauthenticated("The token is wrong."));
            return;
        }
        context.next();
    }

    private static void fail(RoutingContext context) {
        var problem = Replies.toProblem(context.failure());
        context.response()
                .setStatusCode(problem.code().status())
                .putHeader("Content-Type", "application/problem+json")
                .end(new JsonObject(problem.toJson()).encode());
    }

    /** Publishes as the node. */
    String append(String topic, Object data) {
        return feed.append(Topic.parse(topic), "/nodes/n1", data).result().cursor();
    }

    WebSocketConnectOptions socketOptions() {
        return new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI("/v1/ws")
                .addSubProtocol("dataprism.v1");
    }

    @Override
    public void close() throws Exception {
        vertx.close().await(15, TimeUnit.SECONDS);
    }

    @SuppressWarnings("unchecked")
    static <T> T only(Class<T> type, Map<String, Function<Object[], Object>> methods) {
        return (T) Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            var implementation = methods.get(method.getName());
            if (implementation == null) {
                throw new UnsupportedOperationException(method.getName());
            }
            return implementation.apply(arguments);
        });
    }
}
