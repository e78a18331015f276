package io.dataprism.gateway.jwt;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a moment, and the tokens that were verified with them: other keys, other tokens.
 *
 * @param verified whose tokens end with these keys
 */
record KeySet(List<VerificationKey> keys, VerifiedTokens verified) {

    KeySet {
        keys = List.copyOf(keys);
    }

    static KeySet of(List<VerificationKey> keys) {
        return new KeySet(keys, new VerifiedTokens());
    }

    /** Those that a token may be signed with: of its algorithm, with the id that it names before those without one. */
    List<VerificationKey> candidates(String algorithm, @Nullable String id) {
        List<VerificationKey> named = new ArrayList<>();
        List<VerificationKey> others = new ArrayList<>();
        for (VerificationKey key : keys) {
            if (key.algorithm().equals(algorithm)) {
                if (id != null && id.equals(key.id())) {
                    named.add(key);
                } else if (id == null || key.id() == null) {
                    others.add(key);
                }
            }
        }
        named.addAll(others);
        return named;
    }

    /** What the key of that id is for; null: there is none. */
    @Nullable
    String algorithmOf(@Nullable String id) {
        return keys.stream()
                .filter(key -> id != null && id.equals(key.id()))
                .map(VerificationKey::algorithm)
                .findFirst()
                .orElse(null);
    }

    /** Names of the keys that are here and not there. */
    Set<String> credentialsMissingIn(KeySet other) {
        Set<String> missing = keys.stream().map(VerificationKey::credential).collect(Collectors.toSet());
        other.keys().forEach(key -> missing.remove(key.credential()));
        return missing;
    }

    static KeySet joined(List<List<VerificationKey>> all) {
        return of(all.stream().flatMap(List::stream).toList());
    }
}
