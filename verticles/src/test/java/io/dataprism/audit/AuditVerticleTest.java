package io.dataprism.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.bus.Addresses;
import io.dataprism.bus.Replies;
import io.dataprism.cluster.AloneMembers;
import io.dataprism.cluster.BusNodeCalls;
import io.dataprism.cluster.LocalNodeStates;
import io.dataprism.cluster.Member;
import io.dataprism.core.audit.AuditFilter;
import io.dataprism.core.audit.AuditPage;
import io.dataprism.core.audit.AuditReader;
import io.dataprism.core.audit.AuditStart;
import io.dataprism.core.audit.AuditVerifier;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.dataprism.core.permission.Principal.Role;
import io.dataprism.gateway.Authenticator;
import io.dataprism.gateway.live.AuditRoutes;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class AuditVerticleTest {

    private static final Caller EVE = Caller.of(new Principal.User("eve", Set.of(Role.ANALYST), null, null, null));

    @TempDir
    Path data;

    private Vertx vertx;
    private AuditQueue queue;
    private AuditService audit;
    private AuditVerticle verticle;
    private HttpClient http;
    private int port;
    private volatile Principal.User user = Principal.User.admin();

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        queue = new AuditQueue();
        audit = new QueuedAuditService(queue, InstantSource.system());
        verticle = new AuditVerticle(data, "n1", queue, InstantSource.system());
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void linesAreWrittenInOrderAndSurviveTheEnd() throws Exception {
        record("before.deploy");
        deploy();
        for (int i = 0; i < 3000; i++) {
            record("action." + i);
        }
        vertx.eventBus()
                .send(Addresses.AUDIT, new JsonObject().put("action", "by.bus").put("principal", "/nodes/n1"));
        assertThat(lines("action.*")).hasSize(3000);

        vertx.close().await(10, TimeUnit.SECONDS);

        AuditVerifier.Verdict verdict = AuditVerifier.verify(data);
        assertThat(verdict.ok()).as(verdict.toString()).isTrue();
        List<String> lines = new AuditReader(data, AuditFilter.ANY)
                .page(AuditStart.FIRST, 5000, 10_000_000).lines().stream()
                        .map(AuditPage.Line::json)
                        .toList();
        assertThat(lines).hasSize(3002);
        assertThat(lines.get(0)).contains("\"before.deploy\"", "\"principal\":\"/plugins/stats\"", "[\"/users/eve\"]");
        assertThat(lines.get(1)).contains("\"action.0\"");
    }

    @Test
    void whatDoesNotFitIsDroppedCountedAndSaid() throws Exception {
        for (int i = 0; i < AuditQueue.LINES_LIMIT + 7; i++) {
            record("action." + i);
        }
        deploy();

        List<String> dropped = lines("audit.dropped");

        assertThat(dropped).singleElement().asString().contains("\"details\":{\"lines\":7}");
        assertThat(verticle.verify(List.of()).await(10, TimeUnit.SECONDS).lines())
                .isEqualTo(AuditQueue.LINES_LIMIT + 2);
    }

    @Test
    void operatorsReadAndVerifyOverHttp() throws Exception {
        deploy();
        serve();
        record("query.run");
        record("query.run");

        String[] lines = call(HttpMethod.GET, "/v1/audit?user=eve&action=query.run&limit=1", 200)
                .split("\n");
        assertThat(lines).hasSize(1);
        JsonObject line = new JsonObject(lines[0]);
        assertThat(line.getString("principal")).isEqualTo("/plugins/stats");
        assertThat(call(HttpMethod.GET, "/v1/audit?plugin=stats&after=" + line.getString("cursor"), 200)
                        .split("\n"))
                .hasSize(1);
        JsonObject verdict = verdict();
        assertThat(verdict)
                .isEqualTo(new JsonObject().put("node", "n1").put("lines", 3).put("ok", true));

        Path file = data.resolve("audit/audit.jsonl");
        Files.writeString(file, Files.readString(file).replaceFirst("\"outcome\":\"ok\"", "\"outcome\":\"no\""));
        assertThat(verdict().getBoolean("ok")).isFalse();
        assertThat(verdict().getInteger("firstBad")).isEqualTo(2);

        assertThat(call(HttpMethod.GET, "/v1/audit?after=x", 400)).contains("REQUEST_INVALID");
        assertThat(call(HttpMethod.GET, "/v1/audit?limit=x", 400)).contains("REQUEST_INVALID");
        assertThat(call(HttpMethod.GET, "/v1/audit?plugins=stats", 400))
                .contains("REQUEST_INVALID", "'plugins'", "plugin");
        user = new Principal.User("ann", Set.of(Role.ANALYST), null, null, null);
        assertThat(call(HttpMethod.GET, "/v1/audit", 403)).contains("operator");
        user = new Principal.User("op", Set.of(Role.OPERATOR), null, null, null);
        call(HttpMethod.GET, "/v1/audit", 200);
    }

    @Test
    void whoseTokenIsNarrowedToSomePluginsReadsNoLineAboutAnother() throws Exception {
        deploy();
        serve();
        record("query.run");
        Caller node = new Caller(new Principal.Node("n1"), null);
        for (String name : List.of("probe-1", "zz3")) {
            audit.record("plugin.granted", node, name, "ok", new JsonObject());
            audit.record("plugin.state", node, "dataprism.plugin." + name, "ok", new JsonObject());
            audit.record("llm.called", node, "model", "ok", new JsonObject().put("plugin", name));
            audit.record(
                    "permission.refused", node, "PUT /v1/plugins/" + name + "/grants", "refused", new JsonObject());
        }
        audit.record("token.created", node, "t1", "ok", new JsonObject());

        user = new Principal.User("op", Set.of(Role.OPERATOR), null, null, List.of("probe-*"));
        String narrowed = call(HttpMethod.GET, "/v1/audit", 200);
        assertThat(narrowed).contains("probe-1", "token.created").doesNotContain("zz3", "stats");
        assertThat(narrowed.lines()).hasSize(5);
        assertThat(call(HttpMethod.GET, "/v1/audit?plugin=zz3", 200)).isEmpty();
        assertThat(call(HttpMethod.GET, "/v1/audit?action=plugin.*&limit=1", 200))
                .contains("probe-1");
        user = new Principal.User("op", Set.of(Role.OPERATOR), null, null, List.of());
        assertThat(call(HttpMethod.GET, "/v1/audit", 200).lines()).hasSize(1);
        user = new Principal.User("op", Set.of(Role.OPERATOR), null, null, null);
        assertThat(call(HttpMethod.GET, "/v1/audit", 200).lines()).hasSize(10);
    }

    private JsonObject verdict() throws Exception {
        return new JsonObject(call(HttpMethod.POST, "/v1/audit/verify", 200))
                .getJsonArray("nodes")
                .getJsonObject(0);
    }

    private List<String> lines(String action) throws Exception {
        return verticle
                .page(new AuditFilter(null, action, null, null), AuditStart.FIRST, 5000, 10_000_000)
                .await(10, TimeUnit.SECONDS)
                .lines()
                .stream()
                .map(AuditPage.Line::json)
                .toList();
    }

    private void deploy() throws Exception {
        vertx.deployVerticle(verticle).await(10, TimeUnit.SECONDS);
    }

    private void serve() throws Exception {
        Router router = Router.router(vertx);
        router.route()
                .handler(context -> {
                    context.put(Authenticator.IDENTITY, new Authenticator.Identity(user, null));
                    context.next();
                })
                .failureHandler(context -> {
                    var problem = Replies.toProblem(context.failure());
                    context.response()
                            .setStatusCode(problem.code().status())
                            .end(new JsonObject(problem.toJson()).encode());
                });
        Member self = new Member("n1", "i", "", Set.of(), Map.of(), "0.1.0", true, null, false);
        AloneMembers members = new AloneMembers(self);
        BusNodeCalls calls = new BusNodeCalls("n1", members);
        AuditHeadExchange heads =
                new AuditHeadExchange(data, members, new LocalNodeStates("n1"), verticle, InstantSource.system());
        vertx.deployVerticle(calls).await(10, TimeUnit.SECONDS);
        vertx.deployVerticle(heads).await(10, TimeUnit.SECONDS);
        new AuditRoutes(vertx, new ClusterAudit(members, calls, verticle, heads)).mount(router);
        HttpServer server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
        port = server.actualPort();
        http = vertx.createHttpClient();
    }

    private String call(HttpMethod method, String path, int status) throws Exception {
        return http.request(method, port, "127.0.0.1", path)
                .compose(request -> request.send().compose(response -> {
                    assertThat(response.statusCode()).isEqualTo(status);
                    return response.body();
                }))
                .await(10, TimeUnit.SECONDS)
                .toString();
    }

    private void record(String action) {
        audit.record(
                action,
                new Caller(new Principal.Plugin("stats"), EVE),
                "target",
                "ok",
                new JsonObject().put("rows", 1));
    }
}
