package io.dataprism.node;

import io.dataprism.core.confinement.PluginProcesses;
import io.dataprism.gateway.NodeView;
import io.dataprism.host.PluginHost;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** What the gateway tells of a node that is alone. */
record LocalNodeView(
        NodeIdentity identity,
        NodeConfiguration configuration,
        PluginHost host,
        PluginProcesses processes,
        PrometheusMeterRegistry meters)
        implements NodeView {

    @Override
    public JsonObject isolation() {
        return new JsonObject()
                .put("runtime", "process")
                .put("level", processes.level())
                .put("mechanism", processes.mechanism())
                .put("missing", new JsonArray(processes.missing()));
    }

    @Override
    public JsonObject limits() {
        return StatusLimits.of(
                        configuration.engine().limits(), configuration.events().limits())
                .put("failedSignInsPerMinute", configuration.access().failedSignInsPerMinute());
    }

    @Override
    public Future<JsonObject> cluster() {
        JsonObject self = new JsonObject()
                .put("id", identity.id())
                .put("address", configuration.host())
                .put("roles", JsonArray.of("gateway", "engine", "plugins"))
                .put("version", identity.version());
        return host.list(null, null).map(plugins -> {
            JsonArray placement = new JsonArray();
            for (int i = 0; i < plugins.size(); i++) {
                JsonObject plugin = plugins.getJsonObject(i);
                placement.add(new JsonObject()
                        .put("plugin", plugin.getString("name"))
                        .put("nodes", plugin.getJsonArray("nodes", new JsonArray())));
            }
            return new JsonObject().put("members", JsonArray.of(self)).put("placement", placement);
        });
    }

    @Override
    public String metrics() {
        return meters.scrape();
    }

    @Override
    public boolean ready() {
        return true;
    }
}
