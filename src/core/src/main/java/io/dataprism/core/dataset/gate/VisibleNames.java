package io.dataprism.core.dataset.gate;

import java.util.HashSet;
import java.util.Set;

/** The common table expressions in sight at one place of a statement, in lower case. Immutable. */
record VisibleNames(Set<String> names) {

    static VisibleNames none() {
        return new VisibleNames(Set.of());
    }

    VisibleNames with(String name) {
        Set<String> more = new HashSet<>(names);
        more.add(name);
        return new VisibleNames(more);
    }

    boolean contains(String name) {
        return names.contains(name);
    }
}
