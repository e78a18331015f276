package io.dataprism.gateway.live;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.gateway.Authenticator;
import io.dataprism.gateway.Authenticator.Identity;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Ends a connection when its token ends: at its expiry, and at the next {@link #check} after it was revoked. */
final class TokenWatch {

    /** Timers are set for a day at most, and then again. */
    private static final Duration LONGEST_TIMER = Duration.ofDays(1);

    private final Vertx vertx;
    private final Authenticator authenticator;
    private final Runnable ended;
    private long timer = -1;
    private @Nullable String token;

    TokenWatch(Vertx vertx, Authenticator authenticator, Runnable ended) {
        this.vertx = vertx;
        this.authenticator = authenticator;
        this.ended = ended;
    }

    /** From now on this token; null: one that is not at hand, such as a session's, and only its expiry counts. */
    void watch(Identity identity, @Nullable String token) {
        stop();
        this.token = token;
        Instant expiresAt = identity.expiresAt();
        if (expiresAt != null) {
            schedule(expiresAt);
        }
    }

    private void schedule(Instant expiresAt) {
        Duration left = Duration.between(Instant.now(), expiresAt);
        Duration wait = left.compareTo(LONGEST_TIMER) > 0 ? LONGEST_TIMER : left;
        timer = vertx.setTimer(Math.max(1, wait.toMillis()), tick -> {
            if (Instant.now().isBefore(expiresAt)) {
                schedule(expiresAt);
            } else {
                ended.run();
            }
        });
    }

    /** Asks whether the token is still good. */
    void check() {
        if (token != null) {
            authenticator.authenticate(token).onFailure(failure -> {
                if (failure instanceof DataPrismException known && known.code() == ErrorCode.UNAUTHENTICATED) {
                    ended.run();
                }
            });
        }
    }

    void stop() {
        vertx.cancelTimer(timer);
    }

    /** The token of {@code Authorization: Bearer <token>}; null where there is none. */
    static @Nullable String bearer(@Nullable String authorization) {
        return authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)
                ? authorization.substring(7).strip()
                : null;
    }
}
