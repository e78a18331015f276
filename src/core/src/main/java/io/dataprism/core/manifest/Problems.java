package io.dataprism.core.manifest;

import io.dataprism.core.error.DataPrismException.Violation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gathers the problems of one document, at most {@value #LIMIT} of them. Used by one thread. */
final class Problems {

    /** More than anybody will read; keeps the answer to a hostile document small. */
    static final int LIMIT = 200;

    private static final int SHOWN_CHARACTERS = 400;

    private final List<Violation> violations = new ArrayList<>();

    void add(String pointer, String detail, @Nullable Object value) {
        if (violations.size() < LIMIT) {
            violations.add(new Violation(shortened(pointer), shortened(detail), shown(value)));
        }
    }

    boolean any() {
        return !violations.isEmpty();
    }

    List<Violation> all() {
        return List.copyOf(violations);
    }

    private static @Nullable Object shown(@Nullable Object value) {
        return value instanceof String text ? shortened(text) : value;
    }

    static String shortened(String text) {
        return text.length() > SHOWN_CHARACTERS ? text.substring(0, SHOWN_CHARACTERS) + "..." : text;
    }
}
