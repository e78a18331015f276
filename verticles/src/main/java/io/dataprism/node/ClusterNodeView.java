package io.dataprism.node;

import io.dataprism.core.confinement.PluginProcesses;
import io.dataprism.core.permission.Caller;
import io.dataprism.gateway.NodeView;
import io.dataprism.host.PluginHost;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.function.BooleanSupplier;

/**
 * What the gateway tells of this node and of the others, where there are some.
 *
 * @param sound whether this node is fit to serve, by its own state; any thread, does not block
 */
record ClusterNodeView(
        NodeConfiguration configuration,
        PluginHost host,
        PluginProcesses processes,
        PrometheusMeterRegistry meters,
        ClusterView clusterView,
        NodeDrain drain,
        LostNodes lost,
        BooleanSupplier sound)
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
        return host.list(null, null).map(clusterView::whole);
    }

    @Override
    public JsonObject clusterState() {
        return clusterView.state();
    }

    @Override
    public Future<JsonObject> drain(Caller caller, String nodeId) {
        return drain.of(caller, nodeId);
    }

    @Override
    public Future<Void> forget(Caller caller, String nodeId) {
        return lost.forget(caller, nodeId);
    }

    @Override
    public String metrics() {
        return meters.scrape();
    }

    @Override
    public boolean ready() {
        return sound.getAsBoolean() && !leaving();
    }

    @Override
    public boolean leaving() {
        return clusterView.isDraining();
    }
}
