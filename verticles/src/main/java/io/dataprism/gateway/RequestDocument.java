package io.dataprism.gateway;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.DataPrismException.Violation;
import io.dataprism.core.error.ErrorCode;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request's document, read member by member. Problems are gathered, and {@link #check()} throws them all at once, along
 * with the members that nobody asked for.
 */
final class RequestDocument {

    private static final int SHOWN_CHARACTERS = 200;

    private final String operation;
    private final Map<String, @Nullable Object> members;
    private final Set<String> known = new LinkedHashSet<>();
    private final List<Violation> violations = new ArrayList<>();

    RequestDocument(String operation, JsonObject document) {
        this.operation = operation;
        this.members = document.getMap();
    }

    private @Nullable Object take(String name) {
        known.add(name);
        return members.get(name);
    }

    boolean has(String name) {
        known.add(name);
        return members.get(name) != null;
    }

    /** A member that must be there; empty where it is not a string. */
    String requiredString(String name) {
        Object value = take(name);
        if (value instanceof String text && !text.isBlank()) {
            requireWhole(name, text);
            return text;
        }
        problem(name, value == null ? "is missing: a string is needed" : "must be a string that is not empty", value);
        return "";
    }

    @Nullable
    String optionalString(String name) {
        Object value = take(name);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        problem(name, "must be a string", value);
        return null;
    }

    /** A whole number within bounds, or the default. */
    long integer(String name, long least, long most, long otherwise) {
        Object value = take(name);
        if (value == null) {
            return otherwise;
        }
        if ((value instanceof Integer || value instanceof Long)
                && ((Number) value).longValue() >= least
                && ((Number) value).longValue() <= most) {
            return ((Number) value).longValue();
        }
        problem(name, "must be a whole number from " + least + " to " + most, value);
        return otherwise;
    }

    /** An array of scalars and nulls; empty by default. */
    List<@Nullable Object> scalars(String name) {
        Object value = take(name);
        List<@Nullable Object> scalars = new ArrayList<>();
        if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                Object each = list.get(i);
                if (each instanceof Map || each instanceof List) {
                    problem(name + "/" + i, "must be a string, number, boolean or null", each);
                }
                if (EngineNumbers.isBeyond(each)) {
                    problem(name + "/" + i, "is a number that no type of the engine holds", String.valueOf(each));
                }
                if (each instanceof String text) {
                    requireWhole(name + "/" + i, text);
                }
                scalars.add(each);
            }
        } else if (value != null) {
            problem(name, "must be an array", value);
        }
        return scalars;
    }

    private void requireWhole(String name, Object value) {
        String broken = WholeText.firstBroken(value, name);
        if (broken != null) {
            problem(broken, WholeText.PROBLEM, null);
        }
    }

    /** An object; null where it is absent. */
    @Nullable
    JsonObject object(String name) {
        Object value = take(name);
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> copy = new java.util.LinkedHashMap<>();
            map.forEach((key, member) -> copy.put(String.valueOf(key), member));
            requireWhole(name, map);
            return new JsonObject(copy);
        }
        if (value != null) {
            problem(name, "must be an object", value);
        }
        return null;
    }

    /** An array of strings; null where it is absent. */
    @Nullable
    List<String> strings(String name) {
        Object value = take(name);
        if (value == null) {
            return null;
        }
        List<String> strings = new ArrayList<>();
        if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                if (list.get(i) instanceof String text) {
                    strings.add(text);
                } else {
                    problem(name + "/" + i, "must be a string", list.get(i));
                }
            }
        } else {
            problem(name, "must be an array of strings", value);
        }
        return strings;
    }

    /** Notes a problem of a member. */
    void problem(String name, String detail, @Nullable Object value) {
        violations.add(new Violation("#/" + name, "'" + name + "' " + detail + ".", shown(value)));
    }

    /** What of a value is shown: all of it where it is short, and else the beginning of its text or JSON. */
    static @Nullable Object shown(@Nullable Object value) {
        if (value == null || value instanceof Number || value instanceof Boolean) {
            return value;
        }
        boolean nested = value instanceof Map || value instanceof List;
        String text = nested ? Json.encode(value) : value.toString();
        if (nested && text.length() <= SHOWN_CHARACTERS) {
            return value;
        }
        return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "...";
    }

    /**
     * Ends the reading.
     *
     * @throws DataPrismException {@code REQUEST_INVALID} with every problem
     */
    void check() {
        for (String name : members.keySet()) {
            if (!known.contains(name)) {
                String pointer = name.replace("~", "~0").replace("/", "~1");
                violations.add(new Violation(
                        "#/" + pointer,
                        "'" + shown(name) + "' is not known here; known are " + String.join(", ", known) + ".",
                        shown(members.get(name))));
            }
        }
        if (!violations.isEmpty()) {
            throw invalid(operation, violations);
        }
    }

    static DataPrismException invalid(String operation, List<Violation> violations) {
        String more = violations.size() > 1 ? " And " + (violations.size() - 1) + " more." : "";
        return new DataPrismException(
                        ErrorCode.REQUEST_INVALID,
                        operation + ": " + violations.getFirst().detail() + more,
                        "Correct every member that 'errors' names.")
                .withViolations(violations);
    }
}
