package io.dataprism.gateway.jwt;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.gateway.AdminToken;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * A token in the form of a JWT whose head was read, and nothing of it believed.
 *
 * @param algorithm that it says it is signed with; one of those that are taken
 * @param keyId of the key that it says it is signed with; null: it does not say
 */
record SignedToken(String text, String algorithm, @Nullable String keyId) {

    /** The most characters of a token. */
    static final int CHARACTERS_LIMIT = 16 * 1024;

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*\\.[A-Za-z0-9_-]*");
    private static final List<String> ALGORITHMS = List.of(
            AlgorithmIdentifiers.HMAC_SHA256,
            AlgorithmIdentifiers.RSA_USING_SHA256,
            AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256,
            AlgorithmIdentifiers.EDDSA);
    private static final int SHOWN_CHARACTERS = 40;

    /** Whether it has the form of a JWT: three parts, of which the first holds an object. */
    static boolean looksLike(String token) {
        int dot = token.indexOf('.');
        if (token.length() > CHARACTERS_LIMIT || !FORM.matcher(token).matches()) {
            return false;
        }
        try {
            byte[] head = Base64.getUrlDecoder().decode(token.substring(0, dot));
            return new String(head, StandardCharsets.UTF_8).stripLeading().startsWith("{");
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    /** @throws DataPrismException {@code UNAUTHENTICATED} where the head cannot be read, or names no algorithm that is taken */
    static SignedToken parse(String token) {
        JsonWebSignature signature = new JsonWebSignature();
        try {
            signature.setCompactSerialization(token);
        } catch (JoseException malformed) {
            throw AdminToken.refusal("The token is no JWT: its head cannot be read.");
        }
        Object algorithm = signature.getHeaders().getObjectHeaderValue("alg");
        Object keyId = signature.getHeaders().getObjectHeaderValue("kid");
        if (!(algorithm instanceof String known) || !ALGORITHMS.contains(known)) {
            throw AdminToken.refusal("The token's algorithm is " + shown(algorithm) + ", taken are "
                    + String.join(", ", ALGORITHMS) + ".");
        }
        if (keyId != null && !(keyId instanceof String)) {
            throw AdminToken.refusal("The token's kid is no string.");
        }
        return new SignedToken(token, known, (String) keyId);
    }

    /** What the token says, where that key has signed it; else null. Takes up to a millisecond. */
    @Nullable
    String payloadSignedBy(VerificationKey key) {
        JsonWebSignature signature = new JsonWebSignature();
        signature.setAlgorithmConstraints(
                new AlgorithmConstraints(AlgorithmConstraints.ConstraintType.PERMIT, key.algorithm()));
        try {
            signature.setCompactSerialization(text);
            signature.setKey(key.key());
            return signature.verifySignature() ? signature.getPayload() : null;
        } catch (JoseException unusable) {
            return null;
        }
    }

    /** A part of the head in words, short and in one line. */
    static String shown(@Nullable Object value) {
        if (value == null) {
            return "missing";
        }
        String line = value.toString().replaceAll("[^\\x20-\\x7e]", "?");
        return "'" + (line.length() <= SHOWN_CHARACTERS ? line : line.substring(0, SHOWN_CHARACTERS) + "...") + "'";
    }
}
