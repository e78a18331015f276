package io.dataprism.core.permission;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who sends a message. */
public sealed interface Principal {

    /** The name in audit lines and event sources: {@code /nodes/<id>}, {@code /plugins/<name>}, {@code /users/<sub>}. */
    String uri();

    /** The node itself: its own code, outside any plugin. */
    record Node(String id) implements Principal {
        @Override
        public String uri() {
            return "/nodes/" + id;
        }
    }

    /** A plugin instance, known by the deployment that it runs in. */
    record Plugin(String name) implements Principal {
        @Override
        public String uri() {
            return "/plugins/" + name;
        }
    }

    /**
     * A person or service with a token.
     *
     * @param roles add up; empty: may do nothing
     * @param topics patterns that narrow what may be subscribed to; null: not narrowed, empty: nothing
     * @param tables patterns that narrow tables, likewise
     * @param plugins patterns that narrow plugins, likewise
     */
    record User(
            String sub,
            Set<Role> roles,
            @Nullable List<String> topics,
            @Nullable List<String> tables,
            @Nullable List<String> plugins)
            implements Principal {

        public User {
            roles = Set.copyOf(roles);
            topics = topics == null ? null : List.copyOf(topics);
            tables = tables == null ? null : List.copyOf(tables);
            plugins = plugins == null ? null : List.copyOf(plugins);
        }

        /** The holder of the node's admin token: every right, nothing narrowed. */
        public static User admin() {
            return new User("admin", Set.of(Role.ADMIN), null, null, null);
        }

        /** Whether the user has one of the roles, or is an admin, who has them all. */
        public boolean hasAny(Role... legal) {
            if (roles.contains(Role.ADMIN)) {
                return true;
            }
            for (Role role : legal) {
                if (roles.contains(role)) {
                    return true;
                }
            }
            return false;
        }

        /** Whether a plugin of that name, which need not be there, is inside the patterns that narrow the user's plugins. */
        public boolean reachesPlugin(String name) {
            return plugins == null || plugins.stream().anyMatch(pattern -> ScopePattern.matches(pattern, name));
        }

        @Override
        public String uri() {
            return "/users/" + sub;
        }
    }

    /** What a user may do; roles add up. */
    enum Role {
        ADMIN,
        OPERATOR,
        ANALYST,
        SUBSCRIBER
    }
}
