package io.dataprism.bus;

import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A chain of callers as a header's value: a JSON array, the speaker first. */
public final class CallerCodec {

    private CallerCodec() {}

    /** What {@link #decode} reads. */
    public static String encode(Caller caller) {
        JsonArray links = new JsonArray();
        for (Caller link = caller; link != null; link = link.onBehalfOf()) {
            links.add(encode(link.principal()));
        }
        return links.encode();
    }

    /** What {@link #encode} wrote; fails with a {@link RuntimeException} for anything else. */
    public static Caller decode(String header) {
        JsonArray links = new JsonArray(header);
        Caller caller = null;
        for (int index = links.size() - 1; index >= 0; index--) {
            caller = new Caller(decode(links.getJsonObject(index)), caller);
        }
        if (caller == null) {
            throw new IllegalArgumentException("A chain of callers is never empty.");
        }
        return caller;
    }

    private static JsonObject encode(Principal principal) {
        return switch (principal) {
            case Principal.Node node -> new JsonObject().put("node", node.id());
            case Principal.Plugin plugin -> new JsonObject().put("plugin", plugin.name());
            case Principal.User user ->
                new JsonObject()
                        .put("user", user.sub())
                        .put(
                                "roles",
                                new JsonArray(
                                        user.roles().stream().map(Enum::name).toList()))
                        .put("topics", array(user.topics()))
                        .put("tables", array(user.tables()))
                        .put("plugins", array(user.plugins()));
        };
    }

    private static Principal decode(JsonObject link) {
        if (link.containsKey("node")) {
            return new Principal.Node(link.getString("node"));
        }
        if (link.containsKey("plugin")) {
            return new Principal.Plugin(link.getString("plugin"));
        }
        return new Principal.User(
                link.getString("user"),
                link.getJsonArray("roles").stream()
                        .map(role -> Principal.Role.valueOf(String.valueOf(role)))
                        .collect(Collectors.toSet()),
                list(link.getJsonArray("topics")),
                list(link.getJsonArray("tables")),
                list(link.getJsonArray("plugins")));
    }

    private static @Nullable JsonArray array(@Nullable List<String> patterns) {
        return patterns == null ? null : new JsonArray(patterns);
    }

    private static @Nullable List<String> list(@Nullable JsonArray patterns) {
        return patterns == null ? null : patterns.stream().map(String::valueOf).toList();
    }
}
