package io.dataprism.host;

import io.dataprism.audit.AuditService;
import io.dataprism.core.confinement.PluginProcesses;
import io.dataprism.engine.QueryService;
import io.dataprism.event.EventService;
import io.dataprism.node.NodeIdentity;
import io.dataprism.stream.StreamEndpoint;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.nio.file.Path;

/**
 * What the plugin host is made of.
 *
 * @param dataDirectory of this node alone
 * @param subscriptions how plugins follow topics
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
        MeterRegistry meters) {}
