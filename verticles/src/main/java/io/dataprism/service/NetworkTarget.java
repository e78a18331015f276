package io.dataprism.service;

import io.dataprism.core.permission.ScopePattern;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a connection goes.
 *
 * @param scheme {@code http}, {@code https} or {@code tcp}
 * @param host in lower case; an IPv6 address in brackets
 */
record NetworkTarget(String scheme, String host, int port) {

    private static final Pattern HOST =
            Pattern.compile("[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_.])?|\\[[0-9a-f:.]{2,45}\\]");

    NetworkTarget {
        host = host.toLowerCase(Locale.ROOT);
        if (host.endsWith(".")) {
            host = host.substring(0, host.length() - 1);
        }
    }

    /** Whether host and port can be what they say. */
    boolean isLegal() {
        return HOST.matcher(host).matches() && port > 0 && port <= 65_535;
    }

    /** The host without brackets, as resolvers take it. */
    String plainHost() {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /**
     * What scopes can call it: {@code host:port} and {@code scheme://host:port}; without the port where it is the scheme's own.
     */
    List<String> names() {
        String full = host + ":" + port;
        return port == defaultPort(scheme)
                ? List.of(host, full, scheme + "://" + host, scheme + "://" + full)
                : List.of(full, scheme + "://" + full);
    }

    /** Whether a scope's pattern means it. */
    boolean matches(String pattern) {
        String lower = pattern.toLowerCase(Locale.ROOT);
        return names().stream().anyMatch(name -> ScopePattern.matches(lower, name));
    }

    /** Whether a scope names it and nothing else. */
    boolean isNamedBy(String pattern) {
        return names().contains(pattern.toLowerCase(Locale.ROOT));
    }

    /** -1: the scheme has none. */
    static int defaultPort(@Nullable String scheme) {
        return "http".equals(scheme) ? 80 : "https".equals(scheme) ? 443 : -1;
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
