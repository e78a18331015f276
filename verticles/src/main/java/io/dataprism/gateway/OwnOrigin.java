package io.dataprism.gateway;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Whether a page of this very host makes a request: browsers send cookies along with whatever page asks. */
public final class OwnOrigin {

    private OwnOrigin() {}

    /**
     * Whether the header {@code Origin} is there and names the host and port that the request was sent to; under TLS also that the
     * page itself came by it. Without TLS a proxy may have ended it, so a page may have come either way.
     */
    public static boolean of(HttpServerRequest request) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        String host = request.getHeader(HttpHeaders.HOST);
        if (host == null && request.authority() != null) {
            host = request.authority().toString(); // HTTP/2 has it as a pseudo-header
        }
        return origin != null
                && host != null
                && (!request.isSSL() || origin.regionMatches(true, 0, "https://", 0, 8))
                && host.toLowerCase(Locale.ROOT).equals(authority(origin));
    }

    private static @Nullable String authority(String origin) {
        try {
            String authority = URI.create(origin).getRawAuthority();
            return authority == null ? null : authority.toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException notAnOrigin) {
            return null;
        }
    }
}
