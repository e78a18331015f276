package io.dataprism.gateway.jwt;

import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.json.JsonUtil;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.OctetKeyPairJsonWebKey;
import org.jose4j.jwk.OkpJwkGenerator;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

/** Signs tokens. */
public record Issuer(String algorithm, String keyId, Key signing, PublicJsonWebKey publicKey) {

    public static final String SECRET = "a secret of at least thirty-two bytes, as HS256 asks for";

    public static Issuer hs256() {
        return new Issuer("HS256", null, secretKey(SECRET), null);
    }

    static Key secretKey(String secret) {
        return new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    }

    /** With a new key. */
    static Issuer of(String algorithm, String keyId) {
        try {
            PublicJsonWebKey key = switch (algorithm) {
                case "RS256" -> RsaJwkGenerator.generateJwk(2048);
                case "ES256" -> EcJwkGenerator.generateJwk(EllipticCurves.P256);
                case "EdDSA" -> OkpJwkGenerator.generateJwk(OctetKeyPairJsonWebKey.SUBTYPE_ED25519);
                default -> throw new IllegalArgumentException(algorithm);
            };
            key.setKeyId(keyId);
            return new Issuer(algorithm, keyId, key.getPrivateKey(), key);
        } catch (JoseException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** A set of the public keys. */
    static String set(Issuer... issuers) {
        JsonWebKeySet set = new JsonWebKeySet();
        for (Issuer each : issuers) {
            set.addJsonWebKey(each.publicKey());
        }
        return set.toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
    }

    /** Claims that are good for a minute. */
    public static Map<String, Object> claims() {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("sub", "jo");
        claims.put("exp", Instant.now().getEpochSecond() + 60);
        claims.put("dataprism", new LinkedHashMap<>(Map.of("roles", List.of("analyst"))));
        return claims;
    }

    static Map<String, Object> claims(Consumer<Map<String, Object>> change) {
        Map<String, Object> claims = claims();
        change.accept(claims);
        return claims;
    }

    public String sign(Map<String, Object> claims) {
        return sign(claims, algorithm, keyId, signing);
    }

    static String sign(Map<String, Object> claims, String algorithm, String keyId, Key key) {
        return sign(JsonUtil.toJson(claims), algorithm, keyId, key);
    }

    static String sign(String payload, String algorithm, String keyId, Key key) {
        JsonWebSignature signature = new JsonWebSignature();
        signature.setPayload(payload);
        signature.setAlgorithmHeaderValue(algorithm);
        signature.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
        signature.setDoKeyValidation(false);
        if (keyId != null) {
            signature.setKeyIdHeaderValue(keyId);
        }
        signature.setKey(key);
        try {
            return signature.getCompactSerialization();
        } catch (JoseException unsigned) {
            throw new AssertionError(unsigned);
        }
    }
}
