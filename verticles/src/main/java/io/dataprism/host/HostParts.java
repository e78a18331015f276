package io.dataprism.host;

import io.dataprism.audit.AuditService;
import io.dataprism.core.cluster.Sharing;
import io.dataprism.core.confinement.PluginProcesses;
import io.dataprism.core.manifest.Manifest;
import io.dataprism.engine.QueryService;
import io.dataprism.event.EventService;
import io.dataprism.node.NodeIdentity;
import io.dataprism.plugin.ResourceQuota;
import io.dataprism.stream.StreamEndpoint;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Map;

/**
 * What the plugin host is made of.
 *
 * @param dataDirectory of this node alone
 * @param subscriptions how plugins follow topics
 * @param cluster the other nodes
 * @param mounts folders that the operator opens to plugins that are granted them, by name
 * @param sharing what it has of other nodes
 */
public record HostParts(
        Vertx vertx,
        NodeIdentity node,
        Path dataDirectory,
        PluginProcesses processes,
        QueryService queries,
        StreamEndpoint streams,
        EventService events,
        PluginSubscriptions subscriptions,
        AuditService audit,
        MeterRegistry meters,
        HostCluster cluster,
        Map<String, Path> mounts,
        Sharing sharing) {

    public HostParts {
        mounts = Map.copyOf(mounts);
    }

    /** What a plugin may use: what its manifest asks for, capped by the operator. */
    ResourceQuota quota(Manifest manifest) {
        return processes.policy().cap(manifest.resources());
    }

    /** The host of a node that is alone. */
    public HostParts(
            Vertx vertx,
            NodeIdentity node,
            Path dataDirectory,
            PluginProcesses processes,
            QueryService queries,
            StreamEndpoint streams,
            EventService events,
            PluginSubscriptions subscriptions,
            AuditService audit,
            MeterRegistry meters,
            Map<String, Path> mounts) {
        this(
                vertx,
                node,
                dataDirectory,
                processes,
                queries,
                streams,
                events,
                subscriptions,
                audit,
                meters,
                HostCluster.alone(node),
                mounts,
                Sharing.ALONE);
    }

    /** The same, whose operator opens no folder. */
    public HostParts(
            Vertx vertx,
            NodeIdentity node,
            Path dataDirectory,
            PluginProcesses processes,
            QueryService queries,
            StreamEndpoint streams,
            EventService events,
            PluginSubscriptions subscriptions,
            AuditService audit,
            MeterRegistry meters) {
        this(vertx, node, dataDirectory, processes, queries, streams, events, subscriptions, audit, meters, Map.of());
    }
}
