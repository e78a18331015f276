package io.dataprism.gateway.jwt;

import java.security.Key;
import org.jspecify.annotations.Nullable;

/**
 * What signatures are checked with.
 *
 * @param algorithm the only one that it is good for
 * @param id by which tokens name it; null: it has none, and is tried
 * @param credential names it where tokens of its end with it; tells nothing of a secret
 */
record VerificationKey(String algorithm, @Nullable String id, Key key, String credential) {}
