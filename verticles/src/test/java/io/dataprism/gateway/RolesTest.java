package io.dataprism.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.audit.AuditHeadExchange;
import io.dataprism.audit.AuditQueue;
import io.dataprism.audit.AuditVerticle;
import io.dataprism.audit.ClusterAudit;
import io.dataprism.cluster.AloneMembers;
import io.dataprism.cluster.BusNodeCalls;
import io.dataprism.cluster.LocalNodeStates;
import io.dataprism.cluster.Member;
import io.dataprism.cluster.Role;
import io.dataprism.core.event.EventLog;
import io.dataprism.core.event.LocalEventLog;
import io.dataprism.event.BusEventService;
import io.dataprism.event.EventFeed;
import io.dataprism.gateway.live.AuditRoutes;
import io.dataprism.gateway.live.LiveConnections;
import io.dataprism.gateway.live.LiveRoutes;
import io.dataprism.gateway.logs.ClusterLogs;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may do what: every route that a node has, with every role and without one. */
class RolesTest {

    private static final Set<String> ALL = Set.of("admin", "operator", "analyst", "subscriber");
    private static final Map<String, String> TOKENS = Map.of(
            "admin", GatewayFixture.TOKEN,
            "operator", "operator",
            "analyst", "analyst",
            "subscriber", "subscriber");

    /** {@code open} needs no token; an admin may do everything that anybody may. */
    private static final String TABLE = """
            GET    /health/live                               open
            GET    /health/ready                              open
            GET    /openapi.json                              open
            GET    /asyncapi.json                             open
            GET    /                                          open
            GET    /metrics                                   operator
            GET    /v1/status                                 operator analyst subscriber
            GET    /v1/cluster                                operator analyst subscriber
            POST   /v1/cluster/nodes/:id/drain                operator
            DELETE /v1/cluster/nodes/:id                      operator
            POST   /v1/session                                operator analyst subscriber
            DELETE /v1/session                                operator analyst subscriber
            POST   /v1/tokens                                 admin
            GET    /v1/tokens                                 admin
            DELETE /v1/tokens/:id                             admin
            POST   /v1/query                                  analyst
            GET    /v1/queries                                analyst
            DELETE /v1/queries/:id                            analyst
            GET    /v1/tables                                 analyst
            GET    /v1/tables/:name                           analyst
            PUT    /v1/tables/:name                           analyst
            DELETE /v1/tables/:name                           analyst
            POST   /v1/plugins                                operator
            GET    /v1/plugins                                operator analyst subscriber
            GET    /v1/plugins/:name                          operator analyst subscriber
            DELETE /v1/plugins/:name                          operator
            GET    /v1/plugins/:name/grants                   operator
            PUT    /v1/plugins/:name/grants                   operator
            GET    /v1/plugins/:name/configuration            operator
            PUT    /v1/plugins/:name/configuration            operator
            GET    /v1/plugins/:name/deployment               operator
            PUT    /v1/plugins/:name/deployment               operator
            PUT    /v1/plugins/:name/package                  operator
            POST   /v1/plugins/:name/load                     operator
            POST   /v1/plugins/:name/activate                 operator
            POST   /v1/plugins/:name/deactivate               operator
            POST   /v1/plugins/:name/unload                   operator
            GET    /v1/plugins/:name/logs                     operator
            POST   /v1/plugins/:name/operations/:operation    analyst
            POST   /v1/plugins/:name/views/:view/update       analyst
            POST   /v1/plugins/:name/views/:view/resize       analyst
            DELETE /v1/plugins/:name/views/:view              analyst
            GET    /v1/events                                 subscriber
            GET    /v1/events/history                         subscriber
            DELETE /v1/events/history                         admin
            GET    /v1/events/stats                           operator subscriber
            POST   /v1/events/:topic                          subscriber
            GET    /v1/audit                                  operator
            POST   /v1/audit/verify                           operator
            """;

    /** Not told by role before it is a WebSocket, and what only tests have. */
    private static final Set<String> ELSEWHERE = Set.of("GET /v1/ws", "GET /v1/more");

    private static final List<Router> ROUTERS = new CopyOnWriteArrayList<>();
    private static GatewayFixture gateway;

    /** @param path with parameters */
    record Row(String method, String path, Set<String> roles, boolean open) {

        static Row of(String line) {
            List<String> words = Arrays.asList(line.strip().split(" +"));
            Set<String> roles = new TreeSet<>(words.subList(2, words.size()));
            boolean open = roles.remove("open");
            roles.add("admin");
            return new Row(words.get(0), words.get(1), open ? ALL : roles, open);
        }

        /** A path whose names every token of the table reaches. */
        String concrete() {
            boolean table = path.startsWith("/v1/tables");
            return path.replace(":name", table ? "pub_x" : "alpha")
                            .replace(":operation", "sum")
                            .replace(":topic", "app:x")
                            .replaceAll(":[a-z]+", "none")
                    + (path.equals("/v1/events") || path.equals("/v1/events/history") ? "?topic=app:x" : "");
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    static Stream<Row> table() {
        return TABLE.lines().map(Row::of);
    }

    @BeforeAll
    static void start() {
        gateway = withAllRoutes(ROUTERS);
    }

    /** A gateway with all routes that a node has. @param routers gets those of its instances */
    static GatewayFixture withAllRoutes(List<Router> routers) {
        return new GatewayFixture(Duration.ofSeconds(2), Set.of(), List.of((fixture, router) -> {
            routers.add(router);
            mountTheRest(fixture, router);
        }));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static void mountTheRest(GatewayFixture fixture, Router router) {
        EventFeed feed = new EventFeed(
                fixture.vertx, new LocalEventLog(EventLog.Limits.DEFAULT, InstantSource.system()), "node-1");
        new LiveRoutes(
                        fixture.vertx,
                        feed,
                        new BusEventService(fixture.vertx),
                        token -> io.vertx.core.Future.failedFuture(AdminToken.refusal(null)),
                        fixture.queries,
                        fixture.plugins,
                        ClusterLogs.here("node-1", fixture.plugins::log),
                        (batch, columns) -> "[]",
                        new LiveConnections(),
                        fixture.limits)
                .mount(router);
        new AuditRoutes(fixture.vertx, audit(fixture)).mount(router);
    }

    /** Of a node that is alone, whose log is not open. */
    private static ClusterAudit audit(GatewayFixture fixture) {
        Member self = new Member("node-1", "i", "", Set.of(Role.GATEWAY), Map.of(), "0.1.0", true, null, false);
        AloneMembers members = new AloneMembers(self);
        BusNodeCalls calls = new BusNodeCalls("node-1", members);
        fixture.vertx.deployVerticle(calls);
        AuditVerticle verticle =
                new AuditVerticle(fixture.directory, "node-1", new AuditQueue(), InstantSource.system());
        return new ClusterAudit(
                members,
                calls,
                verticle,
                new AuditHeadExchange(
                        fixture.directory, members, new LocalNodeStates("node-1"), verticle, InstantSource.system()));
    }

    private static JsonObject send(Row row, String path, String token) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + gateway.deployed.port() + path))
                .timeout(Duration.ofSeconds(20))
                .header("Content-Type", "application/json")
                .method(
                        row.method(),
                        row.method().equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString("{}"));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        HttpResponse<InputStream> response = gateway.client.send(request.build(), BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            boolean refused = response.statusCode() == 401 || response.statusCode() == 403;
            return new JsonObject()
                    .put("status", response.statusCode())
                    .put("code", refused ? new JsonObject(new String(body.readAllBytes())).getString("code") : "")
                    .put(
                            "challenge",
                            response.headers().firstValue("WWW-Authenticate").orElse(""));
        }
    }

    @Test
    void noRouteIsLeftOut() {
        Set<String> known = table().map(Row::toString).collect(Collectors.toCollection(TreeSet::new));
        known.addAll(ELSEWHERE);
        Set<String> found = new TreeSet<>();
        for (Route route : ROUTERS.getFirst().getRoutes()) {
            Set<HttpMethod> methods = route.methods() == null ? Set.of() : route.methods();
            methods.stream()
                    .filter(method -> method != HttpMethod.HEAD)
                    .forEach(method -> found.add(method.name() + " " + route.getPath()));
        }
        assertThat(found).isEqualTo(known);
    }

    @ParameterizedTest
    @MethodSource("table")
    void aParameterThatCannotBeReadIsNoFailureOfTheNode(Row row) throws Exception {
        String path = row.concrete();
        String parameter = (path.contains("?") ? "&" : "?") + "a=%zz";
        try (Socket socket = gateway.socket(row.method() + " " + path + parameter
                + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\nAuthorization: Bearer "
                + GatewayFixture.TOKEN + "\r\n\r\n")) {
            assertThat(GatewayFixture.readUntil(socket, "\r\n\r\n"))
                    .startsWith("HTTP/1.1 ")
                    .doesNotStartWith("HTTP/1.1 5");
        }
    }

    @ParameterizedTest
    @MethodSource("table")
    void eachRoleMayDoWhatTheContractSaysAndNoMore(Row row) throws Exception {
        List<String> wrong = new ArrayList<>();
        for (String role : ALL) {
            JsonObject answer = send(row, row.concrete(), TOKENS.get(role));
            int status = answer.getInteger("status");
            boolean right = row.roles().contains(role)
                    ? status != 401 && status != 403
                    : status == 403 && answer.getString("code").equals("PERMISSION_DENIED");
            if (!right) {
                wrong.add(role + ": " + answer);
            }
        }
        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("table")
    void whoHasNoTokenOrAnEndedOneMayDoNothingThatNeedsOne(Row row) throws Exception {
        for (String token : new String[] {null, "nobody", GatewayFixture.EXPIRED}) {
            JsonObject answer = send(row, row.concrete(), token);
            if (row.open()) {
                assertThat(answer.getInteger("status")).isEqualTo(200);
            } else {
                assertThat(answer)
                        .as(String.valueOf(token))
                        .isEqualTo(new JsonObject()
                                .put("status", 401)
                                .put("code", "UNAUTHENTICATED")
                                .put("challenge", "Bearer"));
            }
        }
    }

    /** Checked before existence: none of these is there. */
    @ParameterizedTest
    @CsvSource({
        "analyst, /v1/tables/:name, /v1/tables/private",
        "analyst, /v1/plugins/:name, /v1/plugins/gamma",
        "narrowed, /v1/plugins/:name, /v1/plugins/gamma",
    })
    void whatIsBeyondATokensPatternsIsRefusedWhateverIsAsked(String token, String pattern, String path)
            throws Exception {
        List<Row> rows = table().filter(row -> row.path().startsWith(pattern)).toList();
        assertThat(rows).isNotEmpty();
        for (Row row : rows) {
            String beyond = row.path().replace(pattern, path).replaceAll(":[a-z]+", "none");
            JsonObject answer = send(row, beyond, token);
            assertThat(answer.getInteger("status")).as(row + " as " + token).isEqualTo(403);
            assertThat(answer.getString("code")).isEqualTo("PERMISSION_DENIED");
        }
    }
}
