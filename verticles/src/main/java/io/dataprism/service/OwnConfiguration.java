package io.dataprism.service;

import io.dataprism.bus.Addresses;
import io.dataprism.bus.CallerContext;
import io.dataprism.host.PluginHost;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.function.Function;

/** {@code config.set}: a plugin replaces its own configuration, as an operator would; the audit log says that it was the plugin. */
final class OwnConfiguration implements Service {

    private final Vertx vertx;
    private final PluginHost plugins;

    OwnConfiguration(Vertx vertx, PluginHost plugins) {
        this.vertx = vertx;
        this.plugins = plugins;
    }

    @Override
    public Map<String, Function<ServiceRequest, Future<?>>> addresses() {
        return Map.of(Addresses.CONFIG_SET, this::set);
    }

    private Future<JsonObject> set(ServiceRequest request) {
        JsonObject settings = request.typed().object("settings").json();
        Context context = vertx.getOrCreateContext();
        Promise<JsonObject> promise = Promise.promise();
        CallerContext.duplicateFor(context, request.caller())
                .runOnContext(
                        go -> plugins.configure(request.plugin(), settings).onComplete(promise));
        return promise.future();
    }
}
