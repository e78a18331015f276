package io.dataprism.host;

import io.dataprism.cluster.NodeCalls;
import io.dataprism.core.catalog.Catalog;
import io.dataprism.core.catalog.CatalogEntry;
import io.dataprism.core.catalog.Wish;
import io.dataprism.core.permission.Caller;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;

/** What this node does for the operators of others: they ask what has an instance, where they have none. On event loops. */
record PluginAnswers(
        ReconcilerVerticle reconciler,
        PluginSettings settings,
        PluginVersions versions,
        PluginJson json,
        Catalog catalog) {

    private static final String SHOW = "plugins.show";

    /** From now on. */
    void serve(NodeCalls calls) {
        calls.serve(WishChange.RELEASE, (caller, body) -> release(body));
        calls.serve(
                VersionSwitch.SWITCH,
                (caller, body) -> versions.switchFirst(body.getString("name"), body.getString("version")));
        calls.serve(
                PluginSettings.CONFIGURE,
                (caller, body) -> settings.takeHere(body.getString("name"), body.getJsonObject("settings"), caller)
                        .map(generation -> new JsonObject().put("generation", generation)));
        calls.serve(SHOW, (caller, body) -> show(body.getString("name")));
    }

    private Future<JsonObject> release(JsonObject body) {
        return reconciler.on(() -> {
            CatalogEntry entry = catalog.get(body.getString("name"));
            reconciler.restarts().releaseFor(reconciler.instance(entry), Wish.valueOf(body.getString("wish")));
            return Future.succeededFuture(new JsonObject());
        });
    }

    private Future<JsonObject> show(String name) {
        CatalogEntry entry = catalog.get(name);
        return Future.succeededFuture(
                json.process(entry, reconciler.instance(entry)).copy());
    }

    /** The other side of it. */
    record Asking(NodeCalls calls, Caller node) {

        private static final Duration LIMIT = Duration.ofSeconds(2);

        /** What an instance's process says of itself, as {@link PluginJson#process}; empty where its node does not say it in time. */
        Future<JsonObject> process(String nodeId, String name) {
            return calls.call(nodeId, SHOW, node, new JsonObject().put("name", name), LIMIT)
                    .otherwise(silent -> new JsonObject());
        }
    }
}
