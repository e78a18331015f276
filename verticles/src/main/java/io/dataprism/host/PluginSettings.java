package io.dataprism.host;

import io.dataprism.core.catalog.Catalog;
import io.dataprism.core.catalog.CatalogEntry;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configurations of plugins: checked, handed over, kept, and shown without what is secret. Called on any context of
 * Vert.x, on which it answers.
 */
record PluginSettings(HostParts parts, Catalog catalog, ReconcilerVerticle reconciler) {

    /** The method by which a node that has a process is asked to hand settings to it and to keep them. */
    static final String CONFIGURE = "plugins.configure";

    private static final Logger LOG = LoggerFactory.getLogger(PluginSettings.class);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** As set, without {@code writeOnly} values. */
    JsonObject shown(String name) {
        CatalogEntry entry = catalog.get(name);
        return schema(entry).shown(new JsonObject(entry.configuration()));
    }

    /** Replaces all; answers what is shown of it. {@code CONFIGURATION_INVALID}, or the plugin's own refusal. */
    Future<JsonObject> configure(String name, JsonObject settings, Caller caller) {
        return upToDate(name).compose(seen -> configure(seen, settings, caller));
    }

    /** An operator who was answered by one node and asks another has seen all that there is. */
    private Future<CatalogEntry> upToDate(String name) {
        return reconciler.on(() -> reconciler.changes().ask(() -> catalog.upToDate(name)));
    }

    private Future<JsonObject> configure(CatalogEntry seen, JsonObject settings, Caller caller) {
        String name = seen.name();
        SchemaCheck schema = schema(seen);
        return check(name, schema, settings).compose(checked -> {
            PluginInstance instance = reconciler.instance(seen);
            // Two at once are two changes: what the plugin has and what is kept must not part.
            instance.begin("take the settings " + UUID.randomUUID());
            return takeSomewhere(instance, seen, settings, caller)
                    .onComplete(done -> instance.end())
                    .compose(generation -> untilAllHave(name, generation))
                    .map(taken -> schema.shown(settings));
        });
    }

    /** Settings that were checked go to the one process that may refuse them, wherever it is; the others follow the catalog. */
    private Future<Long> takeSomewhere(PluginInstance instance, CatalogEntry seen, JsonObject settings, Caller caller) {
        List<String> elsewhere = reconciler.reports().runningElsewhere(instance.name());
        if (instance.verticle() != null || elsewhere.isEmpty()) {
            return take(instance, seen, settings, caller);
        }
        JsonObject asked = new JsonObject().put("name", instance.name()).put("settings", settings);
        return parts.cluster()
                .calls()
                .call(elsewhere.getFirst(), CONFIGURE, caller, asked, LIMIT)
                .map(done -> done.getLong("generation"));
    }

    /** Does what another node asks for with {@link #CONFIGURE}. */
    Future<Long> takeHere(String name, JsonObject settings, Caller caller) {
        return upToDate(name).compose(seen -> {
            PluginInstance instance = reconciler.instance(seen);
            instance.begin("take the settings " + UUID.randomUUID());
            return take(instance, seen, settings, caller).onComplete(done -> instance.end());
        });
    }

    private Future<Void> untilAllHave(String name, long generation) {
        String self = parts.cluster().self();
        return reconciler
                .awaited()
                .until(
                        () -> reconciler.reports().of(name).entrySet().stream()
                                        .filter(other -> !other.getKey().equals(self))
                                        .map(Map.Entry::getValue)
                                        .allMatch(report -> !report.loaded() || report.generation() >= generation)
                                ? true
                                : null,
                        LIMIT)
                .mapEmpty();
    }

    private Future<Void> check(String name, SchemaCheck schema, JsonObject settings) {
        return SchemaThread.checkSettings(
                parts.vertx(),
                name,
                () -> schema.check(settings, ErrorCode.CONFIGURATION_INVALID, "The settings of " + name));
    }

    private static SchemaCheck schema(CatalogEntry entry) {
        return new SchemaCheck(entry.manifest().configuration());
    }

    /** First the plugin, which may refuse; then the catalog. Answers the entry's generation. */
    private Future<Long> take(PluginInstance instance, CatalogEntry seen, JsonObject settings, Caller caller) {
        String name = instance.name();
        Map<String, @Nullable Object> plain = PluginHost.plain(settings);
        PluginVerticle verticle = instance.verticle();
        Future<Void> taken = verticle == null ? Future.succeededFuture() : verticle.configure(plain);
        return taken.compose(done -> reconciler.on(() -> {
            Map<String, @Nullable Object> before = catalog.get(name).configuration();
            has(instance, verticle, plain);
            return reconciler
                    .changes()
                    .make(instance, () -> catalog.change(seen, current -> current.withConfiguration(plain)))
                    .recover(refused -> {
                        has(instance, verticle, before);
                        return takeBack(verticle, name).transform(back -> Future.failedFuture(refused));
                    })
                    .map(changed -> {
                        has(instance, verticle, changed.configuration());
                        parts.audit().record("plugin.configured", caller, name, "ok", new JsonObject());
                        announce(name, before, plain);
                        return changed.generation();
                    });
        }));
    }

    /** Its process has these settings, unless it is another one since: that has begun with those of the catalog. */
    private static void has(
            PluginInstance instance, @Nullable PluginVerticle verticle, Map<String, @Nullable Object> settings) {
        if (verticle != null && instance.verticle() == verticle) {
            instance.settings(settings);
        }
    }

    /** The plugin has what the catalog does not keep. */
    private Future<Void> takeBack(@Nullable PluginVerticle verticle, String name) {
        return verticle == null
                ? Future.succeededFuture()
                : verticle.configure(catalog.get(name).configuration());
    }

    /** Tells the plugin, and whoever follows it, which settings changed: never what they hold. */
    private void announce(String name, Map<String, @Nullable Object> before, Map<String, @Nullable Object> after) {
        Set<String> changed = new TreeSet<>(before.keySet());
        changed.addAll(after.keySet());
        changed.removeIf(setting -> Objects.equals(before.get(setting), after.get(setting)));
        parts.events()
                .publish(
                        "plugin:" + name + ":config:changed",
                        new JsonObject().put("name", name).put("settings", new JsonArray(List.copyOf(changed))))
                .onFailure(failure -> LOG.warn("The new settings of {} could not be announced", name, failure));
    }
}
