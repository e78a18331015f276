package io.dataprism.gateway.jwt;

import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jose4j.json.JsonUtil;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON Web Key Sets. Of a set the public keys for RS256 (2048 bits at least), ES256 and EdDSA with Ed25519 are taken;
 * others, which providers have in the same set for other ends, are passed over. Secrets in a set are never taken.
 */
final class JsonWebKeys {

    /** The most keys of a set: a token without a key's id may have to be tried with each. */
    static final int KEYS_LIMIT = 32;

    private static final int RSA_BITS_LEAST = 2_048;

    private JsonWebKeys() {}

    /** @throws UnusableKeys where it is no such set, or has no key that is taken, or too many */
    static List<VerificationKey> read(String document) throws UnusableKeys {
        List<VerificationKey> found = new ArrayList<>();
        for (Object member : members(document)) {
            VerificationKey key = member instanceof Map<?, ?> each ? key(each) : null;
            if (key != null) {
                found.add(key);
            }
        }
        if (found.isEmpty() || found.size() > KEYS_LIMIT) {
            throw new UnusableKeys("it has " + found.size() + " keys for RS256, ES256 or EdDSA (Ed25519), and 1 to "
                    + KEYS_LIMIT + " are needed");
        }
        return found;
    }

    private static List<?> members(String document) throws UnusableKeys {
        try {
            if (JsonUtil.parseJson(document).get("keys") instanceof List<?> keys) {
                return keys;
            }
        } catch (JoseException notJson) {
            throw new UnusableKeys("it is no JSON object");
        }
        throw new UnusableKeys("it is no JSON Web Key Set: it has no array 'keys'");
    }

    private static @Nullable VerificationKey key(Map<?, ?> member) {
        String algorithm = algorithm(member);
        if (algorithm == null || !isForSignatures(member, algorithm)) {
            return null;
        }
        try {
            @SuppressWarnings("unchecked") // members of JSON objects have names
            JsonWebKey key = JsonWebKey.Factory.newJwk((Map<String, Object>) member);
            boolean strong = !(key.getKey() instanceof RSAPublicKey rsa)
                    || rsa.getModulus().bitLength() >= RSA_BITS_LEAST;
            return strong && key instanceof PublicJsonWebKey open
                    ? new VerificationKey(algorithm, key.getKeyId(), open.getPublicKey(), credential(key, algorithm))
                    : null;
        } catch (JoseException | RuntimeException malformed) {
            return null; // as one of a kind that is not known
        }
    }

    private static String credential(JsonWebKey key, String algorithm) {
        return "jwt:" + algorithm + ":" + key.calculateBase64urlEncodedThumbprint("SHA-256");
    }

    /** The one algorithm of a kind of key; null: there is none that is taken. */
    private static @Nullable String algorithm(Map<?, ?> member) {
        return switch (member.get("kty") + " " + member.get("crv")) {
            case "RSA null" -> AlgorithmIdentifiers.RSA_USING_SHA256;
            case "EC P-256" -> AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256;
            case "OKP Ed25519" -> AlgorithmIdentifiers.EDDSA;
            default -> null;
        };
    }

    private static boolean isForSignatures(Map<?, ?> member, String algorithm) {
        Object use = member.get("use");
        Object named = member.get("alg");
        Object operations = member.get("key_ops");
        return (use == null || use.equals("sig"))
                && (named == null || named.equals(algorithm))
                && (operations == null || operations instanceof List<?> list && list.contains("verify"));
    }
}
