package io.dataprism.core.permission;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a plugin asks for and what it was given.
 *
 * @param requested as in its manifest
 * @param granted by an operator; what is not requested any more does not count, and of what was wider the requested part does
 */
public record Grants(List<Permission> requested, List<Grant> granted) {

    /** Of a plugin that nobody knows: nothing asked, nothing given. */
    public static final Grants NONE = new Grants(List.of(), List.of());

    public Grants {
        requested = List.copyOf(requested);
        List<Permission> asked = requested;
        granted = granted.stream()
                .flatMap(grant -> within(grant, asked))
                .distinct()
                .toList();
    }

    /** What is left of a grant for who requests only that. */
    private static Stream<Grant> within(Grant grant, List<Permission> requested) {
        boolean whole = requested.stream().anyMatch(permission -> permission.covers(grant.permission()));
        return whole
                ? Stream.of(grant)
                : requested.stream()
                        .filter(permission -> grant.permission().covers(permission))
                        .map(permission -> new Grant(permission, grant.elevated()));
    }

    /** What is asked for and was not answered. */
    public List<Permission> pending() {
        return requested.stream()
                .filter(permission -> granted.stream().noneMatch(grant -> grant.answers(permission)))
                .toList();
    }

    /** Whether that grant, or a part of it, is one for something requested. */
    public boolean counts(Grant grant) {
        return within(grant, requested).findAny().isPresent();
    }

    /** What was given for a resource with at least that access. */
    public List<Grant> of(Permission.Resource resource, Permission.Access access) {
        return granted.stream()
                .filter(grant -> grant.permission().resource() == resource
                        && grant.permission().access().includes(access))
                .toList();
    }

    /**
     * What an operator asks to give, checked.
     *
     * @param request {@code {"approve": "requested"}} or {@code {"permissions": [{resource, access, scope, elevated?}]}}
     * @throws DataPrismException {@code REQUEST_INVALID} with every problem
     */
    public Grants replacedBy(Map<String, @Nullable Object> request) {
        return new Grants(requested, GrantRequest.read(request, requested));
    }

    /** Fails with {@code GRANTS_PENDING} where something is. */
    public void checkComplete(String plugin) {
        List<Permission> pending = pending();
        if (!pending.isEmpty()) {
            String names = pending.stream().map(Permission::toString).collect(Collectors.joining(", "));
            throw new DataPrismException(
                    ErrorCode.GRANTS_PENDING,
                    "Plugin " + plugin + " cannot run: it asks for what is not granted: " + names + ".",
                    "PUT /v1/plugins/" + plugin
                            + "/grants with {\"approve\": \"requested\"}, or with the permissions that you "
                            + "choose.");
        }
    }

    /** {@code {requested, granted, pending}}. */
    public Map<String, @Nullable Object> toJson() {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("requested", list(requested));
        List<Object> given = new ArrayList<>();
        granted.forEach(grant -> given.add(grant.toJson()));
        json.put("granted", given);
        json.put("pending", list(pending()));
        return json;
    }

    private static List<Object> list(List<Permission> permissions) {
        List<Object> json = new ArrayList<>();
        permissions.forEach(permission -> json.add(Grant.json(permission)));
        return json;
    }
}
