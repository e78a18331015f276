package io.dataprism.gateway.contract;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One of a few scalars. @param words instead of the usual, or null */
record ChoiceSchema(List<Object> values, @Nullable String words) implements ValueSchema {

    ChoiceSchema {
        values = List.copyOf(values);
    }

    @Override
    public void check(@Nullable Object value, Place place, Problems problems) {
        for (Object each : values) {
            if (each.equals(value) || isSameNumber(each, value)) {
                return;
            }
        }
        problems.add(place, must(), value);
    }

    private static boolean isSameNumber(Object legal, @Nullable Object value) {
        return legal instanceof Number number
                && value instanceof Number other
                && Double.compare(number.doubleValue(), other.doubleValue()) == 0;
    }

    @Override
    public String must() {
        if (words != null) {
            return words;
        }
        if (values.size() == 1) {
            return "must be " + values.getFirst();
        }
        return "must be one of " + values.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
