package io.dataprism.gateway;

import io.dataprism.core.permission.Principal;
import io.vertx.core.Future;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Tells who holds a token. */
public interface Authenticator {

    /** The key in a routing context's data under which the gateway puts the {@link Identity} of the request. */
    String IDENTITY = "dataprism.identity";

    /** Who holds this token; fails with {@code UNAUTHENTICATED}. */
    Future<Identity> authenticate(String bearerToken);

    /**
     * A user whose token was checked.
     *
     * @param expiresAt when the token ends; null: never
     */
    record Identity(Principal.User user, @Nullable Instant expiresAt) {}
}
