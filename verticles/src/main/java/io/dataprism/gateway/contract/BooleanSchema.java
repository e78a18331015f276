package io.dataprism.gateway.contract;

import org.jspecify.annotations.Nullable;

/** {@code true} or {@code false}. */
record BooleanSchema() implements ValueSchema {

    @Override
    public void check(@Nullable Object value, Place place, Problems problems) {
        if (!(value instanceof Boolean)) {
            problems.add(place, must(), value);
        }
    }

    @Override
    public String must() {
        return "must be one of false, true";
    }

    @Override
    public Object ofText(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> text;
        };
    }
}
