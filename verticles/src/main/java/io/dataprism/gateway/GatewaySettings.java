package io.dataprism.gateway;

import io.dataprism.node.NodeIdentity;
import java.nio.file.Path;
import java.util.Set;

/**
 * Where and how the gateway serves.
 *
 * @param port to listen on; 0 picks a free one
 * @param uploadDirectory where bodies go on their way to disk, on the same file system as what they become
 * @param origins of pages that may read answers; see {@link Cors}
 */
public record GatewaySettings(
        String host, int port, Path uploadDirectory, NodeIdentity node, Limits limits, Set<String> origins) {

    public GatewaySettings {
        origins = Set.copyOf(origins);
    }
}
