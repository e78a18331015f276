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
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reading requests strictly. */
final class Requests {

    private Requests() {}

    /** A handler whose failures go to the router's failure handler. */
    static Handler<RoutingContext> failing(Handler<RoutingContext> handler) {
        return context -> {
            try {
                handler.handle(context);
            } catch (RuntimeException failure) {
                context.fail(Replies.toProblem(failure));
            }
        };
    }

    static DataPrismException invalid(String detail, String hint) {
        return new DataPrismException(ErrorCode.REQUEST_INVALID, detail, hint);
    }

    static @Nullable String parameter(RoutingContext context, String name) {
        var values = context.queryParam(name);
        return values.isEmpty() ? null : values.get(0);
    }

    /** Refuses parameters that nobody knows, by name. */
    static void onlyParameters(RoutingContext context, String... known) {
        Set<String> unknown = new TreeSet<>(context.queryParams().names());
        unknown.removeAll(Set.of(known));
        if (!unknown.isEmpty()) {
            throw invalid(
                    "The query has parameters that are not known here: " + unknown + ".",
                    known.length == 0
                            ? "Leave them out; there are none."
                            : "Leave them out; known are " + new TreeSet<>(Set.of(known)) + ".");
        }
    }

    /** A whole number from 1 to {@code most}. */
    static int limit(RoutingContext context, int usual, int most) {
        String text = parameter(context, "limit");
        if (text == null) {
            return usual;
        }
        boolean number = text.matches("[0-9]{1,9}");
        int limit = number ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > most) {
            throw invalid(
                    "limit='" + text + "' is not a whole number from 1 to " + most + ".",
                    "Leave it out for " + usual + ".");
        }
        return limit;
    }

    /** {@code cursor} beats {@code from}, which is latest where nothing is said. */
    static Start start(@Nullable String cursor, @Nullable String from) {
        Start byName = switch (from == null ? "latest" : from) {
            case "latest" -> new Start.Latest();
            case "earliest" -> new Start.Earliest();
            default -> throw invalid("from='" + from + "' is neither latest nor earliest.", "Use one of them.");
        };
        return cursor == null ? byName : new Start.After(cursor);
    }

    /** Refuses members that nobody knows, by name. */
    static void onlyMembers(JsonObject object, Set<String> known, String what) {
        Set<String> unknown = new TreeSet<>(object.fieldNames());
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            throw invalid(
                    what + " has members that are not known: " + unknown + ".",
                    "Leave them out; known are " + new TreeSet<>(known) + ".");
        }
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
