package io.dataprism.gateway.jwt;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.gateway.AdminToken;
import io.dataprism.gateway.Authenticator.Identity;
import io.dataprism.gateway.Rights;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jspecify.annotations.Nullable;

/** What a signed token says: whether it is for here and now, and whom it lets do what. */
final class Claims {

    /** How far an issuer's clock may be ahead of ours, for {@code nbf}. {@code exp} is exact: connections end by it, too. */
    static final Duration SKEW = Duration.ofSeconds(30);

    private static final String MEMBER = "dataprism";
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

    private final JwtSettings settings;

    Claims(JwtSettings settings) {
        this.settings = settings;
    }

    /**
     * Reads the payload of a token that a key has signed.
     *
     * @throws DataPrismException {@code UNAUTHENTICATED}
     */
    Identity read(String payload, String credential, Instant now) {
        try {
            JwtClaims claims = JwtClaims.parse(payload);
            Instant ends = ends(claims, now);
            requireBegun(claims, now);
            requireForUs(claims);
            return new Identity(Rights.ofClaims(claims.getSubject(), rights(claims)), ends, credential);
        } catch (InvalidJwtException notClaims) {
            throw AdminToken.refusal("The token's claims are no JSON object.");
        } catch (MalformedClaimException malformed) {
            throw AdminToken.refusal("One of the token's claims sub, exp, nbf, iss and aud is of a wrong type.");
        }
    }

    private static Instant ends(JwtClaims claims, Instant now) throws MalformedClaimException {
        NumericDate found = claims.getExpirationTime();
        if (found == null) {
            throw AdminToken.refusal("The token has no claim exp: one that never ends is not taken.");
        }
        Instant ends = instant("exp", found);
        if (!ends.isAfter(now)) {
            throw AdminToken.refusal("The token has ended, at " + ends + ".");
        }
        return ends;
    }

    private static void requireBegun(JwtClaims claims, Instant now) throws MalformedClaimException {
        NumericDate found = claims.getNotBefore();
        if (found != null && instant("nbf", found).isAfter(now.plus(SKEW))) {
            throw AdminToken.refusal("The token is not valid yet: its nbf is " + instant("nbf", found) + ".");
        }
    }

    private static Instant instant(String claim, NumericDate date) {
        if (date.getValue() < 0 || date.getValue() > LAST.getEpochSecond()) {
            throw AdminToken.refusal(
                    "The token's claim " + claim + " is no time of the years 1970 to 9999, in seconds.");
        }
        return Instant.ofEpochSecond(date.getValue());
    }

    private void requireForUs(JwtClaims claims) throws MalformedClaimException {
        String issuer = settings.issuer();
        if (issuer != null && !issuer.equals(claims.getIssuer())) {
            throw AdminToken.refusal("The token is of the issuer " + SignedToken.shown(claims.getIssuer())
                    + ", and those of another are taken.");
        }
        String audience = settings.audience();
        List<String> meant = claims.hasAudience() ? claims.getAudience() : List.of();
        if (audience != null && !meant.contains(audience)) {
            throw AdminToken.refusal("The token is for " + (meant.isEmpty() ? "no audience" : "another audience")
                    + ", and this node takes those for its own.");
        }
    }

    private static JsonObject rights(JwtClaims claims) {
        Object found = claims.getClaimValue(MEMBER);
        if (!(found instanceof Map<?, ?> members)) {
            throw AdminToken.refusal("The token's claim " + MEMBER + " is " + (found == null ? "missing" : "no object")
                    + ": it says the roles, as {\"roles\": [...]}.");
        }
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        members.forEach((name, value) -> copy.put(String.valueOf(name), value));
        return new JsonObject(copy);
    }
}
