package io.dataprism.cluster.blob;

import java.time.Duration;

/**
 * What files may take on their way between nodes.
 *
 * @param transfers that this node sends at once; more are told to come again
 * @param fetches that this node has under way at once for itself, and as many that other nodes wait for; more wait
 * @param pieceBytes that are asked for at once, so that nobody has a place among the transfers for long
 * @param connect until there is a connection
 * @param stall without a byte, after which a connection is taken for broken
 * @param total for one file, waiting included
 */
public record BlobLimits(
        int transfers, int fetches, long pieceBytes, Duration connect, Duration stall, Duration total) {

    /** Those of a node. */
    public static BlobLimits defaults() {
        return new BlobLimits(32, 4, 16L << 20, Duration.ofSeconds(3), Duration.ofSeconds(10), Duration.ofMinutes(15));
    }
}
