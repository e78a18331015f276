package io.dataprism.gateway.contract;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A parameter of a query string.
 *
 * @param schema of the value, or of each where it may be repeated
 * @param usual what holds where it is not given, or null
 */
record QueryParameter(
        String name,
        boolean required,
        boolean repeatable,
        ValueSchema schema,
        @Nullable Object usual) {

    void check(List<String> given, Problems problems) {
        Place place = Place.ROOT.member(name);
        if (given.isEmpty()) {
            if (required) {
                problems.add(place, "is missing: it " + schema.must(), null);
            }
            return;
        }
        if (repeatable) {
            schema.check(given, place, problems);
        } else if (given.size() > 1) {
            problems.add(place, "is given more than once", given.getFirst());
        } else {
            String text = given.getFirst();
            schema.check(schema.ofText(text), place, problems);
        }
    }
}
