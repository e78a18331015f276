package io.dataprism.gateway;

import io.dataprism.gateway.connection.TlsFiles;
import io.dataprism.node.NodeIdentity;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where and how the gateway serves.
 *
 * @param port to listen on; 0 picks a free one
 * @param uploadDirectory where bodies go on their way to disk, on the same file system as what they become
 * @param origins of pages that may read answers; see {@link Cors}
 * @param webSocketCompression whether WebSockets are compressed whose clients offer that
 * @param tls certificate and key; null: no TLS
 */
public record GatewaySettings(
        String host,
        int port,
        Path uploadDirectory,
        NodeIdentity node,
        Limits limits,
        Set<String> origins,
        boolean webSocketCompression,
        @Nullable TlsFiles tls) {

    public GatewaySettings {
        origins = Set.copyOf(origins);
    }
}
