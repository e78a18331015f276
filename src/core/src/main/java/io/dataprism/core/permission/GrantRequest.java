package io.dataprism.core.permission;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.DataPrismException.Violation;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Permission.Access;
import io.dataprism.core.permission.Permission.Resource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the body of {@code PUT /v1/plugins/{name}/grants}. */
final class GrantRequest {

    private static final String FORMS =
            "It must be {\"approve\": \"requested\"} or {\"permissions\": [{resource, access, scope, elevated?}]}.";

    /** With {@code asked}, which answers have and which follows from the rest: what was shown can be sent back. */
    private static final Set<String> KEYS = Set.of("resource", "access", "scope", "elevated", "asked");

    private static final List<String> NEEDED = List.of("resource", "access");

    private GrantRequest() {}

    static List<Grant> read(Map<String, @Nullable Object> request, List<Permission> requested) {
        if (request.keySet().equals(Set.of("approve"))) {
            if (!Objects.equals(request.get("approve"), "requested")) {
                throw invalid(List.of(
                        new Violation("#/approve", "'approve' must be \"requested\".", request.get("approve"))));
            }
            return requested.stream()
                    .map(permission -> new Grant(permission, false))
                    .toList();
        }
        if (!request.keySet().equals(Set.of("permissions")) || !(request.get("permissions") instanceof List<?> list)) {
            throw invalid(List.of(new Violation("#", FORMS, List.copyOf(request.keySet()))));
        }
        List<Violation> violations = new ArrayList<>();
        Map<Permission, Grant> grants = new LinkedHashMap<>();
        for (int index = 0; index < list.size(); index++) {
            String at = "#/permissions/" + index;
            Optional<Grant> grant = element(list.get(index), at, requested, violations);
            if (grant.isPresent() && grants.putIfAbsent(grant.get().permission(), grant.get()) != null) {
                String twice = grant.get().permission().toString();
                violations.add(new Violation(at, twice + " is there twice; give it once.", twice));
            }
        }
        if (!violations.isEmpty()) {
            throw invalid(violations);
        }
        return List.copyOf(grants.values());
    }

    private static Optional<Grant> element(
            @Nullable Object element, String at, List<Permission> requested, List<Violation> violations) {
        if (!(element instanceof Map<?, ?> map)) {
            violations.add(new Violation(at, "A permission must be a JSON object.", element));
            return Optional.empty();
        }
        int before = violations.size();
        for (Object key : map.keySet()) {
            if (!KEYS.contains(String.valueOf(key))) {
                violations.add(new Violation(
                        at + "/" + key,
                        "Unknown key '" + key + "'; known here: access, elevated, resource, scope.",
                        map.get(key)));
            }
        }
        for (String needed : NEEDED) {
            if (map.get(needed) == null) {
                violations.add(new Violation(at, "The permission has no member '" + needed + "'; it needs one.", map));
            }
        }
        Object scope = map.containsKey("scope") ? map.get("scope") : "*";
        Object elevated = map.containsKey("elevated") ? map.get("elevated") : Boolean.FALSE;
        if (!(elevated instanceof Boolean)) {
            violations.add(new Violation(at + "/elevated", "'elevated' must be true or false.", elevated));
        }
        if (!(scope instanceof String text) || text.isEmpty()) {
            violations.add(new Violation(at + "/scope", "'scope' must be a text that is not empty.", scope));
            return Optional.empty();
        }
        if (map.get("resource") == null || map.get("access") == null) {
            return Optional.empty();
        }
        Optional<Permission> given = permission(map, text);
        Optional<Permission> asked = given.flatMap(permission -> asked(permission, requested));
        if (asked.isEmpty()) {
            String shown = map.get("resource") + " " + map.get("access") + " '" + scope + "'";
            violations.add(new Violation(
                    at, "The plugin does not ask for " + shown + "; it asks for " + requested + ".", shown));
        }
        return violations.size() > before
                ? Optional.empty()
                : given.flatMap(
                        permission -> asked.map(wider -> new Grant(permission, Boolean.TRUE.equals(elevated), wider)));
    }

    private static Optional<Permission> permission(Map<?, ?> map, String scope) {
        return Stream.of(Resource.values())
                .filter(resource -> resource.label().equals(map.get("resource")))
                .flatMap(resource -> Stream.of(Access.values())
                        .filter(access -> access.label().equals(map.get("access")))
                        .map(access -> new Permission(resource, access, scope)))
                .findFirst();
    }

    /** What is asked for exactly, or else what is wider. */
    private static Optional<Permission> asked(Permission given, List<Permission> requested) {
        return requested.contains(given)
                ? Optional.of(given)
                : requested.stream().filter(wider -> wider.covers(given)).findFirst();
    }

    private static DataPrismException invalid(List<Violation> violations) {
        return new DataPrismException(
                        ErrorCode.REQUEST_INVALID,
                        "The grants are not valid: " + violations.getFirst().detail(),
                        "Grant a subset of `requested`, as GET .../grants shows it, or less: a narrower scope.")
                .withViolations(violations);
    }
}
