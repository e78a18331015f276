package io.dataprism.host;

import io.dataprism.bus.Replies;
import io.dataprism.core.error.DataPrismException;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;

/**
 * Refusals of messages of which nothing was begun: whoever hears one may ask another instance, whatever was asked for. They differ from other
 * failures by a code of the bus that is no HTTP status; who does not look at it hears the same problem.
 */
final class NotBegun {

    private static final int CODE = 1_503;

    private NotBegun() {}

    /** Answers a message. */
    static void refuse(Message<?> message, Throwable failure) {
        DataPrismException problem = Replies.toProblem(failure);
        message.fail(CODE, new JsonObject(problem.toJson()).encode());
    }

    /** Whether a reply's failure says so; also where nobody was there to say it. */
    static boolean is(Throwable failure) {
        return failure instanceof ReplyException reply
                && (reply.failureType() == ReplyFailure.NO_HANDLERS
                        || reply.failureType() == ReplyFailure.RECIPIENT_FAILURE && reply.failureCode() == CODE);
    }
}
