package io.dataprism.service;

import io.dataprism.bus.Addresses;
import io.dataprism.host.PluginHost;
import io.dataprism.plugin.PluginLogger.Level;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * {@code logger}: {@code {level?, message, fields?}} becomes a line of the log of the plugin that sends it, under the same rate as
 * what it logs through its context.
 */
final class OwnLog implements Service {

    private static final List<String> LEVELS =
            Arrays.stream(Level.values()).map(Level::name).toList();

    private final PluginHost plugins;

    OwnLog(PluginHost plugins) {
        this.plugins = plugins;
    }

    @Override
    public Map<String, Function<ServiceRequest, Future<?>>> addresses() {
        return Map.of(Addresses.LOGGER, this::write);
    }

    private Future<JsonObject> write(ServiceRequest request) {
        plugins.log(request.plugin(), level(request), request.text("message"), request.object("fields"));
        return Future.succeededFuture(new JsonObject());
    }

    private static Level level(ServiceRequest request) {
        String level = request.optionalText("level");
        if (level == null) {
            return Level.INFO;
        }
        String name = level.toUpperCase(Locale.ROOT);
        if (!LEVELS.contains(name)) {
            throw request.invalid("level", "must be one of " + LEVELS);
        }
        return Level.valueOf(name);
    }
}
