package io.dataprism.gateway;

import io.dataprism.gateway.connection.ConnectionLimits;
import io.vertx.core.json.JsonObject;
import java.time.Duration;

/**
 * What the gateway takes. The members have the names that they have in the configuration and in {@code GET /v1/status}.
 *
 * @param jsonBodyBytes a JSON body
 * @param packageBytes a plugin's package
 * @param uploadBytes a table, or the input of an operation
 * @param headerBytes all headers of a request
 * @param requestLineBytes a request's first line
 * @param bodyStall how long a body may make no progress
 * @param jsonBodyTime how long a JSON body may take in all
 * @param connectionIdle how long a connection may be silent; longer than any query
 * @param connections how many there may be, and what each may use
 * @param live what each WebSocket may send and have open
 * @param openQueryStreams results of one caller that may be written at a time on this node
 * @param openQueryStreamsPerNode the same of all callers together
 * @param publishesPerSecond events that one user may publish in a second, over some time
 * @param publishBurst events that one user may publish at once
 * @param drain over what time live connections are closed when the node stops; at most half of {@code shutdown}
 * @param shutdown how long the node may take to stop; running answers have what draining and plugins leave of it
 */
public record Limits(
        long jsonBodyBytes,
        long packageBytes,
        long uploadBytes,
        int headerBytes,
        int requestLineBytes,
        Duration bodyStall,
        Duration jsonBodyTime,
        Duration connectionIdle,
        ConnectionLimits connections,
        LiveLimits live,
        int openQueryStreams,
        int openQueryStreamsPerNode,
        int publishesPerSecond,
        int publishBurst,
        Duration drain,
        Duration shutdown) {

    private static final long MIB = 1024 * 1024;

    /** Those of the contract. */
    public static Limits defaults() {
        return new Limits(
                MIB,
                64 * MIB,
                16 * 1024 * MIB,
                16 * 1024,
                8 * 1024,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofMinutes(11),
                ConnectionLimits.defaults(),
                LiveLimits.defaults(),
                64,
                256,
                50_000,
                50_000,
                Duration.ofSeconds(5),
                Duration.ofSeconds(12));
    }

    /** Over what time live connections are closed: running answers must have some of the rest. */
    public Duration drain() {
        Duration half = shutdown.dividedBy(2);
        return drain.compareTo(half) < 0 ? drain : half;
    }

    JsonObject toJson() {
        return new JsonObject()
                .put("jsonBodyBytes", jsonBodyBytes)
                .put("packageBytes", packageBytes)
                .put("uploadBytes", uploadBytes)
                .put("headerBytes", headerBytes)
                .put("requestLineBytes", requestLineBytes)
                .put("bodyStall", Quantity.text(bodyStall))
                .put("jsonBodyTime", Quantity.text(jsonBodyTime))
                .put("connectionIdle", Quantity.text(connectionIdle))
                .put("openQueryStreams", openQueryStreams)
                .put("openQueryStreamsPerNode", openQueryStreamsPerNode)
                .put("publishesPerSecond", publishesPerSecond)
                .put("publishBurst", publishBurst)
                .put("drain", Quantity.text(drain()))
                .put("shutdown", Quantity.text(shutdown))
                .put("textFrameBytes", live.textFrameBytes())
                .put("subscriptionsPerConnection", live.subscriptionsPerConnection())
                .put("callsPerConnection", live.callsPerConnection())
                .mergeIn(ofConnections());
    }

    private JsonObject ofConnections() {
        return new JsonObject()
                .put("connections", connections.connections())
                .put("connectionsPerAddress", connections.connectionsPerAddress())
                .put("connectionsPerSecond", connections.connectionsPerSecond())
                .put("connectionBurst", connections.connectionBurst())
                .put("liveConnectionsPerUser", connections.liveConnectionsPerUser())
                .put("http2Streams", connections.http2Streams())
                .put("requestHead", Quantity.text(connections.requestHead()))
                .put("answerRead", Quantity.text(connections.answerRead()));
    }
}
