package io.dataprism.gateway;

import io.dataprism.core.permission.Principal.Role;
import io.dataprism.gateway.contract.Parameters;
import io.dataprism.host.PluginService;
import io.dataprism.plugin.ExportFormat;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** Views that plugins keep: opened by an operation with {@code "live": true}, then {@code /v1/plugins/{name}/views/{view}}. */
final class ViewRoutes {

    private static final String VIEW = "/v1/plugins/:name/views/:view";

    private final PluginService plugins;
    private final Access access;
    private final Bodies bodies;

    ViewRoutes(PluginService plugins, Access access, Bodies bodies) {
        this.plugins = plugins;
        this.access = access;
        this.bodies = bodies;
    }

    void mount(Router router) {
        router.post(VIEW + "/update")
                .handler(access.anyOf(Role.ANALYST))
                .handler(access::pluginInScope)
                .handler(context -> answer(context, bodies.object(context).compose(json -> update(context, json))));
        router.post(VIEW + "/resize")
                .handler(access.anyOf(Role.ANALYST))
                .handler(access::pluginInScope)
                .handler(context -> answer(context, bodies.object(context).compose(json -> resize(context, json))));
        router.delete(VIEW)
                .handler(access.anyOf(Role.ANALYST))
                .handler(access::pluginInScope)
                .handler(this::close);
    }

    private void close(RoutingContext context) {
        Parameters.of(context);
        step(context, "CLOSE", new JsonObject())
                .onSuccess(gone -> Answers.nothing(context))
                .onFailure(failure -> Answers.problem(context, failure));
    }

    /** Opens a view and answers {@code {viewId, topic}}. */
    Future<Void> open(RoutingContext context, JsonObject json, String operation, @Nullable ExportFormat format) {
        RequestDocument body = new RequestDocument("POST /v1/plugins/{name}/operations/{operation}", json);
        JsonObject params = body.object("params");
        JsonObject options = body.object("options");
        JsonObject input = body.object("input");
        body.check();
        JsonObject message = new JsonObject()
                .put("operation", operation)
                .put("live", true)
                .put("params", params)
                .put("options", options)
                .put("input", input)
                .put("format", format == null ? null : format.name());
        return plugins.view(context.pathParam("name"), message)
                .onSuccess(view -> Answers.json(context, 200, view))
                .mapEmpty();
    }

    private Future<JsonObject> update(RoutingContext context, JsonObject json) {
        RequestDocument body = new RequestDocument("POST /v1/plugins/{name}/views/{view}/update", json);
        JsonObject input = body.object("input");
        body.check();
        return step(context, "UPDATE", new JsonObject().put("input", input));
    }

    private Future<JsonObject> resize(RoutingContext context, JsonObject json) {
        JsonObject size = new JsonObject().put("width", json.getLong("width")).put("height", json.getLong("height"));
        return step(context, "RESIZE", size);
    }

    private Future<JsonObject> step(RoutingContext context, String action, JsonObject message) {
        return plugins.view(
                context.pathParam("name"),
                message.put("view", context.pathParam("view")).put("action", action));
    }

    private static void answer(RoutingContext context, Future<JsonObject> outcome) {
        outcome.onSuccess(json -> Answers.json(context, 200, json))
                .onFailure(failure -> Answers.problem(context, failure));
    }
}
