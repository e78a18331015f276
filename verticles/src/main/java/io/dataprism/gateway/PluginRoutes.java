package io.dataprism.gateway;

import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.dataprism.core.permission.Principal.Role;
import io.dataprism.gateway.contract.Parameters;
import io.dataprism.gateway.logs.ClusterLogs;
import io.dataprism.host.PluginService;
import io.dataprism.host.PluginService.Change;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.function.Function;

/** {@code /v1/plugins}, but for the operations. */
final class PluginRoutes {

    private static final List<String> PACKAGE_TYPES = List.of("application/java-archive", "application/zip");
    private static final Role[] ANY = Role.values();
    private static final String EVENTS = "text/event-stream";
    private static final List<String> LOG_TYPES = List.of("application/x-ndjson", EVENTS);

    private final PluginService plugins;
    private final ClusterLogs logs;
    private final Access access;
    private final Bodies bodies;
    private final Uploads uploads;
    private final Limits limits;

    PluginRoutes(
            PluginService plugins, ClusterLogs logs, Access access, Bodies bodies, Uploads uploads, Limits limits) {
        this.plugins = plugins;
        this.logs = logs;
        this.access = access;
        this.bodies = bodies;
        this.uploads = uploads;
        this.limits = limits;
    }

    void mount(Router router) {
        router.post("/v1/plugins").handler(access.anyOf(Role.OPERATOR)).handler(this::register);
        read(router, "/v1/plugins", ANY).handler(this::list);
        readOne(router, "", ANY, plugins::get);
        router.delete("/v1/plugins/:name")
                .handler(access.anyOf(Role.OPERATOR))
                .handler(access::pluginInScope)
                .handler(this::unregister);
        readOne(router, "/grants", new Role[] {Role.OPERATOR}, plugins::grants);
        putOne(router, "/grants", this::grant);
        readOne(router, "/configuration", new Role[] {Role.OPERATOR}, plugins::configuration);
        putOne(router, "/configuration", this::configure);
        readOne(router, "/deployment", new Role[] {Role.OPERATOR}, plugins::deployment);
        router.put("/v1/plugins/:name/deployment")
                .handler(access.anyOf(Role.OPERATOR))
                .handler(access::pluginInScope)
                .handler(context -> answerChange(context, deploy(context)));
        router.put("/v1/plugins/:name/package")
                .handler(access.anyOf(Role.OPERATOR))
                .handler(access::pluginInScope)
                .handler(context -> answerChange(context, reload(context)));
        step(router, "load", plugins::load);
        step(router, "activate", plugins::activate);
        step(router, "deactivate", plugins::deactivate);
        step(router, "unload", plugins::unload);
        read(router, "/v1/plugins/:name/logs", Role.OPERATOR)
                .handler(access::pluginInScope)
                .handler(this::logs);
    }

    private Route read(Router router, String path, Role... roles) {
        return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(access.anyOf(roles));
    }

    private void readOne(Router router, String part, Role[] roles, Function<String, Future<JsonObject>> call) {
        read(router, "/v1/plugins/:name" + part, roles)
                .handler(access::pluginInScope)
                .handler(context -> {
                    Parameters.of(context);
                    answer(context, call.apply(context.pathParam("name")));
                });
    }

    private void putOne(Router router, String part, Function<RoutingContext, Future<JsonObject>> call) {
        router.put("/v1/plugins/:name" + part)
                .handler(access.anyOf(Role.OPERATOR))
                .handler(access::pluginInScope)
                .handler(context -> answer(context, call.apply(context)));
    }

    private void step(Router router, String verb, Function<String, Future<JsonObject>> call) {
        router.post("/v1/plugins/:name/" + verb)
                .handler(access.anyOf(Role.OPERATOR))
                .handler(access::pluginInScope)
                .handler(context -> answer(
                        context,
                        bodies.optionalObject(context).compose(none -> call.apply(context.pathParam("name")))));
    }

    private static void answer(RoutingContext context, Future<JsonObject> outcome) {
        outcome.onSuccess(json -> Answers.json(context, 200, narrowed(json, Access.user(context))))
                .onFailure(failure -> Answers.problem(context, failure));
    }

    /** A plugin without the names of those dependents that are outside of the user's plugins. */
    private static JsonObject narrowed(JsonObject plugin, Principal.User user) {
        JsonArray dependents = user.plugins() == null ? null : plugin.getJsonArray("dependents");
        if (dependents == null) {
            return plugin;
        }
        JsonArray reached = new JsonArray();
        dependents.stream()
                .filter(each -> user.reachesPlugin(String.valueOf(each)))
                .forEach(reached::add);
        return plugin.copy().put("dependents", reached);
    }

    private static void answerChange(RoutingContext context, Future<Change> outcome) {
        outcome.onSuccess(change -> Answers.json(context, change.pending() ? 202 : 200, change.answer()))
                .onFailure(failure -> Answers.problem(context, failure));
    }

    private static void checkPackageType(RoutingContext context) {
        String type = MediaTypes.essence(context.request().getHeader(HttpHeaders.CONTENT_TYPE));
        if (!PACKAGE_TYPES.contains(type)) {
            throw MediaTypes.unsupported(type, PACKAGE_TYPES);
        }
    }

    private Future<Change> reload(RoutingContext context) {
        Parameters.of(context);
        checkPackageType(context);
        String name = context.pathParam("name");
        context.request().pause();
        return plugins.get(name)
                .compose(known -> uploads.receive(context, limits.packageBytes(), file -> plugins.reload(name, file)));
    }

    private Future<Change> deploy(RoutingContext context) {
        return bodies.object(context).compose(json -> plugins.deploy(context.pathParam("name"), json));
    }

    private void register(RoutingContext context) {
        boolean activate = Parameters.of(context).flag("activate");
        checkPackageType(context);
        uploads.receive(context, limits.packageBytes(), file -> plugins.register(file, activate))
                .onSuccess(done -> Answers.json(
                        context, done.created() ? 201 : 200, narrowed(done.plugin(), Access.user(context))))
                .onFailure(failure -> Answers.problem(context, failure));
    }

    private void list(RoutingContext context) {
        Parameters parameters = Parameters.of(context);
        String category = parameters.text("category");
        String state = parameters.text("state");
        Principal.User user = Access.user(context);
        plugins.list(category, state)
                .onSuccess(found -> {
                    JsonArray answer = new JsonArray();
                    for (Object each : found) {
                        if (each instanceof JsonObject plugin && user.reachesPlugin(plugin.getString("name", ""))) {
                            answer.add(narrowed(plugin, user));
                        }
                    }
                    Answers.json(context, 200, answer);
                })
                .onFailure(failure -> Answers.problem(context, failure));
    }

    private void unregister(RoutingContext context) {
        Parameters.of(context);
        plugins.unregister(context.pathParam("name"))
                .onSuccess(v -> Answers.nothing(context))
                .onFailure(failure -> Answers.problem(context, failure));
    }

    private Future<JsonObject> grant(RoutingContext context) {
        return bodies.object(context).compose(json -> plugins.grant(context.pathParam("name"), json));
    }

    private Future<JsonObject> configure(RoutingContext context) {
        return bodies.object(context).compose(json -> plugins.configure(context.pathParam("name"), json));
    }

    /** What is kept; a request that follows goes on to the live connections' route of the same path. */
    private void logs(RoutingContext context) {
        Parameters parameters = Parameters.of(context);
        boolean follow = parameters.flag("follow");
        String mediaType =
                MediaTypes.negotiate(context.request().getHeader(HttpHeaders.ACCEPT), LOG_TYPES, Function.identity());
        if (follow) {
            context.setAcceptableContentType(mediaType);
            context.next();
            return;
        }
        logs.read(Caller.of(Access.user(context)), context.pathParam("name"))
                .onSuccess(reading -> new KeptLog(context, reading, mediaType, mediaType.equals(EVENTS)).answer())
                .onFailure(failure -> Answers.problem(context, failure));
    }
}
