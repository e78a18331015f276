package io.dataprism.gateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The published documents, and whether what a node sends is as they say; by a validator that has nothing of the service's. */
public final class PublishedContract {

    public static final JsonObject OPEN_API =
            new JsonObject(Contract.current().openApi("0.1.0").toString());
    public static final JsonObject ASYNC_API =
            new JsonObject(Contract.current().asyncApi("0.1.0").toString());

    private static final Map<String, Validator> VALIDATORS = new ConcurrentHashMap<>();
    private static final String REFERENCE = "#/components/schemas/";

    private PublishedContract() {}

    /** What a reference in a document stands for. */
    public static JsonObject resolved(JsonObject document, JsonObject value) {
        String reference = value.getString("$ref");
        if (reference == null) {
            return value;
        }
        Object here = document;
        for (String step : reference.substring(2).split("/")) {
            here = ((JsonObject) here).getValue(step.replace("~1", "/").replace("~0", "~"));
        }
        return resolved(document, (JsonObject) here);
    }

    /** The schema of the JSON object in an operation's request; null: there is none. */
    public static @Nullable JsonObject body(JsonObject operation) {
        JsonObject content =
                operation.getJsonObject("requestBody", new JsonObject()).getJsonObject("content");
        if (content == null || !content.containsKey("application/json")) {
            return null;
        }
        JsonObject schema =
                resolved(OPEN_API, content.getJsonObject("application/json").getJsonObject("schema"));
        return schema.containsKey("oneOf")
                ? resolved(OPEN_API, schema.getJsonArray("oneOf").getJsonObject(1))
                : schema;
    }

    /** Fails where an answer is none that the document lists for its request. One that is packed is not looked into. */
    public static void assertAnswer(HttpResponse<String> response) {
        if (response.headers().firstValue("Content-Encoding").isEmpty()) {
            assertAnswer(
                    response.request().method(),
                    response.request().uri().getPath(),
                    response.statusCode(),
                    response.headers().firstValue("Content-Type").orElse(null),
                    response.body());
        }
    }

    /** The same, in parts. */
    public static void assertAnswer(String method, String path, int status, @Nullable String type, String body) {
        String what = method + " " + path + " -> " + status + " " + type + " " + cut(body);
        boolean problem = "application/problem+json".equals(type);
        JsonObject operation = operation(method, path);
        if (operation == null) {
            assertThat(problem && List.of(400, 401, 403, 404, 405, 503).contains(status) || status == 204)
                    .as(what)
                    .isTrue();
            if (!body.isEmpty()) {
                assertFits(OPEN_API, "Problem", Json.decodeValue(body), what);
            }
            return;
        }
        JsonObject listed = operation.getJsonObject("responses").getJsonObject(String.valueOf(status));
        assertThat(listed).as("a response for " + what).isNotNull();
        if (status == 204 || method.equals("HEAD")) {
            return;
        }
        JsonObject content = resolved(OPEN_API, listed).getJsonObject("content", new JsonObject());
        String essence = type == null ? "" : type.split(";", 2)[0];
        assertThat(content.fieldNames()).as(what).contains(essence);
        JsonObject line = content.getJsonObject(essence).getJsonObject("x-dataprism-line");
        if (line != null) {
            body.lines().forEach(each -> assertFits(OPEN_API, line, Json.decodeValue(each), what));
        }
        if (essence.equals("application/json") || problem) {
            JsonObject schema = content.getJsonObject(essence).getJsonObject("schema");
            assertFits(OPEN_API, schema, Json.decodeValue(body), what);
        }
        if (problem) {
            assertThat(operation.getJsonArray("x-dataprism-errors"))
                    .as(what)
                    .contains(new JsonObject(body).getString("code"));
        }
    }

    private static String cut(String text) {
        return text.length() > 1_000 ? text.substring(0, 1_000) + "..." : text;
    }

    /** The operation whose path a request's path is; null: none. */
    static @Nullable JsonObject operation(String method, String path) {
        for (Map.Entry<String, Object> item : OPEN_API.getJsonObject("paths")) {
            // one that is written in full is taken first
            if (item.getKey().equals(path)) {
                return ((JsonObject) item.getValue()).getJsonObject(method.toLowerCase(Locale.ROOT));
            }
        }
        return OPEN_API.getJsonObject("paths").stream()
                .filter(item -> path.matches(item.getKey().replaceAll("\\{[a-z]+}", "[^/]+")))
                .map(item -> (JsonObject) item.getValue())
                .filter(item -> item.containsKey(method.toLowerCase(Locale.ROOT)))
                .map(item -> item.getJsonObject(method.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElse(null);
    }

    /** Fails where a text frame of the server is none that the document has. */
    public static void assertFrame(JsonObject frame) {
        String operation = frame.getString("op");
        assertThat(messages("sendFrame").keySet()).as(frame.encode()).contains(operation);
        JsonObject payload = messages("sendFrame").get(operation).getJsonObject("payload");
        assertFits(ASYNC_API, payload, frame, cut(frame.encode()));
    }

    /** Fails where an event of a stream is none that the document has. @param operation such as {@code sendEvents} */
    public static void assertStreamed(String operation, String event, Object data) {
        assertThat(messages(operation).keySet()).contains(event);
        assertFits(ASYNC_API, messages(operation).get(event).getJsonObject("payload"), data, event + " " + data);
    }

    /** The messages of an operation, by their names. */
    static Map<String, JsonObject> messages(String operation) {
        JsonArray messages =
                ASYNC_API.getJsonObject("operations").getJsonObject(operation).getJsonArray("messages");
        return messages.stream()
                .map(each -> resolved(ASYNC_API, (JsonObject) each))
                .collect(Collectors.toMap(message -> message.getString("name"), message -> message));
    }

    /** Fails where a value does not fit a schema under that name. */
    public static void assertFits(JsonObject document, String name, Object value, String what) {
        assertFits(document, new JsonObject().put("$ref", REFERENCE + name), value, what);
    }

    static void assertFits(JsonObject document, JsonObject schema, Object value, String what) {
        assertThat(problems(document, schema, value)).as(what).isEmpty();
    }

    /** What the independent validator finds. */
    static List<String> problems(JsonObject document, JsonObject schema, Object value) {
        OutputUnit found = validator(document, schema).validate(value);
        return Boolean.TRUE.equals(found.getValid())
                ? List.of()
                : Stream.ofNullable(found.getErrors())
                        .flatMap(List::stream)
                        .map(error -> error.getInstanceLocation() + " " + error.getError())
                        .toList();
    }

    private static Validator validator(JsonObject document, JsonObject schema) {
        return VALIDATORS.computeIfAbsent(schema.encode() + System.identityHashCode(document), key -> {
            JsonObject schemas = document.getJsonObject("components").getJsonObject("schemas");
            String whole = schema.copy().put("$defs", schemas).encode().replace(REFERENCE, "#/$defs/");
            return Validator.create(
                    JsonSchema.of(new JsonObject(whole)),
                    new JsonSchemaOptions()
                            .setBaseUri("app://dataprism/")
                            .setDraft(Draft.DRAFT202012)
                            .setOutputFormat(OutputFormat.Basic));
        });
    }
}
