package io.dataprism.gateway;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.error.ParserText;
import io.dataprism.gateway.contract.Operation;
import io.dataprism.gateway.contract.ShownValue;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads JSON bodies, within the bounds of size and time of {@link Limits}. On event loops; has no state. */
public final class Bodies {

    private static final String JSON_TYPE = "application/json";

    /** What clients of the command line say of any body where nobody tells them. */
    private static final String FORM_TYPE = "application/x-www-form-urlencoded";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonParser.Feature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private final Limits limits;

    public Bodies(Limits limits) {
        this.limits = limits;
    }

    /**
     * The JSON object in a request's body, which is as the contract's operation has it; so are the parameters. Call before the request's
     * context is left, on the operation's route. Fails with {@code REQUEST_INVALID}, {@code UNSUPPORTED_MEDIA_TYPE} or {@code
     * PAYLOAD_TOO_LARGE}.
     */
    public Future<JsonObject> object(RoutingContext context) {
        String type = MediaTypes.essence(context.request().getHeader(HttpHeaders.CONTENT_TYPE));
        if (!isJson(type)) {
            return Future.failedFuture(MediaTypes.unsupported(type, List.of(JSON_TYPE)));
        }
        Operation operation = Operation.of(context);
        operation.checkParameters(context.queryParams());
        return bytes(context).map(body -> checked(operation, parse(operation(context), body)));
    }

    private static JsonObject checked(Operation operation, JsonObject document) {
        operation.checkDocument(document);
        return document;
    }

    private static boolean isJson(String type) {
        return type.isEmpty() || type.equals(JSON_TYPE) || type.startsWith("application/") && type.endsWith("+json");
    }

    /** The same, where no body at all means an empty object, of whatever type; and the type of a form goes for JSON. */
    Future<JsonObject> optionalObject(RoutingContext context) {
        String type = MediaTypes.essence(context.request().getHeader(HttpHeaders.CONTENT_TYPE));
        Operation operation = Operation.of(context);
        operation.checkParameters(context.queryParams());
        return bytes(context).map(body -> {
            if (body.length() == 0) {
                return new JsonObject();
            }
            if (!isJson(type) && !type.equals(FORM_TYPE)) {
                throw MediaTypes.unsupported(type, List.of(JSON_TYPE));
            }
            return checked(operation, parse(operation(context), body));
        });
    }

    private Future<Buffer> bytes(RoutingContext context) {
        MediaTypes.requirePlain(context.request());
        Buffer all = Buffer.buffer();
        return new BodyWatch(context, limits.jsonBodyBytes(), limits.bodyStall(), limits.jsonBodyTime())
                .read(all::appendBuffer)
                .map(all);
    }

    /** How a request is named in problems. */
    static String operation(RoutingContext context) {
        return context.request().method() + " " + context.request().path();
    }

    static JsonObject parse(String operation, Buffer body) {
        @Nullable Object value;
        try {
            value = JSON.readValue(body.getBytes(), Object.class);
        } catch (JsonProcessingException broken) {
            throw notJson(operation, broken);
        } catch (IOException impossible) {
            throw new java.io.UncheckedIOException("Reading from memory failed", impossible);
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> members = new java.util.LinkedHashMap<>();
            map.forEach((name, member) -> members.put(String.valueOf(name), member));
            return new JsonObject(members);
        }
        throw new DataPrismException(
                ErrorCode.REQUEST_INVALID,
                operation + ": the body is JSON, but no object.",
                "Send one JSON object, such as {\"sql\": \"SELECT 1\"}.");
    }

    private static DataPrismException notJson(String operation, JsonProcessingException broken) {
        var location = broken.getLocation();
        String where =
                location == null ? "" : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
        return new DataPrismException(
                ErrorCode.REQUEST_INVALID,
                operation + ": the body is not JSON" + where + ": "
                        + ShownValue.of(ParserText.of(broken.getOriginalMessage())),
                "Send one JSON object in UTF-8.");
    }
}
