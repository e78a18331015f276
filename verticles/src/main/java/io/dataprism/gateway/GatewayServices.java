package io.dataprism.gateway;

import io.dataprism.audit.AuditService;
import io.dataprism.engine.QueryService;
import io.dataprism.engine.TableService;
import io.dataprism.host.PluginService;

/** What the gateway's routes call. */
public record GatewayServices(
        QueryService queries,
        TableService tables,
        PluginService plugins,
        AuditService audit,
        Authenticator authenticator,
        NodeView node) {}
