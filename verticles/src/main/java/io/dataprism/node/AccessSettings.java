package io.dataprism.node;

import io.dataprism.gateway.SignIns;
import io.dataprism.gateway.jwt.JwtSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may call, beyond the holders of the node's own tokens.
 *
 * @param jwt whose JSON Web Tokens are taken; null: nobody's
 * @param origins of pages that may read answers, as browsers write them; empty: of this host alone
 * @param failedSignInsPerMinute of one address, before further ones are told to wait
 */
public record AccessSettings(@Nullable JwtSettings jwt, List<String> origins, int failedSignInsPerMinute) {

    public AccessSettings {
        origins = List.copyOf(origins);
    }

    /** The node's own tokens and pages alone. */
    public static AccessSettings defaults() {
        return new AccessSettings(null, List.of(), SignIns.FAILURES_PER_MINUTE);
    }
}
