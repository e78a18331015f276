package io.dataprism.service;

import io.dataprism.bus.Refusals;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Decision;
import io.dataprism.core.permission.Permission;
import io.dataprism.core.permission.Principal;
import io.dataprism.core.permission.ScopePattern;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The part of the permission check that needs the body: is this key, this host, inside what every link may? Any thread. */
record ScopeGuard(Refusals refusals) {

    /** Whether every link's patterns match that value. */
    static boolean allows(ServiceRequest request, String value) {
        return request.scope().stream()
                        .allMatch(
                                patterns -> patterns.stream().anyMatch(pattern -> ScopePattern.matches(pattern, value)))
                && !request.scope().isEmpty();
    }

    /**
     * Fails with {@code PERMISSION_DENIED}, audited, where a link has no pattern that the test takes.
     *
     * @param needed what is missing then
     */
    void require(ServiceRequest request, Permission needed, Predicate<String> pattern) {
        Caller link = request.caller();
        for (List<String> patterns : request.scope()) {
            if (patterns.stream().noneMatch(pattern)) {
                throw refused(request, needed, principalOf(link, request));
            }
            link = link == null ? null : link.onBehalfOf();
        }
        if (request.scope().isEmpty()) {
            throw refused(request, needed, request.caller().principal());
        }
    }

    /** The refusal, audited: throw it. */
    DataPrismException refused(ServiceRequest request, Permission needed, Principal offender) {
        String hint = offender instanceof Principal.Plugin plugin
                ? "PUT /v1/plugins/" + plugin.name() + "/grants with a scope that includes '" + needed.scope()
                        + "'; the plugin's manifest must ask for it in `permissions`."
                : "Ask an administrator for a token whose roles and patterns include it.";
        Decision.Refused refused = new Decision.Refused(offender, request.address(), needed.toString(), needed, hint);
        refusals.note(request.caller(), refused);
        return refused.toException();
    }

    private static Principal principalOf(@Nullable Caller link, ServiceRequest request) {
        return Objects.requireNonNullElse(link, request.caller()).principal();
    }
}
