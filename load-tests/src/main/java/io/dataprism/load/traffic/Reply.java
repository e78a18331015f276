package io.dataprism.load.traffic;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;

/** What came of one request at one gateway. */
sealed interface Reply {

    /** An answer. */
    record Answer(int status, Buffer body) implements Reply {

        JsonObject problem() {
            try {
                return body.length() == 0 ? new JsonObject() : new JsonObject(body);
            } catch (DecodeException | ClassCastException other) {
                return new JsonObject().put("detail", body.toString());
            }
        }

        /** Whether a quota or a limit is used up for the moment: requests pile up when there was nobody to take them. */
        boolean isToWait() {
            return status == 429
                    || status == 503 && "OVERLOADED".equals(problem().getString("code"));
        }

        /** Whether the gateway says that it takes no more, which others do. */
        boolean isDraining() {
            return status == 503 && "DRAINING".equals(problem().getString("code"));
        }
    }

    /** There was no connection: nothing was sent. */
    record Refused(String why) implements Reply {}

    /** The connection broke after something was sent. */
    record Broken(String why) implements Reply {}

    /** No answer within the client's limit. */
    record Late() implements Reply {}
}
