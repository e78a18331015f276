package io.dataprism.host;

import io.dataprism.bus.CallerContext;
import io.dataprism.core.catalog.CatalogEntry;
import io.dataprism.core.confinement.PluginProcess;
import io.dataprism.core.confinement.PluginProcess.Pulse;
import io.dataprism.core.permission.Caller;
import io.vertx.core.Context;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * What a running plugin says of itself: what it can do, once, and how it feels, again and again. Belongs to the verticle's context;
 * {@link #shown()} may be called by any thread.
 */
final class Wellbeing {

    private static final Logger LOG = LoggerFactory.getLogger(Wellbeing.class);

    private final HostParts parts;
    private final Caller node;
    private final CatalogEntry entry;
    private final Context context;
    private volatile JsonObject description = new JsonObject();
    private volatile @Nullable JsonObject health;
    private boolean unwell;

    Wellbeing(HostParts parts, Caller node, CatalogEntry entry, Context context) {
        this.parts = parts;
        this.node = node;
        this.entry = entry;
        this.context = context;
    }

    /** Asks what the plugin can do; fails where it cannot say. */
    Mono<Void> describe(PluginProcess process) {
        return process.describe()
                .doOnNext(told -> description = new JsonObject(told).copy())
                .then();
    }

    /** Asks how the plugin feels. */
    void ask(PluginProcess process) {
        process.health()
                .subscribe(
                        pulse -> context.runOnContext(go -> feels(pulse)),
                        silent -> LOG.debug("Plugin {} did not say how it feels", entry.name(), silent));
    }

    /** {@code {capabilities, features, health}}. */
    JsonObject shown() {
        JsonObject told = description;
        return new JsonObject()
                .put("capabilities", told.getValue("capabilities", new JsonArray()))
                .put("features", told)
                .put("health", health);
    }

    /** The first unhealthy answer in a row is an event. */
    private void feels(Pulse pulse) {
        health = new JsonObject()
                .put("healthy", pulse.healthy())
                .put("detail", pulse.detail())
                .put("metrics", pulse.metrics())
                .put("time", Instant.now().toString())
                .copy();
        boolean turned = !pulse.healthy() && !unwell;
        unwell = !pulse.healthy();
        if (turned) {
            JsonObject data = new JsonObject()
                    .put("name", entry.name())
                    .put("version", entry.version())
                    .put("node", parts.node().id())
                    .put("reason", pulse.detail());
            CallerContext.duplicateFor(context, node)
                    .runOnContext(go -> parts.events().tell("plugin:unhealthy", data));
        }
    }
}
