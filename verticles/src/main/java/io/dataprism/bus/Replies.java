package io.dataprism.bus;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How failures cross the bus: the problem document as the failure's message, its status as the failure's code. */
public final class Replies {

    private static final Logger LOG = LoggerFactory.getLogger(Replies.class);

    private Replies() {}

    /** Answers a message with a failure. */
    public static void fail(Message<?> message, Throwable failure) {
        DataPrismException problem = toProblem(failure);
        message.fail(problem.code().status(), new JsonObject(problem.toJson()).encode());
    }

    /** A reply's failure as the exception it was; what is no reply's failure stays what it is. For {@code Future.recover}. */
    public static <T> Future<T> recover(Throwable failure) {
        return Future.failedFuture(toProblem(failure));
    }

    /**
     * Any failure as one that can be shown. One that nobody foresaw becomes {@code INTERNAL} with an {@code instance} that
     * is in the log.
     */
    public static DataPrismException toProblem(Throwable failure) {
        return switch (failure) {
            case DataPrismException known -> known;
            case ReplyException reply -> ofReply(reply);
            case CompletionException wrapped when wrapped.getCause() != null -> toProblem(wrapped.getCause());
            default -> internal(failure);
        };
    }

    private static DataPrismException ofReply(ReplyException reply) {
        return switch (reply.failureType()) {
            case RECIPIENT_FAILURE -> ofMessage(reply);
            case NO_HANDLERS ->
                new DataPrismException(
                        ErrorCode.NOT_FOUND,
                        "Nobody serves that address: " + reply.getMessage(),
                        "Look at GET /v1/status and at the address's name.");
            case TIMEOUT ->
                new DataPrismException(
                        ErrorCode.OVERLOADED, "No answer came in time: " + reply.getMessage(), "Try again later.");
            case ERROR -> internal(reply);
        };
    }

    private static DataPrismException ofMessage(ReplyException reply) {
        try {
            return Json.decodeValue(String.valueOf(reply.getMessage())) instanceof JsonObject problem
                    ? DataPrismException.fromJson(problem.getMap())
                    : internal(reply);
        } catch (DecodeException notOurs) {
            return internal(reply);
        }
    }

    private static DataPrismException internal(Throwable failure) {
        String instance = UUID.randomUUID().toString();
        LOG.error("Unforeseen failure {}", instance, failure);
        return new DataPrismException(
                        ErrorCode.INTERNAL,
                        "Something failed that nobody foresaw.",
                        "Look for the instance " + instance + " in the node's log.")
                .with("instance", instance);
    }
}
