package io.dataprism.gateway.contract;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A list. Elements are looked at only where there are not too many. @param words instead of the usual, or null */
record ArraySchema(
        int least, int most, ValueSchema items, @Nullable String words) implements ValueSchema {

    @Override
    public void check(@Nullable Object value, Place place, Problems problems) {
        if (!(Tree.plain(value) instanceof List<?> list)) {
            problems.add(place, must(), value);
        } else if (list.size() < least || list.size() > most) {
            problems.add(place, must() + ", and has " + list.size(), null);
        } else if (!(items instanceof AnyValue)) {
            for (int i = 0; i < list.size() && !problems.isFull(); i++) {
                items.check(list.get(i), place.element(i), problems);
            }
        }
    }

    @Override
    public String must() {
        if (words != null) {
            return words;
        }
        String of = items instanceof TextSchema ? " of strings" : "";
        if (most != Integer.MAX_VALUE) {
            return "must be an array" + of + " with " + least + " to " + most + " elements";
        }
        return "must be an array" + of + (least == 0 ? "" : " that is not empty");
    }
}
