package io.dataprism.host;

import io.dataprism.bus.Addresses;
import io.dataprism.bus.CallerContext;
import io.dataprism.bus.MessageBody;
import io.dataprism.bus.Replies;
import io.dataprism.core.catalog.Catalog;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.dataprism.plugin.PluginLogger;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a plugin may always send to: its own configuration and its own log.
 *
 * @param logs of the plugins that are known here
 */
record OwnAddresses(Catalog catalog, Function<String, @Nullable PluginLog> logs) {

    /** Serves them from the context that calls. */
    Future<?> serve(Vertx vertx) {
        return Future.all(
                serve(vertx, Addresses.CONFIG_GET, this::configuration), serve(vertx, Addresses.LOGGER, this::logLine));
    }

    private static Future<Void> serve(Vertx vertx, String address, BiFunction<String, MessageBody, JsonObject> answer) {
        return vertx.eventBus()
                .<JsonObject>localConsumer(address, message -> {
                    try {
                        message.reply(answer.apply(plugin(message), MessageBody.of(message)));
                    } catch (RuntimeException failure) {
                        Replies.fail(message, failure);
                    }
                })
                .completion();
    }

    private static String plugin(Message<?> message) {
        Caller sender = CallerContext.sender();
        if (sender != null && sender.principal() instanceof Principal.Plugin plugin) {
            return plugin.name();
        }
        throw HostProblems.request(
                "Only a plugin has something of its own at " + message.address() + ".", "Name the plugin.");
    }

    private JsonObject configuration(String plugin, MessageBody body) {
        return new JsonObject(catalog.get(plugin).configuration());
    }

    private JsonObject logLine(String plugin, MessageBody line) {
        String level = level(line);
        String message = line.text("message");
        PluginLog log = logs.apply(plugin);
        if (log != null) {
            log.add(level, message);
        }
        return new JsonObject();
    }

    /** @throws DataPrismException {@code REQUEST_INVALID} */
    private static String level(MessageBody line) {
        String level = line.optionalText("level");
        return Arrays.stream(PluginLogger.Level.values())
                .map(PluginLogger.Level::name)
                .filter(known -> known.equalsIgnoreCase(level == null ? PluginLogger.Level.INFO.name() : level))
                .findFirst()
                .orElseThrow(() -> line.wrong("level", "one of " + Arrays.toString(PluginLogger.Level.values())));
    }
}
