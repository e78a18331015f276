package io.dataprism.core.permission;

import io.dataprism.core.permission.Permission.Access;
import io.dataprism.core.permission.Permission.Resource;
import io.dataprism.core.permission.Principal.Role;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What users may do, in the terms of plugins' permissions: roles add up, patterns narrow. */
final class UserRights {

    private static final List<String> EVERYTHING = List.of("*");
    private static final List<String> ALL_TOPICS = List.of("**");

    private UserRights() {}

    /** The scopes that a user has for a resource; empty: none. */
    static List<String> scopes(Principal.User user, Resource resource, Access access) {
        boolean admin = user.hasAny(Role.ADMIN);
        boolean analyst = user.hasAny(Role.ANALYST);
        return switch (resource) {
            case DATA -> analyst ? narrowed(user.tables(), EVERYTHING) : List.of();
            // What belongs to a plugin itself is no right of users: whoever may call it may have it use that.
            case STORAGE, NETWORK, UI -> analyst ? EVERYTHING : List.of();
            case CORE -> core(user, access, admin, analyst);
        };
    }

    /** The topic patterns that a user has; empty: none. */
    static List<String> topics(Principal.User user) {
        return user.hasAny(Role.SUBSCRIBER) ? narrowed(user.topics(), ALL_TOPICS) : List.of();
    }

    private static List<String> core(Principal.User user, Access access, boolean admin, boolean analyst) {
        List<String> scopes = new ArrayList<>();
        if (access == Access.EXECUTE && analyst) {
            narrowed(user.plugins(), EVERYTHING).forEach(pattern -> scopes.add("plugin:" + pattern));
            scopes.add("llm");
        }
        if (access == Access.READ && user.hasAny(Role.ANALYST, Role.OPERATOR)) {
            scopes.add("metrics");
        }
        if (admin) {
            scopes.addAll(List.of("metrics", "config", "llm"));
        }
        return scopes;
    }

    private static List<String> narrowed(@Nullable List<String> patterns, List<String> absent) {
        return patterns == null ? absent : patterns;
    }
}
