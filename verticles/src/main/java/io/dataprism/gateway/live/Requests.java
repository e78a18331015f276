package io.dataprism.gateway.live;

import io.dataprism.bus.Replies;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.event.Start;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reading requests strictly. */
final class Requests {

    private Requests() {}

    /** A handler whose failures go to the router's failure handler. */
    static Handler<RoutingContext> failing(Handler<RoutingContext> handler) {
        return context -> {
            try {
                handler.handle(context);
            } catch (HttpException refused) {
                context.fail(refused); // a parameter that cannot be read
            } catch (RuntimeException failure) {
                context.fail(Replies.toProblem(failure));
            }
        };
    }

    static DataPrismException invalid(String detail, String hint) {
        return new DataPrismException(ErrorCode.REQUEST_INVALID, detail, hint);
    }

    /** {@code cursor} beats {@code from}, which is latest where nothing is said. */
    static Start start(@Nullable String cursor, @Nullable String from) {
        if (cursor != null) {
            return new Start.After(cursor);
        }
        return "earliest".equals(from) ? new Start.Earliest() : new Start.Latest();
    }

    /** The body as a JSON object, at most {@code limitBytes} long. On the request's context. */
    static Future<JsonObject> jsonBody(Vertx vertx, HttpServerRequest request, int limitBytes) {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (type != null
                && !type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals("application/json")) {
            return Future.failedFuture(new DataPrismException(
                    ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                    "The body is '" + type + "'; only application/json is taken here.",
                    "Send Content-Type: application/json."));
        }
        return body(vertx, request, limitBytes).map(Requests::parse);
    }

    private static Future<Buffer> body(Vertx vertx, HttpServerRequest request, int limitBytes) {
        Promise<Buffer> whole = ((ContextInternal) vertx.getOrCreateContext()).promise();
        Buffer collected = Buffer.buffer();
        request.handler(chunk -> {
            if (collected.length() + chunk.length() <= limitBytes) {
                collected.appendBuffer(chunk);
            } else {
                whole.tryFail(new DataPrismException(
                        ErrorCode.PAYLOAD_TOO_LARGE,
                        "The body has more than " + limitBytes + " bytes.",
                        "Publish a reference to the data, such as a table's name, instead of the data."));
            }
        });
        request.exceptionHandler(
                failure -> whole.tryFail(invalid("The body ended before it was whole.", "Send all of it.")));
        request.endHandler(end -> whole.tryComplete(collected));
        request.resume();
        return whole.future();
    }

    private static JsonObject parse(Buffer body) {
        try {
            return new JsonObject(body);
        } catch (DecodeException | ClassCastException e) {
            throw invalid("The body is not a JSON object.", "Send {\"data\": ...}.");
        }
    }
}
