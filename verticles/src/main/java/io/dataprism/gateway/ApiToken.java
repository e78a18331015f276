package io.dataprism.gateway;

import io.dataprism.core.permission.Principal;
import io.dataprism.core.permission.Principal.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A token that an admin has made.
 *
 * @param id by which it is listed and revoked; no secret
 * @param digest of the secret, SHA-256, in hexadecimal digits
 */
record ApiToken(String id, String digest, Principal.User user, Instant createdAt, Instant expiresAt) {

    /** The beginning of every API token's {@link Authenticator.Identity#credential()}. */
    static final String CREDENTIAL_PREFIX = "token:";

    /** Names it in {@link Authenticator.Identity#credential()}. */
    String credential() {
        return CREDENTIAL_PREFIX + id;
    }

    /** As {@code GET /v1/tokens} shows it: without anything of the secret. */
    JsonObject toJson() {
        JsonArray roles = new JsonArray();
        user.roles().stream().map(ApiToken::label).sorted().forEach(roles::add);
        JsonObject json = new JsonObject().put("id", id).put("sub", user.sub()).put("roles", roles);
        putPatterns(json, "topics", user.topics());
        putPatterns(json, "tables", user.tables());
        putPatterns(json, "plugins", user.plugins());
        return json.put("createdAt", createdAt.toString()).put("exp", expiresAt.toString());
    }

    private static void putPatterns(JsonObject json, String name, @Nullable List<String> patterns) {
        if (patterns != null) {
            json.put(name, new JsonArray(patterns));
        }
    }

    /** In a file: that the cluster knows it, or did, so that it is not offered to it again after it was revoked there. */
    static final String SHARED = "shared";

    /** As it is kept on disk. */
    JsonObject toFile() {
        return toJson().put("digest", digest);
    }

    static ApiToken ofFile(JsonObject json) {
        Set<Role> roles = new LinkedHashSet<>();
        json.getJsonArray("roles")
                .forEach(role -> roles.add(Role.valueOf(role.toString().toUpperCase(Locale.ROOT))));
        Principal.User user = new Principal.User(
                json.getString("sub"),
                roles,
                patterns(json, "topics"),
                patterns(json, "tables"),
                patterns(json, "plugins"));
        return new ApiToken(
                json.getString("id"),
                json.getString("digest"),
                user,
                Instant.parse(json.getString("createdAt")),
                Instant.parse(json.getString("exp")));
    }

    private static @Nullable List<String> patterns(JsonObject json, String name) {
        JsonArray array = json.getJsonArray(name);
        return array == null ? null : array.stream().map(String::valueOf).toList();
    }

    static String label(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }
}
