package io.dataprism.gateway.live;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A client's frame, read strictly: each accessor fails with {@code REQUEST_INVALID} where the member does not fit. */
record SocketFrame(JsonObject json) {

    static final int ID_LENGTH_LIMIT = 64;

    private static final Set<String> QUERY =
            Set.of("op", "id", "sql", "parameters", "batchRows", "timeoutMs", "maxRows", "format", "demand");

    private static final Map<String, Set<String>> MEMBERS = Map.of(
            "auth", Set.of("op", "token"),
            "subscribe", Set.of("op", "id", "topics", "cursor", "from", "demand", "overflow"),
            "demand", Set.of("op", "id", "total"),
            "unsubscribe", Set.of("op", "id"),
            "cancel", Set.of("op", "id"),
            "publish", Set.of("op", "id", "topic", "data"),
            "execute", Set.of("op", "id", "plugin", "operation", "params", "input", "format", "demand"),
            "query", QUERY,
            "ping", Set.of("op"));

    /** The operation, one that is known and with no member that it does not have. */
    String operation() {
        Object op = json.getValue("op");
        Set<String> members = op instanceof String name ? MEMBERS.get(name) : null;
        if (members == null) {
            throw Requests.invalid(
                    "The frame's op is " + op + ".",
                    "Use one of " + MEMBERS.keySet().stream().sorted().toList() + ".");
        }
        Requests.onlyMembers(json, members, "The frame with op '" + op + "'");
        return (String) op;
    }

    /** The id where there is one to answer with; for error frames. */
    @Nullable
    String idOrNull() {
        return json.getValue("id") instanceof String id && !id.isEmpty() && id.length() <= ID_LENGTH_LIMIT ? id : null;
    }

    String id() {
        String id = idOrNull();
        if (id == null) {
            throw Requests.invalid(
                    "The frame's id is " + json.getValue("id") + ".",
                    "Send a text of 1 to " + ID_LENGTH_LIMIT + " characters.");
        }
        return id;
    }

    String text(String member) {
        String text = optionalText(member);
        if (text == null) {
            throw Requests.invalid("The frame has no member " + member + ".", "Send it as a text.");
        }
        return text;
    }

    @Nullable
    String optionalText(String member) {
        Object value = json.getValue(member);
        if (value != null && !(value instanceof String)) {
            throw Requests.invalid("The frame's member " + member + " is " + value + ".", "Send a text.");
        }
        return (String) value;
    }

    List<String> texts(String member) {
        List<String> texts = new ArrayList<>();
        if (!(json.getValue(member) instanceof JsonArray array)) {
            throw Requests.invalid("The frame's member " + member + " is no array.", "Send an array of texts.");
        }
        for (Object each : array) {
            if (!(each instanceof String text)) {
                throw Requests.invalid("The frame's member " + member + " holds " + each + ".", "Send texts only.");
            }
            texts.add(text);
        }
        return texts;
    }

    /** Null where it is absent or null. */
    @Nullable
    Long wholeNumber(String member, long least, long most) {
        Object value = json.getValue(member);
        if (value == null) {
            return null;
        }
        boolean whole = value instanceof Integer || value instanceof Long;
        if (!whole || ((Number) value).longValue() < least || ((Number) value).longValue() > most) {
            throw Requests.invalid(
                    "The frame's member " + member + " is " + value + ".",
                    "Send a whole number from " + least + " to " + most + ".");
        }
        return ((Number) value).longValue();
    }

    long wholeNumberOr(String member, long least, long most, long absent) {
        Long value = wholeNumber(member, least, most);
        return value == null ? absent : value;
    }

    @Nullable
    JsonObject object(String member) {
        Object value = json.getValue(member);
        if (value != null && !(value instanceof JsonObject)) {
            throw Requests.invalid("The frame's member " + member + " is no object.", "Send a JSON object.");
        }
        return (JsonObject) value;
    }
}
