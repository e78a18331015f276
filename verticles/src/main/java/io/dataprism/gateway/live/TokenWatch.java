package io.dataprism.gateway.live;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.gateway.Authenticator;
import io.dataprism.gateway.Authenticator.Identity;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connection when its token ends: at its expiry, and soon after it was revoked. Looked at from time to time, on the connection's
 * event loop.
 */
final class TokenWatch {

    private static final long CHECK_MILLIS = 25_000;

    private final Authenticator authenticator;
    private final Runnable ended;
    private @Nullable Instant expiresAt;
    private @Nullable String token;
    private long nextCheckMillis;

    TokenWatch(Authenticator authenticator, Runnable ended) {
        this.authenticator = authenticator;
        this.ended = ended;
    }

    /** From now on this token; null: one that is not at hand, such as a session's, and only its expiry counts. */
    void watch(Identity identity, @Nullable String token) {
        this.token = token;
        this.expiresAt = identity.expiresAt();
        this.nextCheckMillis = System.currentTimeMillis() + CHECK_MILLIS;
    }

    /** Ends the connection where the token has ended; asks now and then whether it is still good. */
    void look(long nowMillis) {
        Instant end = expiresAt;
        if (end != null && end.toEpochMilli() <= nowMillis) {
            ended.run();
        } else if (nowMillis >= nextCheckMillis) {
            nextCheckMillis = nowMillis + CHECK_MILLIS;
            check();
        }
    }

    /** How long it is until the token's expiry; at least 1. */
    long leftMillis(long nowMillis) {
        Instant end = expiresAt;
        return end == null ? Long.MAX_VALUE : Math.max(1, end.toEpochMilli() - nowMillis);
    }

    private void check() {
        String shown = token;
        if (shown != null) {
            authenticator.authenticate(shown).onFailure(failure -> {
                if (failure instanceof DataPrismException known && known.code() == ErrorCode.UNAUTHENTICATED) {
                    ended.run();
                }
            });
        }
    }

    /** The token of {@code Authorization: Bearer <token>}; null where there is none. */
    static @Nullable String bearer(@Nullable String authorization) {
        return authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)
                ? authorization.substring(7).strip()
                : null;
    }
}
