package io.dataprism.gateway;

import io.vertx.core.json.JsonObject;
import java.time.Duration;

/**
 * What the gateway takes. {@code GET /v1/status} shows it.
 *
 * @param jsonBodyBytes a JSON body or text frame
 * @param packageBytes a plugin's package
 * @param uploadBytes a table, or the input of an operation
 * @param headerBytes all headers of a request
 * @param requestLineBytes a request's first line
 * @param bodyStall how long a body may make no progress
 * @param jsonBodyTime how long a JSON body may take in all
 * @param connectionIdle how long a connection may be silent; longer than any query
 * @param openQueryStreams results of one caller that may be written at a time on this node
 * @param openQueryStreamsPerNode the same of all callers together
 * @param shutdown how long running answers may take when the node stops
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
        int openQueryStreams,
        int openQueryStreamsPerNode,
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
                64,
                256,
                Duration.ofSeconds(20));
    }

    JsonObject toJson() {
        return new JsonObject()
                .put("jsonBodyBytes", jsonBodyBytes)
                .put("packageBytes", packageBytes)
                .put("uploadBytes", uploadBytes)
                .put("headerBytes", headerBytes)
                .put("requestLineBytes", requestLineBytes)
                .put("bodyStallMs", bodyStall.toMillis())
                .put("jsonBodyMs", jsonBodyTime.toMillis())
                .put("connectionIdleMs", connectionIdle.toMillis())
                .put("openQueryStreams", openQueryStreams)
                .put("openQueryStreamsPerNode", openQueryStreamsPerNode)
                .put("shutdownMs", shutdown.toMillis());
    }
}
