package io.dataprism.node.configuration;

import io.dataprism.gateway.SignIns;
import io.dataprism.gateway.jwt.JwtSettings;
import io.dataprism.node.AccessSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The keys {@code jwt} and {@code cors}, and the limit of failed sign-ins. */
final class AccessKeys {

    private static final int PORT_MAX = 65_535;
    private static final int ORIGINS_MAX = 64;
    private static final int FAILURES_MAX = 1_000_000;

    /** As browsers write them: lower case, no path, and no port that is the scheme's own. */
    private static final Pattern ORIGIN = Pattern.compile("(?:http(?!://[^:]*:80$)|https(?!://[^:]*:443$))://"
            + "(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\\[[0-9a-f:]+])(?::[1-9][0-9]{0,4})?");

    private AccessKeys() {}

    static AccessSettings settings(Section root, Section limits) {
        return new AccessSettings(
                jwt(root.section("jwt")),
                origins(root.section("cors")),
                limits.count("failedSignInsPerMinute", SignIns.FAILURES_PER_MINUTE, 1, FAILURES_MAX));
    }

    private static @Nullable JwtSettings jwt(Section section) {
        if (!section.isPresent()) {
            return null;
        }
        Path secret = section.readable("secretFile");
        Path set = section.readable("jwksFile");
        URI url = url(section);
        String issuer = section.text("issuer");
        String audience = section.text("audience");
        if (secret == null && set == null && url == null && section.text("jwksUrl") == null) {
            section.problemOf("secretFile", "a file with a secret, or a jwksFile, or a jwksUrl");
        }
        section.end();
        return new JwtSettings(secret, set, url, issuer, audience);
    }

    private static @Nullable URI url(Section section) {
        String text = section.text("jwksUrl");
        if (text == null) {
            return null;
        }
        URI url = null;
        try {
            url = URI.create(text);
        } catch (IllegalArgumentException malformed) {
            // told below
        }
        boolean legal = url != null
                && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
                && url.getHost() != null
                && url.getPort() <= PORT_MAX
                && url.getUserInfo() == null
                && url.getFragment() == null;
        if (!legal) {
            section.problems()
                    .add("jwt.jwksUrl is not legal, legal is https://host[:port]/path or http://host[:port]/path,"
                            + " without user or password");
            return null;
        }
        return url;
    }

    private static List<String> origins(Section section) {
        List<String> origins = new ArrayList<>();
        for (String origin : section.texts("origins", List.of(), ORIGINS_MAX)) {
            if (ORIGIN.matcher(origin).matches()) {
                origins.add(origin);
            } else {
                section.problemOf(
                        "origins",
                        "a list of origins as browsers write them, such as https://app.example.com or"
                                + " http://localhost:3000: lower case, no path, no *");
            }
        }
        section.end();
        return origins;
    }
}
