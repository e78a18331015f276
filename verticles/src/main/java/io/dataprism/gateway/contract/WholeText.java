package io.dataprism.gateway.contract;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds half of a surrogate pair, which is no character: what encodes it puts another in its place without a word. Any thread;
 * never blocks.
 */
public final class WholeText {

    /** The end of a message that says so. */
    public static final String PROBLEM = "has half of a surrogate pair, which is no character";

    private WholeText() {}

    /** Whether every character of a text is one. */
    static boolean isWhole(String text) {
        for (int index = 0; index < text.length(); index++) {
            if (Character.isSurrogate(text.charAt(index))) {
                int whole = text.codePointAt(index);
                if (!Character.isSupplementaryCodePoint(whole)) {
                    return false;
                }
                index++;
            }
        }
        return true;
    }

    /**
     * The place of the first text, a value's or a member's name, that is not whole.
     *
     * @param value as JSON is read, as deep as a reader of JSON lets it be
     * @param place of the value, as a JSON pointer
     * @return its JSON pointer, for a name that of the object; null: there is none
     */
    public static @Nullable String firstBroken(@Nullable Object value, String place) {
        return isAllWhole(value) ? null : broken(value, place);
    }

    /** As nearly all are: no place is named for nothing. */
    private static boolean isAllWhole(@Nullable Object value) {
        return switch (value) {
            case String text -> isWhole(text);
            case JsonObject object -> isAllWhole(object.getMap());
            case JsonArray array -> isAllWhole(array.getList());
            case Map<?, ?> map -> {
                for (var member : map.entrySet()) {
                    if (!isWhole(String.valueOf(member.getKey())) || !isAllWhole(member.getValue())) {
                        yield false;
                    }
                }
                yield true;
            }
            case List<?> list -> {
                for (Object element : list) {
                    if (!isAllWhole(element)) {
                        yield false;
                    }
                }
                yield true;
            }
            case null, default -> true;
        };
    }

    private static @Nullable String broken(@Nullable Object value, String place) {
        return switch (value) {
            case String text -> isWhole(text) ? null : place;
            case JsonObject object -> broken(object.getMap(), place);
            case JsonArray array -> broken(array.getList(), place);
            case Map<?, ?> map -> firstBrokenMember(map, place);
            case List<?> list -> firstBrokenElement(list, place);
            case null, default -> null;
        };
    }

    private static @Nullable String firstBrokenMember(Map<?, ?> map, String place) {
        for (var member : map.entrySet()) {
            String name = String.valueOf(member.getKey());
            String broken = isWhole(name)
                    ? broken(
                            member.getValue(),
                            place + "/" + name.replace("~", "~0").replace("/", "~1"))
                    : place;
            if (broken != null) {
                return broken;
            }
        }
        return null;
    }

    private static @Nullable String firstBrokenElement(List<?> list, String place) {
        for (int i = 0; i < list.size(); i++) {
            String broken = broken(list.get(i), place + "/" + i);
            if (broken != null) {
                return broken;
            }
        }
        return null;
    }
}
