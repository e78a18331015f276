package io.dataprism.core.permission;

import io.dataprism.core.permission.AddressRule.Need;
import io.dataprism.core.permission.Permission.Access;
import io.dataprism.core.permission.Permission.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Asks every link of a chain. What a plugin has by an elevated grant holds for the links behind it too: it is added to
 * theirs.
 */
final class ChainCheck {

    private static final String EVENTS = "events:";
    private static final List<String> EVERYTHING = List.of("*");
    private static final List<String> ALL_TOPICS = List.of("**");

    private final Function<String, Grants> grantsOf;

    /** Who came last, which is who comes next more often than not. */
    private volatile Encoded last = new Encoded(List.of(), PermissionTable.encode(List.of()));

    /** The patterns of a chain, and what they are as a header. */
    private record Encoded(List<List<String>> patterns, String header) {}

    ChainCheck(Function<String, Grants> grantsOf) {
        this.grantsOf = grantsOf;
    }

    Decision exactly(Caller caller, String address, Permission needed) {
        Links links = links(caller, principal -> scopes(principal, needed.resource(), needed.access()));
        Principal offender = links.firstThatLacks(needed.scope());
        return offender == null
                ? new Decision.Allowed(Map.of())
                : refusal(offender, address, needed.toString(), needed);
    }

    Decision within(Caller caller, String address, Need.Within need) {
        Links links = links(caller, principal -> scopes(principal, need.resource(), need.access()));
        Principal offender = links.firstWithNothing();
        Permission missing = new Permission(need.resource(), need.access(), "*");
        return offender == null
                ? new Decision.Allowed(Map.of(need.header(), encoded(links.patterns())))
                : refusal(
                        offender,
                        address,
                        need.resource().label() + " " + need.access().label(),
                        missing);
    }

    Decision topics(Caller caller, String address, Access access) {
        Links links = links(caller, principal -> topicsOf(principal, access));
        Principal offender = links.firstWithNothing();
        Permission missing = new Permission(Resource.CORE, access, EVENTS + "<topic pattern>");
        return offender == null
                ? new Decision.Allowed(Map.of(PermissionTable.TOPIC_SCOPE_HEADER, encoded(links.patterns())))
                : refusal(offender, address, missing.toString(), missing);
    }

    private String encoded(List<List<String>> patterns) {
        Encoded known = last;
        if (!known.patterns().equals(patterns)) {
            known = new Encoded(patterns, PermissionTable.encode(patterns));
            last = known;
        }
        return known.header();
    }

    private Rights scopes(Principal principal, Resource resource, Access access) {
        return switch (principal) {
            case Principal.Node node -> new Rights(EVERYTHING, List.of());
            case Principal.User user -> new Rights(UserRights.scopes(user, resource, access), List.of());
            case Principal.Plugin plugin -> {
                List<Grant> grants = grantsOf.apply(plugin.name()).of(resource, access);
                yield new Rights(scopes(grants, false), scopes(grants, true));
            }
        };
    }

    private Rights topicsOf(Principal principal, Access access) {
        return switch (principal) {
            case Principal.Node node -> new Rights(ALL_TOPICS, List.of());
            case Principal.User user -> new Rights(UserRights.topics(user), List.of());
            case Principal.Plugin plugin -> {
                List<Grant> grants = grantsOf.apply(plugin.name()).of(Resource.CORE, access);
                // Its own topics belong to the plugin, whomever it serves.
                yield new Rights(
                        topics(scopes(grants, false)).toList(),
                        Stream.concat(Stream.of("plugin:" + plugin.name() + ":**"), topics(scopes(grants, true)))
                                .toList());
            }
        };
    }

    private static Stream<String> topics(List<String> scopes) {
        return scopes.stream()
                .filter(scope -> scope.startsWith(EVENTS) || scope.equals("*"))
                .map(scope -> scope.equals("*") ? "**" : scope.substring(EVENTS.length()));
    }

    private static List<String> scopes(List<Grant> grants, boolean elevated) {
        return grants.stream()
                .filter(grant -> grant.elevated() == elevated)
                .map(grant -> grant.permission().scope())
                .toList();
    }

    private static Links links(Caller caller, Function<Principal, Rights> rightsOf) {
        List<Principal> principals = new ArrayList<>();
        List<List<String>> patterns = new ArrayList<>();
        List<String> elevated = new ArrayList<>();
        for (Caller link = caller; link != null; link = link.onBehalfOf()) {
            Rights rights = rightsOf.apply(link.principal());
            elevated.addAll(rights.elevated());
            principals.add(link.principal());
            patterns.add(
                    elevated.isEmpty()
                            ? rights.plain()
                            : Stream.concat(rights.plain().stream(), elevated.stream())
                                    .distinct()
                                    .toList());
        }
        return new Links(principals, patterns);
    }

    private static Decision.Refused refusal(Principal offender, String address, String missing, Permission permission) {
        String hint = switch (offender) {
            case Principal.Plugin plugin ->
                "PUT /v1/plugins/" + plugin.name() + "/grants with {\"permissions\": [{\"resource\": \""
                        + permission.resource().label() + "\", \"access\": \""
                        + permission.access().label() + "\", \"scope\": \"" + permission.scope()
                        + "\"}]} beside what is granted already; the plugin's manifest must ask for it in `permissions`.";
            case Principal.User user ->
                "Ask an administrator for a token whose roles and patterns include it; this one has the roles "
                        + user.roles().stream()
                                .map(role -> role.name().toLowerCase(Locale.ROOT))
                                .sorted()
                                .toList() + ".";
            case Principal.Node node -> "Report this: the node itself may do everything.";
        };
        return new Decision.Refused(offender, address, missing, permission, hint);
    }

    /** What one link has: in its own right only, and for those behind it too. */
    private record Rights(List<String> plain, List<String> elevated) {}

    /** A chain's principals, the speaker first, and what each may. */
    private record Links(List<Principal> principals, List<List<String>> patterns) {

        @Nullable
        Principal firstWithNothing() {
            return first(List::isEmpty);
        }

        @Nullable
        Principal firstThatLacks(String scope) {
            return first(own -> own.stream().noneMatch(pattern -> ScopePattern.matches(pattern, scope)));
        }

        private @Nullable Principal first(Predicate<List<String>> lacks) {
            for (int index = 0; index < principals.size(); index++) {
                if (lacks.test(patterns.get(index))) {
                    return principals.get(index);
                }
            }
            return null;
        }
    }
}
