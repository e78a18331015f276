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
 * Bundled plugins that the operator's configuration names as system plugins: naming them is the grant of what they ask for, and
 * it is audited like any other. Any thread.
 */
record SystemPlugins(Catalog catalog, ReconcilerVerticle reconciler, PluginVersions versions) {

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
                    return entry.asked().pending().isEmpty()
                            ? Future.succeededFuture()
                            : versions.grant(name, Map.of("approve", "requested"), node);
                })
                .compose(granted -> reconciler.on(() -> reconciler.keepActive(name)))
                .onFailure(failure -> LOG.error("The system plugin {} does not run: {}", name, failure.getMessage()));
    }
}
