package io.dataprism.gateway.live;

import io.dataprism.gateway.contract.Contract;
import io.dataprism.gateway.contract.ShownValue;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client's frame. But for {@link #operation()} and {@link #idOrNull()}, read it once {@link #check()} has let it pass. */
record SocketFrame(JsonObject json) {

    private static final int ID_CHARACTERS = 64;

    /** The operation, one that is known; else fails with {@code REQUEST_INVALID}. */
    String operation() {
        Object op = json.getValue("op");
        if (op instanceof String name && Contract.current().hasFrame(name)) {
            return name;
        }
        throw Requests.invalid(
                "The frame's op is " + ShownValue.of(op) + ".",
                "Use one of " + Contract.current().frameOperations() + ".");
    }

    /** Fails with {@code REQUEST_INVALID} and every problem where the frame is not as the contract has it. */
    void check() {
        Contract.current().checkFrame(operation(), json);
    }

    /** The id where there is one to answer with; for error frames. */
    @Nullable
    String idOrNull() {
        return json.getValue("id") instanceof String id
                        && !id.isEmpty()
                        && id.codePointCount(0, id.length()) <= ID_CHARACTERS
                ? id
                : null;
    }

    String id() {
        return json.getString("id");
    }

    String text(String member) {
        return json.getString(member);
    }

    @Nullable
    String optionalText(String member) {
        return json.getString(member);
    }

    List<String> texts(String member) {
        return json.getJsonArray(member).stream().map(String::valueOf).toList();
    }

    /** Null where it is absent or null. */
    @Nullable
    Long wholeNumber(String member) {
        return json.getLong(member);
    }

    long wholeNumberOr(String member, long absent) {
        Long value = json.getLong(member);
        return value == null ? absent : value;
    }

    @Nullable
    JsonObject object(String member) {
        return json.getJsonObject(member);
    }
}
