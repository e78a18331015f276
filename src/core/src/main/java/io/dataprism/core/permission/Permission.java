package io.dataprism.core.permission;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A permission as a manifest asks for it and an operator grants it.
 *
 * @param scope {@code *} is any run of characters; {@code *} alone is everything
 */
public record Permission(Resource resource, Access access, String scope) {

    /** The member of a refusal that holds what would have been enough. */
    public static final String NEEDED = "needed";

    private static final String MOUNT = "mount:";
    private static final String PLUGIN = "plugin:";

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

    /**
     * Whether an operator may give that in the place of this: the same, or less of the same resource. Topics and the plugin's
     * own core services are given as they are asked for, and a pattern of keys never stands for a folder.
     */
    boolean covers(Permission other) {
        return equals(other)
                || resource == other.resource
                        && access.includes(other.access)
                        && (scope.equals(other.scope)
                                || mayBeNarrowed(other) && ScopePattern.matches(scope, other.scope));
    }

    private boolean mayBeNarrowed(Permission other) {
        return switch (resource) {
            case DATA, NETWORK -> true;
            case STORAGE -> !other.scope.startsWith(MOUNT);
            case CORE -> scope.startsWith(PLUGIN);
            case UI -> false;
        };
    }

    /** As in a manifest, in its order; under {@link #NEEDED} in refusals. */
    public Map<String, String> toMap() {
        Map<String, String> members = new LinkedHashMap<>();
        members.put("resource", resource.label());
        members.put("access", access.label());
        members.put("scope", scope);
        return members;
    }

    @Override
    public String toString() {
        return resource.label() + " " + access.label() + " '" + scope + "'";
    }
}
