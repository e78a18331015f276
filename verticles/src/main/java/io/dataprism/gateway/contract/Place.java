package io.dataprism.gateway.contract;

import org.jspecify.annotations.Nullable;

/** Where in a document a value is; written out only where something is wrong there. */
record Place(@Nullable Place parent, String step) {

    /** The document itself. */
    static final Place ROOT = new Place(null, "");

    Place member(String name) {
        return new Place(this, name);
    }

    Place element(int index) {
        return new Place(this, Integer.toString(index));
    }

    /** As a JSON pointer in a fragment, {@code #/a/0}. */
    String pointer() {
        return parent == null
                ? "#"
                : parent.pointer() + "/" + step.replace("~", "~0").replace("/", "~1");
    }

    /** As people read it, {@code a/0}; empty for the document itself. */
    String name() {
        if (parent == null) {
            return "";
        }
        String before = parent.name();
        return before.isEmpty() ? step : before + "/" + step;
    }
}
