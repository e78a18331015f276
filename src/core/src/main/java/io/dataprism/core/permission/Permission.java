package io.dataprism.core.permission;

import java.util.Locale;

/**
 * A permission as a manifest asks for it and an operator grants it.
 *
 * @param scope {@code *} is any run of characters; {@code *} alone is everything
 */
public record Permission(Resource resource, Access access, String scope) {

    /** What is accessed. */
    public enum Resource {
        DATA,
        STORAGE,
        NETWORK,
        UI,
        CORE;

        /** As in a manifest. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How it is accessed. */
    public enum Access {
        READ,
        WRITE,
        EXECUTE;

        /** As in a manifest. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** {@code execute} includes {@code read} and {@code write}. */
        public boolean includes(Access needed) {
            return this == needed || this == EXECUTE;
        }
    }

    @Override
    public String toString() {
        return resource.label() + " " + access.label() + " '" + scope + "'";
    }
}
