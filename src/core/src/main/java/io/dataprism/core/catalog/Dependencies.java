package io.dataprism.core.catalog;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.manifest.Manifest.Dependency;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.semver4j.Semver;

/** Who needs whom. Pure. */
final class Dependencies {

    private Dependencies() {}

    /** What a plugin needs, in the order of starting, itself last. */
    static List<String> startOrder(String name, Map<String, CatalogEntry> entries) {
        Set<String> order = new LinkedHashSet<>();
        visit(name, List.of(), entries, order);
        return List.copyOf(order);
    }

    private static void visit(String name, List<String> path, Map<String, CatalogEntry> entries, Set<String> order) {
        List<String> here = Stream.concat(path.stream(), Stream.of(name)).toList();
        if (path.contains(name)) {
            throw new DataPrismException(
                    ErrorCode.DEPENDENCY_CYCLE,
                    "Plugins need each other in a circle: " + shown(here) + ".",
                    "Make one of these dependencies optional, or leave it out.");
        }
        CatalogEntry entry = entries.get(name);
        if (entry == null || order.contains(name)) {
            return;
        }
        for (Dependency dependency : entry.manifest().dependencies()) {
            if (check(dependency, here, entries)) {
                visit(dependency.name(), here, entries, order);
            }
        }
        order.add(name);
    }

    /** Whether the dependency is there; an optional one that is not, or does not fit, is left out. */
    private static boolean check(Dependency dependency, List<String> path, Map<String, CatalogEntry> entries) {
        CatalogEntry found = entries.get(dependency.name());
        String whole = shown(Stream.concat(path.stream(), Stream.of(dependency.name() + "@" + dependency.version()))
                .toList());
        if (found == null) {
            if (dependency.optional()) {
                return false;
            }
            throw new DataPrismException(
                    ErrorCode.DEPENDENCY_MISSING,
                    "Plugin " + dependency.name() + " is not registered: " + whole + ".",
                    "Register a version of " + dependency.name() + " in the range " + dependency.version() + ".");
        }
        if (new Semver(found.version()).satisfies(dependency.version())) {
            return true;
        }
        if (dependency.optional()) {
            return false;
        }
        throw new DataPrismException(
                ErrorCode.DEPENDENCY_MISMATCH,
                "Plugin " + dependency.name() + " is " + found.version() + ", outside of the range: " + whole + ".",
                fitting(dependency, found));
    }

    /** The way out: a version that is there already, or one that is not. */
    private static String fitting(Dependency dependency, CatalogEntry found) {
        return found.versions().keySet().stream()
                .map(Semver::new)
                .filter(version -> version.satisfies(dependency.version()))
                .max(Semver::compareTo)
                .map(version -> "PUT /v1/plugins/" + dependency.name() + "/deployment with {\"version\": \""
                        + version.getVersion() + "\"} chooses one that is registered and in the range.")
                .orElse("Register a version of " + dependency.name() + " in the range " + dependency.version() + ".");
    }

    static List<String> dependents(String name, Map<String, CatalogEntry> entries) {
        List<String> dependents = new ArrayList<>();
        entries.forEach((other, entry) -> {
            boolean needs = entry.manifest().dependencies().stream()
                    .anyMatch(dependency ->
                            !dependency.optional() && dependency.name().equals(name));
            if (needs && !other.equals(name)) {
                dependents.add(other);
            }
        });
        return dependents.stream().sorted().toList();
    }

    /** All that a plugin needs, those that they need, and so on: with one that needs it in turn it can never run. */
    private static Set<String> needed(String name, Map<String, CatalogEntry> entries) {
        Set<String> needed = new HashSet<>();
        Deque<String> left = new ArrayDeque<>(List.of(name));
        while (!left.isEmpty()) {
            CatalogEntry entry = entries.get(left.remove());
            if (entry != null) {
                entry.manifest().dependencies().stream()
                        .filter(dependency -> !dependency.optional())
                        .map(Dependency::name)
                        .filter(needed::add)
                        .forEach(left::add);
            }
        }
        return needed;
    }

    static void checkNoDependents(String name, Map<String, CatalogEntry> entries) {
        Set<String> needed = needed(name, entries);
        List<String> dependents = dependents(name, entries).stream()
                .filter(other -> !needed.contains(other))
                .toList();
        if (!dependents.isEmpty()) {
            throw new DataPrismException(
                    ErrorCode.HAS_DEPENDENTS,
                    "Plugin " + name + " is needed by " + dependents + ".",
                    "Unregister those first.");
        }
    }

    private static String shown(List<String> path) {
        return String.join(" -> ", path);
    }
}
