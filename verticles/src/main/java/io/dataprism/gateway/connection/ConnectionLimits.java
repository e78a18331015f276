package io.dataprism.gateway.connection;

import java.time.Duration;

/**
 * What connections may use. Nobody can take the whole node: one address and one user have seven eighths of it, unless the
 * configuration says otherwise. It is as much as that because a proxy is one address, and the token of a service often stands for all of its
 * own users.
 *
 * @param connections that may be open, refused ones not counted
 * @param connectionsPerAddress of one address; of IPv6, of one network of 64 bits
 * @param connectionsPerSecond new ones that are taken in a second, over some time
 * @param connectionBurst new ones that are taken at once
 * @param liveConnectionsPerUser event streams, streams of logs and WebSockets of one user
 * @param http2Streams of one connection
 * @param requestHead how long the head of a request may take to come, and how long a connection may be silent on which nobody
 *     has shown a good token
 * @param answerRead how long a client may take to read an answer that is whole
 */
public record ConnectionLimits(
        int connections,
        int connectionsPerAddress,
        int connectionsPerSecond,
        int connectionBurst,
        int liveConnectionsPerUser,
        int http2Streams,
        Duration requestHead,
        Duration answerRead) {

    private static final int MOST = 20_000;

    /** As many connections as the process can have, but not more than 20,000. */
    public static ConnectionLimits defaults() {
        return of(Math.min(MOST, Descriptors.forConnections()));
    }

    /** What goes with a number of connections where nothing else is said. */
    public static ConnectionLimits of(int connections) {
        int ofOne = Math.max(1, connections / 8 * 7);
        return new ConnectionLimits(
                connections, ofOne, 20_000, 20_000, ofOne, 100, Duration.ofSeconds(30), Duration.ofMinutes(2));
    }

    /** How many there may be, and what sets it. */
    public String explained() {
        String descriptors = "the limit of " + Descriptors.limit() + " descriptors";
        int room = Descriptors.forConnections();
        if (connections > room) {
            return "At most " + connections + " connections, as configured, but " + descriptors + " leaves " + room
                    + " for them: raise it (ulimit -n, LimitNOFILE)";
        }
        return "At most " + connections + " connections; "
                + (connections == room
                        ? "that is what " + descriptors + " leaves for them"
                        : descriptors + " is enough");
    }
}
