package io.dataprism.gateway.contract;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A value of one of several types, and no more asked of it. @param types as JSON Schema names them */
record KindsSchema(List<String> types) implements ValueSchema {

    KindsSchema {
        types = List.copyOf(types);
    }

    @Override
    public void check(@Nullable Object value, Place place, Problems problems) {
        if (!types.contains(typeOf(value)) && !(types.contains("integer") && isWhole(value))) {
            problems.add(place, must(), value);
        } else if (value instanceof String text && !WholeText.isWhole(text)) {
            problems.add(place, WholeText.PROBLEM, null);
        }
    }

    private static boolean isWhole(@Nullable Object value) {
        return value instanceof Number number && number.doubleValue() == Math.rint(number.doubleValue());
    }

    private static String typeOf(@Nullable Object value) {
        return switch (Tree.plain(value)) {
            case null -> "null";
            case String text -> "string";
            case Number number -> "number";
            case Boolean flag -> "boolean";
            case Map<?, ?> map -> "object";
            default -> "array";
        };
    }

    @Override
    public String must() {
        int last = types.size() - 1;
        return "must be a " + String.join(", ", types.subList(0, last)) + (last > 0 ? " or " : "") + types.get(last);
    }
}
