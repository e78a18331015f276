package io.dataprism.host;

import io.dataprism.core.catalog.Catalog;
import io.dataprism.core.catalog.CatalogEntry;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bundled plugins that the configuration, or its default, names as system plugins. When one is named for the first time, it is
 * granted what it asks for, which is audited like any other grant, and begins; from then on it is the operator's as any other
 * plugin is: what was taken back, or ended, stays so. A plugin that a catalog of an earlier version has, from before there were
 * such notes, is the operator's already. Any thread.
 *
 * @param begun which have
 */
record SystemPlugins(Catalog catalog, ReconcilerVerticle reconciler, PluginVersions versions, SystemNotes begun) {

    private static final Logger LOG = LoggerFactory.getLogger(SystemPlugins.class);
    private static final long LIMIT_SECONDS = 15;

    /** Starts them beside each other, for 15 s at most. Never fails: one that cannot run stops neither the others nor the node. */
    Future<Void> start(List<String> names, Caller node) {
        List<Future<Void>> starts =
                names.stream().map(name -> start(name, node)).toList();
        return Future.join(starts)
                .timeout(LIMIT_SECONDS, TimeUnit.SECONDS)
                .otherwiseEmpty()
                .mapEmpty();
    }

    private Future<Void> start(String name, Caller node) {
        return reconciler
                .on(() -> {
                    CatalogEntry entry = catalog.get(name);
                    if (!entry.bundled()) {
                        throw new DataPrismException(
                                ErrorCode.STATE_CONFLICT,
                                "'" + name + "' is named as a system plugin and is not bundled.",
                                "Only bundled plugins are granted by the configuration; grant this one by hand.");
                    }
                    return begun.hasBegun(name) ? Future.succeededFuture() : begin(entry, node);
                })
                .onFailure(failure -> LOG.error("The system plugin {} does not run: {}", name, failure.getMessage()));
    }

    private Future<Void> begin(CatalogEntry entry, Caller node) {
        Future<?> granted = entry.asked().pending().isEmpty()
                ? Future.succeededFuture()
                : versions.grant(entry.name(), Map.of("approve", "requested"), node);
        return granted.compose(given -> reconciler.on(() -> reconciler.keepActive(entry.name(), begun::note)));
    }
}
