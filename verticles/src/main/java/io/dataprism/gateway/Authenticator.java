package io.dataprism.gateway;

import io.dataprism.core.permission.Principal;
import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Knows the holders of tokens. */
public interface Authenticator {

    /** Under this key the {@link Identity} of a request is in the data of its {@code RoutingContext}. */
    String IDENTITY = "dataprism.identity";

    /** Who holds that token; fails with {@code UNAUTHENTICATED}. Call on a Vert.x context; nothing blocks. */
    Future<Identity> authenticate(String bearerToken);

    /**
     * The same where somebody signs in: whoever watches failures counts this one.
     *
     * @param where the path that is asked for
     * @param from the remote address; null: not known
     */
    default Future<Identity> signIn(String bearerToken, String where, @Nullable SocketAddress from) {
        return authenticate(bearerToken);
    }

    /**
     * Somebody who has shown a token.
     *
     * @param expiresAt when the token ends, and every connection with it; null: never
     * @param credential names what was shown, so that its end can end what it opened; null: it cannot be revoked
     */
    record Identity(
            Principal.User user,
            @Nullable Instant expiresAt,
            @Nullable String credential) {

        /** Of a credential that cannot be revoked. */
        public Identity(Principal.User user, @Nullable Instant expiresAt) {
            this(user, expiresAt, null);
        }
    }
}
