package io.dataprism.stream;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.vertx.core.json.JsonObject;

/**
 * What a producer needs to know of a consumer.
 *
 * @param node where the consumer is
 * @param stream the stream's id
 * @param credit the opening credit in batches, at least 1
 */
record StreamDescriptor(String node, String stream, long credit) {

    /** @throws DataPrismException REQUEST_INVALID where something is missing */
    static StreamDescriptor of(JsonObject json) {
        if (!(json.getValue("node") instanceof String node)
                || !(json.getValue("stream") instanceof String stream)
                || !(json.getValue("credit") instanceof Number credit)) {
            throw new DataPrismException(
                    ErrorCode.REQUEST_INVALID,
                    "The stream " + json.encode() + " cannot be sent to: node, stream and credit are needed.",
                    "Send the descriptor of an open stream as it is.");
        }
        return new StreamDescriptor(node, stream, Math.clamp(credit.longValue(), 1, BusStreamEndpoint.OPENING_CREDIT));
    }

    JsonObject toJson() {
        return new JsonObject().put("node", node).put("stream", stream).put("credit", credit);
    }
}
