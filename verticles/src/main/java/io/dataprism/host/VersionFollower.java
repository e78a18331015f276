package io.dataprism.host;

import io.dataprism.bus.Replies;
import io.dataprism.core.catalog.Catalog;
import io.dataprism.core.catalog.CatalogEntry;
import io.dataprism.core.catalog.Wish;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.lifecycle.PluginState;
import io.dataprism.plugin.PluginLogger.Level;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Takes what runs here over to the version and the settings that its entry has by now, since an operator has changed them through another
 * node. A version that does not start here is said to be refused, and the old one goes on. Used on the reconciler's context.
 */
final class VersionFollower {

    private static final Duration UNTIL_NEXT_TRY = Duration.ofSeconds(30);

    private final Catalog catalog;
    private final ReconcilerVerticle reconciler;
    private final Map<String, Long> refusedAt = new HashMap<>();

    VersionFollower(Catalog catalog, ReconcilerVerticle reconciler) {
        this.catalog = catalog;
        this.reconciler = reconciler;
    }

    /** Whether there is nothing to take it over to. */
    static boolean hasCaughtUp(CatalogEntry entry, PluginInstance instance) {
        return !Residence.runs(instance.state())
                || instance.state().version().equals(entry.version())
                        && entry.configuration().equals(instance.settings());
    }

    /** Goes on to what the entry has; at most one thing at a time. */
    void follow(CatalogEntry entry, PluginInstance instance) {
        if (hasCaughtUp(entry, instance)) {
            instance.follow(entry.generation());
            instance.settle();
        } else if (entry.wish() != Wish.INACTIVE && serves(instance.state())) {
            if (instance.state().version().equals(entry.version())) {
                configure(instance);
            } else if (!refusedLately(entry, instance)) {
                switchOver(entry, instance);
            }
        }
    }

    private static boolean serves(PluginState state) {
        return state instanceof PluginState.Active || state instanceof PluginState.Loaded;
    }

    private boolean refusedLately(CatalogEntry entry, PluginInstance instance) {
        return entry.version().equals(instance.refused())
                && System.nanoTime() - refusedAt.getOrDefault(entry.name(), 0L) < UNTIL_NEXT_TRY.toNanos();
    }

    private void switchOver(CatalogEntry wanted, PluginInstance instance) {
        instance.begin("switch to " + wanted.version());
        String from = instance.state().version();
        reconciler
                .alone(instance, () -> {
                    CatalogEntry next = catalog.get(wanted.name());
                    instance.follow(next.generation());
                    return reconciler
                            .lifecycle()
                            .prepare(instance, next)
                            .compose(ready -> reconciler.lifecycle().switchOver(instance, next));
                })
                .onSuccess(switched -> reconciler
                        .news()
                        .tell(
                                "reloaded",
                                wanted.name(),
                                wanted.version(),
                                null,
                                new JsonObject().put("instance", instance.id()).put("from", from)))
                .onFailure(failure -> refuse(wanted, instance, from, Replies.toProblem(failure)))
                .onComplete(done -> {
                    instance.settle();
                    instance.end();
                });
    }

    private void refuse(CatalogEntry wanted, PluginInstance instance, String from, DataPrismException problem) {
        refusedAt.put(wanted.name(), System.nanoTime());
        instance.failed(problem);
        instance.refused(wanted.version());
        reconciler
                .news()
                .tell(
                        "failed",
                        wanted.name(),
                        wanted.version(),
                        problem.detail(),
                        new JsonObject().put("instance", instance.id()).put("lastGood", from));
    }

    private void configure(PluginInstance instance) {
        instance.begin("take settings");
        reconciler
                .alone(instance, () -> {
                    CatalogEntry entry = catalog.get(instance.name());
                    instance.follow(entry.generation());
                    instance.settings(entry.configuration());
                    return Optional.ofNullable(instance.verticle())
                            .map(running -> running.configure(entry.configuration()))
                            .orElseGet(Future::succeededFuture);
                })
                .onFailure(failure ->
                        instance.log().add(Level.ERROR, "the new settings were not taken: " + failure.getMessage()))
                .onComplete(done -> {
                    instance.settle();
                    instance.end();
                });
    }
}
