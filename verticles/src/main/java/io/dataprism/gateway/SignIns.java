package io.dataprism.gateway;

import io.dataprism.audit.AuditService;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The door of a node: asks the authenticator, and watches who fails. Beyond so many failures of one address in a minute, further
 * ones are {@code QUOTA_EXCEEDED} until the minute is over, and the audit log has a sum of them instead of a line for each.
 *
 * <p>A good token is let in at any time. Behind a proxy, or in an office, many people have one address, and whoever sends bad
 * tokens from there would shut the others out. Nothing is lost by that: tokens of the node have 256 random bits, so guesses need
 * not be slowed to be hopeless, and what they cost is bounded: a digest each, and signatures of JWTs are checked on threads of
 * their own. Requests without any token are in the log's sums and count as no failure: they try nothing. Any thread.
 */
public final class SignIns implements Authenticator {

    /** How many failures an address has in a minute before further ones are told to wait. */
    public static final int FAILURES_PER_MINUTE = 1_000;

    /** In the problem document of {@code QUOTA_EXCEEDED}: when to try again. */
    static final String RETRY_AFTER = "retryAfterSeconds";

    /** What who has shown no good token is called in the audit log. */
    private static final String UNKNOWN = "unknown";

    private static final Caller NOBODY = Caller.of(new Principal.User(UNKNOWN, Set.of(), null, null, null));

    private final Authenticator authenticator;
    private final AuditService audit;
    private final InstantSource clock;
    private final int failuresPerMinute;
    private final FailedSignIns failed = new FailedSignIns();

    /** @param failuresPerMinute of one address, before further ones are told to wait */
    public SignIns(Authenticator authenticator, AuditService audit, InstantSource clock, int failuresPerMinute) {
        this.authenticator = authenticator;
        this.audit = audit;
        this.clock = clock;
        this.failuresPerMinute = failuresPerMinute;
    }

    /** Of a token that was let in before: counts nothing. */
    @Override
    public Future<Identity> authenticate(String bearerToken) {
        return authenticator.authenticate(bearerToken);
    }

    @Override
    public Future<Identity> signIn(String bearerToken, String where, @Nullable SocketAddress from) {
        return authenticator
                .authenticate(bearerToken)
                .recover(failure -> Future.failedFuture(
                        failure instanceof DataPrismException known && known.code() == ErrorCode.UNAUTHENTICATED
                                ? refused(known, where, from)
                                : failure));
    }

    /** Notes that somebody came without a token. */
    void withoutToken(String where, @Nullable SocketAddress from) {
        note(where, from, false);
    }

    private DataPrismException refused(DataPrismException why, String where, @Nullable SocketAddress from) {
        FailedSignIns.Verdict verdict = note(where, from, true);
        if (verdict.failures() <= failuresPerMinute) {
            return why;
        }
        long seconds = Math.max(1, verdict.left().toSeconds());
        return new DataPrismException(
                        ErrorCode.QUOTA_EXCEEDED,
                        "More than " + failuresPerMinute
                                + " tokens that are not known have come from this address in a minute.",
                        "Wait " + seconds + " s, and send a token that is good: that one is taken at any time.")
                .with(RETRY_AFTER, seconds);
    }

    private FailedSignIns.Verdict note(String where, @Nullable SocketAddress from, boolean counts) {
        Instant now = clock.instant();
        sumUp(failed.turn(now));
        FailedSignIns.Verdict verdict = failed.add(FailedSignIns.key(from), counts, now);
        if (verdict.written()) {
            String address = from == null ? "" : String.valueOf(from.hostAddress());
            record(where, new JsonObject().put("address", address));
        }
        return verdict;
    }

    /** Writes what is left of a minute that is over. Call now and then. */
    public void sumUp() {
        sumUp(failed.turn(clock.instant()));
    }

    /** Writes what is left, at the end. */
    public void close() {
        sumUp(failed.turnNow(clock.instant()));
    }

    private void sumUp(List<FailedSignIns.Sum> sums) {
        for (FailedSignIns.Sum each : sums) {
            record(
                    "*",
                    new JsonObject()
                            .put("address", each.address().isEmpty() ? "*" : each.address())
                            .put("failures", each.failures()));
        }
    }

    private void record(String where, JsonObject details) {
        audit.record("signin.failed", NOBODY, where, "refused", details);
    }
}
