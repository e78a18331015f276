package io.dataprism.gateway.jwt;

import io.dataprism.gateway.Authenticator.Identity;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that were verified with one set of keys, by digest: the {@value #LIMIT} used last; and those that are being verified, each
 * once, however many show it meanwhile. Any thread.
 */
final class VerifiedTokens {

    static final int LIMIT = 4_096;

    private final Map<String, Identity> byDigest = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Identity> eldest) {
            return size() > LIMIT;
        }
    };

    private final Map<String, Future<Identity>> underWay = new ConcurrentHashMap<>();

    /** Who holds it; null where it is not known, or has ended. */
    synchronized @Nullable Identity find(String digest, Instant now) {
        Identity found = byDigest.get(digest);
        Instant ends = found == null ? null : found.expiresAt();
        if (ends == null || ends.isAfter(now)) {
            return found;
        }
        byDigest.remove(digest);
        return null;
    }

    synchronized void keep(String digest, Identity identity) {
        byDigest.put(digest, identity);
    }

    /** The verification of that token that is under way, or the one that begins now. It keeps what it finds before it completes. */
    Future<Identity> once(String digest, Supplier<Future<Identity>> verification) {
        Promise<Identity> fresh = Promise.promise(); // of no context: whoever waits is told on their own
        Future<Identity> other = underWay.putIfAbsent(digest, fresh.future());
        if (other != null) {
            return other;
        }
        Future.<Void>succeededFuture()
                .compose(begin -> verification.get())
                .onComplete(done -> underWay.remove(digest))
                .onComplete(fresh);
        return fresh.future();
    }
}
