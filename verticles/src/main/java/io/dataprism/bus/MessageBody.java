package io.dataprism.bus;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The members of a message's body, read by the type that they must have: plugins send what they like. Whatever is missing or
 * of another type is {@code REQUEST_INVALID}, with the member, what was found and what is legal.
 *
 * @param address that it was sent to, for the words of a failure
 */
public record MessageBody(String address, JsonObject json) {

    private static final int SHOWN_CHARACTERS = 100;
    private static final double EXACT_LIMIT = 1L << 53;

    /** Of a message; a body that is no object has no members. */
    public static MessageBody of(Message<?> message) {
        return new MessageBody(message.address(), message.body() instanceof JsonObject json ? json : new JsonObject());
    }

    /** A text, perhaps an empty one. */
    public String text(String name) {
        if (json.getValue(name) instanceof String text) {
            return text;
        }
        throw wrong(name, "a text");
    }

    /** A text, or null where it is not there. */
    public @Nullable String optionalText(String name) {
        return json.getValue(name) == null ? null : text(name);
    }

    /** A whole number within bounds. */
    public long number(String name, long least, long most) {
        if (json.getValue(name) instanceof Number number && isWhole(number)) {
            long value = number.longValue();
            if (value >= least && value <= most) {
                return value;
            }
        }
        throw wrong(name, "a whole number from " + least + " to " + most);
    }

    /** A whole number within bounds, or null where it is not there. */
    public @Nullable Long optionalNumber(String name, long least, long most) {
        return json.getValue(name) == null ? null : number(name, least, most);
    }

    /** True or false. */
    public boolean flag(String name, boolean absent) {
        return switch (json.getValue(name)) {
            case null -> absent;
            case Boolean flag -> flag;
            default -> throw wrong(name, "true or false");
        };
    }

    /** One of some constants, by its name. */
    public <E extends Enum<E>> E choice(String name, Class<E> type) {
        return Arrays.stream(type.getEnumConstants())
                .filter(each -> each.name().equals(json.getValue(name)))
                .findFirst()
                .orElseThrow(() -> wrong(name, "one of " + Arrays.toString(type.getEnumConstants())));
    }

    /** One of some words. */
    public String word(String name, List<String> legal) {
        return legal.stream()
                .filter(each -> each.equals(json.getValue(name)))
                .findFirst()
                .orElseThrow(() -> wrong(name, "one of " + legal));
    }

    /** An object. */
    public MessageBody object(String name) {
        if (json.getValue(name) instanceof JsonObject object) {
            return new MessageBody(address, object);
        }
        throw wrong(name, "an object");
    }

    /** The members of an object; none where it is not there. */
    public JsonObject optionalObject(String name) {
        return json.getValue(name) == null ? new JsonObject() : object(name).json;
    }

    /** An array. */
    public JsonArray array(String name) {
        if (json.getValue(name) instanceof JsonArray array) {
            return array;
        }
        throw wrong(name, "an array");
    }

    /** The failure of a member that is not what it must be, with what was found there. @param legal what it must be */
    public DataPrismException wrong(String name, String legal) {
        String found = json.containsKey(name) ? shown(json.getValue(name)) : "nothing";
        return invalid(name, "must be " + legal + "; found " + found);
    }

    /** The failure of a member. @param problem what follows its name */
    public DataPrismException invalid(String name, String problem) {
        return new DataPrismException(
                ErrorCode.REQUEST_INVALID,
                "'" + name + "' of a request to " + address + " " + problem + ".",
                "See the typed services of the plugin API.");
    }

    private static boolean isWhole(Number number) {
        return number instanceof Long || number.doubleValue() % 1 == 0 && Math.abs(number.doubleValue()) < EXACT_LIMIT;
    }

    /** Of arrays and objects the size alone: they may hold anything. */
    private static String shown(@Nullable Object value) {
        return switch (value) {
            case JsonObject object -> "an object with " + object.size() + " members";
            case JsonArray array -> "an array of " + array.size();
            case String text -> "'" + cut(text) + "'";
            case null, default -> cut(String.valueOf(value));
        };
    }

    private static String cut(String text) {
        return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "...";
    }
}
