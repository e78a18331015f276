package io.dataprism.service;

import io.dataprism.audit.AuditService;
import io.dataprism.core.storage.PluginStorage;
import io.dataprism.event.EventService;
import io.dataprism.host.PluginHost;
import io.dataprism.node.NodeIdentity;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

/**
 * What the services are made of.
 *
 * @param llm the endpoint of language models; null: this node has none
 */
public record ServiceParts(
        NodeIdentity node,
        PluginHost plugins,
        PluginStorage storage,
        AuditService audit,
        MeterRegistry meters,
        EventService events,
        @Nullable LlmSettings llm) {}
