package io.dataprism.gateway;

import io.dataprism.audit.AuditService;
import io.dataprism.engine.QueryService;
import io.dataprism.engine.TableService;
import io.dataprism.gateway.connection.Connections;
import io.dataprism.gateway.logs.ClusterLogs;
import io.dataprism.host.PluginService;
import java.util.function.Consumer;

/**
 * What the gateway's routes call.
 *
 * @param endOfCredential ends the connections that a credential has opened; must not block
 * @param connections those that the transport of this Vert.x takes note of
 */
public record GatewayServices(
        QueryService queries,
        TableService tables,
        PluginService plugins,
        ClusterLogs logs,
        AuditService audit,
        SignIns signIns,
        ApiTokens tokens,
        Sessions sessions,
        Consumer<String> endOfCredential,
        NodeView node,
        Connections connections) {}
