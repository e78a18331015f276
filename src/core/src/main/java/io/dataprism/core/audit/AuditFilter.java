package io.dataprism.core.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.dataprism.core.permission.ScopePattern;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which lines are wanted: all that is said must hold.
 *
 * @param plugin lines that the plugin wrote, had a hand in, or that were about it; null: any
 * @param action the action, {@code *} being any run of characters; null: any
 * @param user lines that the user wrote or had a hand in; null: any
 * @param scope patterns that narrow the plugins of whoever asks: no line that names another; null: not narrowed
 */
public record AuditFilter(
        @Nullable String plugin,
        @Nullable String action,
        @Nullable String user,
        @Nullable List<String> scope) {

    /** Whatever there is. */
    public static final AuditFilter ANY = new AuditFilter(null, null, null, null);

    boolean matches(JsonNode line) {
        return (action == null
                        || ScopePattern.matches(action, line.path("action").asText()))
                && (user == null || isLink(line, "/users/" + user))
                && (plugin == null || isLink(line, "/plugins/" + plugin) || isAbout(line, plugin))
                && (scope == null || NamedPlugins.of(line).stream().allMatch(this::inScope));
    }

    private boolean inScope(String name) {
        return scope != null && scope.stream().anyMatch(pattern -> ScopePattern.matches(pattern, name));
    }

    private static boolean isLink(JsonNode line, String uri) {
        if (line.path("principal").asText().equals(uri)) {
            return true;
        }
        for (JsonNode link : line.path("onBehalfOf")) {
            if (link.asText().equals(uri)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAbout(JsonNode line, String plugin) {
        String target = line.path("target").asText();
        return target.equals(plugin)
                || target.equals("/plugins/" + plugin)
                || target.equals("dataprism.plugin." + plugin)
                || line.path("details").path("plugin").asText().equals(plugin);
    }
}
