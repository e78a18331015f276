package io.dataprism.gateway;

import io.dataprism.core.permission.Principal;
import io.dataprism.gateway.Authenticator.Identity;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A browser's session.
 *
 * @param identity whom it stands for
 * @param parent the credential that opened it; null: one that cannot be revoked
 */
record Session(
        Identity identity, Instant expiresAt, @Nullable String parent) {

    private static final String CREDENTIAL_PREFIX = "session:";

    /** @param digest of the id in the cookie */
    static Session of(Identity owner, Instant expiresAt, String digest) {
        return of(owner.user(), expiresAt, digest, owner.credential());
    }

    private static Session of(Principal.User user, Instant expiresAt, String digest, @Nullable String parent) {
        return new Session(new Identity(user, expiresAt, CREDENTIAL_PREFIX + digest), expiresAt, parent);
    }

    /** Of the id in its cookie. */
    String digest() {
        String credential = String.valueOf(identity.credential());
        return credential.substring(CREDENTIAL_PREFIX.length());
    }

    boolean isOf(Principal.User user) {
        return identity.user().uri().equals(user.uri());
    }

    /** Whether the next start can tell that its token is good still. */
    boolean isKept() {
        return parent == null || parent.startsWith(ApiToken.CREDENTIAL_PREFIX);
    }

    /** As it is kept on disk. */
    JsonObject toFile(String digest) {
        return new ApiToken(digest, digest, identity.user(), Instant.EPOCH, expiresAt)
                .toFile()
                .put("parent", parent);
    }

    static Session ofFile(JsonObject json) {
        ApiToken kept = ApiToken.ofFile(json);
        return of(kept.user(), kept.expiresAt(), kept.digest(), json.getString("parent"));
    }
}
