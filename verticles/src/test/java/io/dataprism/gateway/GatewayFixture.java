package io.dataprism.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.audit.AuditService;
import io.dataprism.core.permission.Principal;
import io.dataprism.core.permission.Principal.Role;
import io.dataprism.gateway.connection.ConnectionLimits;
import io.dataprism.gateway.connection.Connections;
import io.dataprism.gateway.connection.StrictTransport;
import io.dataprism.gateway.connection.TlsFiles;
import io.dataprism.gateway.contract.PublishedContract;
import io.dataprism.gateway.logs.ClusterLogs;
import io.dataprism.node.NodeIdentity;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A real server on a free port over services in memory. */
final class GatewayFixture implements AutoCloseable {

    static final String TOKEN = "token-of-the-admin";
    static final String EXPIRED = "dp_token-that-has-ended";

    static final Set<String> ORIGINS = Set.of("https://app.example.com", "http://localhost:3000");
    static final int OPEN_RESULTS = 8;
    static final int OPEN_RESULTS_OF_ALL = 12;

    static final Map<String, Principal.User> USERS = Map.of(
            TOKEN,
            Principal.User.admin(),
            "analyst",
            new Principal.User("ann", Set.of(Role.ANALYST), null, List.of("pub_*"), List.of("alpha")),
            "operator",
            new Principal.User("oscar", Set.of(Role.OPERATOR), null, null, null),
            "narrowed",
            new Principal.User("olga", Set.of(Role.OPERATOR), null, null, List.of("alpha")),
            "subscriber",
            new Principal.User("sue", Set.of(Role.SUBSCRIBER), null, null, null));

    final Connections connections;
    final Vertx vertx;
    final FixtureQueries queries = new FixtureQueries();
    final FixtureTables tables = new FixtureTables();
    final FixturePlugins plugins = new FixturePlugins(queries);
    final List<String> audit = new CopyOnWriteArrayList<>();
    final List<String> ended = new CopyOnWriteArrayList<>();
    final Path directory;
    final Limits limits;
    /** What the node says of itself. */
    final AtomicBoolean ready = new AtomicBoolean(true);

    final AtomicBoolean leaving = new AtomicBoolean();

    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    final HttpClient client2 =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
    final GatewayVerticle.Deployed deployed;

    GatewayFixture() {
        this(Duration.ofSeconds(2));
    }

    /** One whose running answers have so long when it stops. */
    GatewayFixture(Duration shutdown) {
        this(shutdown, ORIGINS);
    }

    /** One whose answers pages of those origins may read. */
    GatewayFixture(Duration shutdown, Set<String> origins) {
        this(shutdown, origins, List.of());
    }

    /** One with more routes. */
    GatewayFixture(Duration shutdown, Set<String> origins, List<BiConsumer<GatewayFixture, Router>> more) {
        this(shutdown, origins, more, ConnectionLimits.of(10_000), null);
    }

    /** One with bounds for connections, in the clear or with TLS. */
    GatewayFixture(ConnectionLimits bounds, @Nullable TlsFiles tls) {
        this(Duration.ofSeconds(2), ORIGINS, List.of(), bounds, tls);
    }

    private GatewayFixture(
            Duration shutdown,
            Set<String> origins,
            List<BiConsumer<GatewayFixture, Router>> more,
            ConnectionLimits bounds,
            @Nullable TlsFiles tls) {
        connections = new Connections(bounds, Duration.ofMinutes(11));
        vertx = Vertx.builder()
                .with(new VertxOptions().setEventLoopPoolSize(2))
                .withTransport(new StrictTransport(connections))
                .build();
        try {
            directory = Files.createTempDirectory("gateway");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        limits = new Limits(
                64 * 1024,
                1024 * 1024,
                4 * 1024 * 1024,
                8 * 1024,
                2 * 1024,
                Duration.ofMillis(1_200),
                Duration.ofMillis(2_500),
                Duration.ofMinutes(11),
                bounds,
                LiveLimits.defaults(),
                OPEN_RESULTS,
                OPEN_RESULTS_OF_ALL,
                100,
                100,
                Duration.ZERO,
                shutdown);
        keepExpiredToken(directory);
        ApiTokens tokens = tokens(directory);
        AuditService recorded = (action, caller, target, outcome, details) -> audit.add(action + " " + target);
        GatewayServices services = new GatewayServices(
                queries,
                tables,
                plugins,
                ClusterLogs.here("node-1", plugins::log),
                recorded,
                new SignIns(tokens, recorded, InstantSource.system(), SignIns.FAILURES_PER_MINUTE),
                tokens,
                new Sessions(InstantSource.system(), ended::add),
                ended::add,
                new View(),
                connections);
        GatewaySettings settings = new GatewaySettings(
                "127.0.0.1",
                0,
                directory.resolve("uploads"),
                new NodeIdentity("node-1", "0.1.0"),
                limits,
                origins,
                false,
                tls);
        deployed = await(GatewayVerticle.deploy(
                vertx,
                services,
                settings,
                Stream.concat(
                                Stream.<Consumer<Router>>of(GatewayFixture::mountMore),
                                more.stream().<Consumer<Router>>map(each -> router -> each.accept(this, router)))
                        .toList(),
                2));
    }

    /** Of an admin, who could do all until it ended. */
    private static void keepExpiredToken(Path directory) {
        Instant past = Instant.parse("2026-01-01T00:00:00Z");
        String digest = HexFormat.of().formatHex(AdminToken.sha256(EXPIRED));
        ApiToken token = new ApiToken("expired", digest, Principal.User.admin(), past, past.plusSeconds(60));
        try {
            Files.writeString(
                    directory.resolve(ApiTokens.FILE_NAME),
                    new JsonArray().add(token.toFile()).encode());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void mountMore(Router router) {
        router.get("/v1/more")
                .handler(context -> Answers.json(
                        context,
                        200,
                        new JsonObject().put("sub", Access.user(context).sub())));
    }

    private static ApiTokens tokens(Path directory) {
        try {
            return ApiTokens.open(
                    directory,
                    InstantSource.system(),
                    token -> USERS.containsKey(token)
                            ? Future.succeededFuture(new Authenticator.Identity(USERS.get(token), null))
                            : Future.failedFuture(AdminToken.refusal(null)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class View implements NodeView {
        @Override
        public JsonObject isolation() {
            return new JsonObject().put("level", "full");
        }

        @Override
        public Future<JsonObject> cluster() {
            return Future.succeededFuture(new JsonObject()
                    .put("members", new JsonArray())
                    .put("majority", true)
                    .put(
                            "placement",
                            new JsonArray()
                                    .add(new JsonObject().put("plugin", "alpha"))
                                    .add(new JsonObject().put("plugin", "beta"))));
        }

        @Override
        public String metrics() {
            return """
                    # HELP jvm_threads Threads
                    # TYPE jvm_threads gauge
                    jvm_threads 1
                    # HELP calls_total Calls
                    # TYPE calls_total counter
                    calls_total{outcome="ok",plugin="alpha"} 2
                    calls_total{outcome="x,plugin=\\"alpha\\"",plugin="beta"} 3
                    # HELP memory_bytes Memory
                    # TYPE memory_bytes gauge
                    memory_bytes{plugin="beta"} 4
                    """;
        }

        @Override
        public boolean ready() {
            return ready.get();
        }

        @Override
        public boolean leaving() {
            return leaving.get();
        }
    }

    static <T> T await(Future<T> future) {
        try {
            return future.await(20, TimeUnit.SECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new AssertionError("not within 20 s", e);
        }
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + deployed.port() + path))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "Bearer " + TOKEN);
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (!response.request().uri().getPath().equals("/v1/more")) { // only tests have that
            PublishedContract.assertAnswer(response);
        }
        return response;
    }

    HttpRequest.Builder query(String body) {
        return request("/v1/query")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    HttpResponse<String> sql(String sql, String accept) throws Exception {
        return send(query(new JsonObject().put("sql", sql).encode()).header("Accept", accept));
    }

    Socket socket(String head) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(16 * 1024);
        socket.setSoTimeout(20_000);
        socket.connect(new java.net.InetSocketAddress("127.0.0.1", deployed.port()));
        socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
        return socket;
    }

    @Override
    public void close() {
        await(vertx.close());
        client.close();
        client2.close();
        queries.close();
        try (Stream<Path> all = Files.walk(directory)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A refusal in the words of the contract. */
    static JsonObject problem(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        JsonObject problem = new JsonObject(response.body());
        assertThat(problem.getString("code")).isEqualTo(code);
        assertThat(problem.getString("type")).isEqualTo("urn:dataprism:problem:" + code);
        assertThat(problem.getInteger("status")).isEqualTo(status);
        assertThat(problem.getString("detail")).isNotBlank();
        assertThat(problem.getString("hint")).isNotBlank();
        return problem;
    }

    /** What came until one of the marks, or the end of the connection. */
    static String readUntil(Socket socket, String... marks) throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[4_096];
        int count;
        while ((count = socket.getInputStream().read(buffer)) > 0) {
            all.write(buffer, 0, count);
            String text = all.toString(StandardCharsets.UTF_8);
            for (String mark : marks) {
                if (text.contains(mark)) {
                    return text;
                }
            }
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    /** What was under way is gone. */
    void assertNoUploadsLeft() throws Exception {
        var folder = directory.resolve("uploads");
        org.awaitility.Awaitility.await().untilAsserted(() -> {
            try (var files = Files.exists(folder) ? Files.list(folder) : java.util.stream.Stream.empty()) {
                assertThat(files).isEmpty();
            }
        });
    }
}
