package io.dataprism.gateway.jwt;

import io.dataprism.gateway.Authenticator.Identity;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tokens that were verified with one set of keys, by digest: the {@value #LIMIT} used last. Any thread. */
final class VerifiedTokens {

    static final int LIMIT = 4_096;

    private final Map<String, Identity> byDigest = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Identity> eldest) {
            return size() > LIMIT;
        }
    };

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
}
