package io.dataprism.service;

import io.dataprism.audit.AuditService;
import io.dataprism.core.storage.PluginStorage;
import io.dataprism.host.PluginHost;
import io.dataprism.node.NodeIdentity;
import io.micrometer.core.instrument.MeterRegistry;

/** What the services are made of. */
public record ServiceParts(
        NodeIdentity node, PluginHost plugins, PluginStorage storage, AuditService audit, MeterRegistry meters) {}
