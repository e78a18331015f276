package io.dataprism.gateway;

/**
 * What one WebSocket may send and have open.
 *
 * @param textFrameBytes of one message
 * @param subscriptionsPerConnection that are open at a time
 * @param callsPerConnection queries and calls of plugins that are open at a time
 */
public record LiveLimits(int textFrameBytes, int subscriptionsPerConnection, int callsPerConnection) {

    /** Those of the contract. */
    public static LiveLimits defaults() {
        return new LiveLimits(1 << 20, 128, 128);
    }
}
