package io.dataprism.gateway;

import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.dataprism.core.permission.Principal.Role;
import io.dataprism.gateway.contract.Parameters;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.BooleanSupplier;

/** What a node tells of itself: status, cluster, metrics, health, and the page at {@code /}. */
final class NodeRoutes {

    private static final String PAGE = """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <title>DataPrism</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <style>body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem}</style>
            <h1>DataPrism</h1>
            <p>Data plugins that nobody has to trust, next to an analytical engine.</p>
            <p>This node speaks HTTP under <code>/v1</code>: send
            <code>Authorization: Bearer &lt;token&gt;</code> with the token in <code>admin.token</code> of its data folder.</p>
            <ul><li><a href="/health/ready">Is it ready?</a></li><li><a href="/health/live">Is it alive?</a></li></ul>
            </html>
            """;

    private final NodeView node;
    private final GatewaySettings settings;
    private final Access access;
    private final BooleanSupplier draining;

    NodeRoutes(NodeView node, GatewaySettings settings, Access access, BooleanSupplier draining) {
        this.node = node;
        this.settings = settings;
        this.access = access;
        this.draining = draining;
    }

    /** Those that need no token. */
    void mountOpen(Router router) {
        get(router, "/health/live", context -> health(context, true));
        get(router, "/health/ready", context -> health(context, node.ready() && !draining.getAsBoolean()));
        get(router, "/", context -> {
            context.response()
                    .putHeader(
                            "Content-Security-Policy",
                            "default-src 'none'; style-src 'unsafe-inline'; connect-src 'self'")
                    .putHeader("X-Content-Type-Options", "nosniff");
            Answers.bytes(context, 200, "text/html; charset=utf-8", Buffer.buffer(PAGE));
        });
    }

    /** Those that need one. */
    void mountProtected(Router router) {
        router.route("/v1/status")
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(access.anyOf(Role.values()))
                .handler(this::status);
        router.route("/v1/cluster")
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(access.anyOf(Role.values()))
                .handler(this::cluster);
        router.post("/v1/cluster/nodes/:id/drain")
                .handler(access.anyOf(Role.OPERATOR))
                .handler(this::drain);
        router.delete("/v1/cluster/nodes/:id")
                .handler(access.anyOf(Role.OPERATOR))
                .handler(this::forget);
        router.route("/metrics")
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(access.anyOf(Role.OPERATOR))
                .handler(this::metrics);
    }

    private static void get(Router router, String path, io.vertx.core.Handler<RoutingContext> handler) {
        router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(handler);
    }

    private static void health(RoutingContext context, boolean well) {
        context.response().putHeader("Cache-Control", "no-store");
        Answers.json(context, well ? 200 : 503, new JsonObject().put("status", well ? "UP" : "DOWN"));
    }

    private void cluster(RoutingContext context) {
        Parameters.of(context);
        Principal.User user = Access.user(context);
        node.cluster()
                .onSuccess(cluster -> Answers.json(context, 200, narrowed(cluster, user)))
                .onFailure(failure -> Answers.problem(context, failure));
    }

    private void drain(RoutingContext context) {
        Parameters.of(context);
        node.drain(Caller.of(Access.user(context)), context.pathParam("id"))
                .onSuccess(drained -> Answers.json(context, 202, drained))
                .onFailure(failure -> Answers.problem(context, failure));
    }

    private void forget(RoutingContext context) {
        Parameters.of(context);
        node.forget(Caller.of(Access.user(context)), context.pathParam("id"))
                .onSuccess(forgotten -> Answers.nothing(context))
                .onFailure(failure -> Answers.problem(context, failure));
    }

    /** Without the places of plugins that the user's token does not reach. */
    private static JsonObject narrowed(JsonObject cluster, Principal.User user) {
        JsonArray places = cluster.getJsonArray("placement");
        if (places == null || user.plugins() == null) {
            return cluster;
        }
        JsonArray reached = new JsonArray();
        for (Object each : places) {
            if (each instanceof JsonObject place && user.reachesPlugin(place.getString("plugin", ""))) {
                reached.add(place);
            }
        }
        return cluster.copy().put("placement", reached);
    }

    private void status(RoutingContext context) {
        Parameters.of(context);
        JsonObject status = new JsonObject()
                .put("version", settings.node().version())
                .put("node", settings.node().id())
                .put("limits", settings.limits().toJson().mergeIn(node.limits()))
                .put("isolation", node.isolation());
        JsonObject cluster = node.clusterState();
        if (!cluster.isEmpty()) {
            status.put("cluster", cluster);
        }
        Answers.json(context, 200, status);
    }

    private void metrics(RoutingContext context) {
        Principal.User user = Access.user(context);
        context.vertx()
                .executeBlocking(
                        () -> user.plugins() == null
                                ? node.metrics()
                                : PluginSeries.of(node.metrics(), user::reachesPlugin),
                        false)
                .onSuccess(text ->
                        Answers.bytes(context, 200, "text/plain; version=0.0.4; charset=utf-8", Buffer.buffer(text)))
                .onFailure(failure -> Answers.problem(context, failure));
    }
}
