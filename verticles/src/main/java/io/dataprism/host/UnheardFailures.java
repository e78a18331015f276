package io.dataprism.host;

import io.dataprism.bus.CallerContext;
import io.dataprism.core.confinement.HostDoor.Unheard;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.dataprism.plugin.PluginLogger.Level;
import io.vertx.core.Context;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What fails in a plugin where no call fails with it: lines of its log, and events of {@code eventbus:error} where a handler
 * failed and {@code eventbus:unhandled-rejection} where nobody handled it. At most {@value #A_SECOND} a second; the next one says
 * how many were left out. The events name the plugin as their cause, so that they never trigger it; and what fails while it handles
 * such an event is a line of the log alone, so that plugins do not keep each other busy with their failures. Any thread.
 */
final class UnheardFailures {

    private static final int A_SECOND = 10;
    private static final String OWN_TOPICS = "eventbus:";

    private final HostParts parts;
    private final Principal.Plugin plugin;
    private final Context context;
    private final PluginLog log;
    private final LongSupplier nanoTime;
    private long secondBeganAt;
    private int thisSecond;
    private long leftOut;

    /** @param context of the plugin's verticle */
    UnheardFailures(HostParts parts, Principal.Plugin plugin, Context context, PluginLog log, LongSupplier nanoTime) {
        this.parts = parts;
        this.plugin = plugin;
        this.context = context;
        this.log = log;
        this.nanoTime = nanoTime;
        this.secondBeganAt = nanoTime.getAsLong();
    }

    void tell(Unheard failure) {
        long missing = admitted();
        if (missing < 0) {
            return;
        }
        String handled = failure.topic();
        log.add(
                Level.ERROR,
                handled == null
                        ? "nobody handled: " + failure.error()
                        : "a handler of " + handled + " failed: " + failure.error());
        if (handled == null) {
            publish("eventbus:unhandled-rejection", data(failure, missing));
        } else if (!handled.startsWith(OWN_TOPICS)) {
            publish(
                    "eventbus:error",
                    data(failure, missing).put("topic", handled).put("cursor", failure.cursor()));
        }
    }

    private JsonObject data(Unheard failure, long missing) {
        return new JsonObject()
                .put("plugin", plugin.name())
                .put("error", failure.error())
                .put("leftOut", missing)
                .put("chain", new JsonArray().add(plugin.uri()));
    }

    private void publish(String topic, JsonObject data) {
        Caller node = Caller.of(new Principal.Node(parts.node().id()));
        CallerContext.duplicateFor(context, node)
                .runOnContext(go -> parts.events().tell(topic, data));
    }

    /** How many were left out before this one; below 0: this one is, too. */
    private synchronized long admitted() {
        long now = nanoTime.getAsLong();
        if (now - secondBeganAt >= TimeUnit.SECONDS.toNanos(1)) {
            secondBeganAt = now;
            thisSecond = 0;
        }
        if (thisSecond >= A_SECOND) {
            leftOut++;
            return -1;
        }
        thisSecond++;
        long missing = leftOut;
        leftOut = 0;
        return missing;
    }
}
