package io.dataprism.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.dataprism.plugin.PluginException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the least that a plugin must be allowed: it runs in the real sandbox with no permission at all, and again with each one
 * that it was refused, until nothing is refused any more. What the manifest asks for is not looked at.
 *
 * <p>What is found is what these calls need, and no more. Folders of the operator's ({@code storage} {@code mount:...}) and the
 * machine's fonts ({@code ui}) are opened when the process starts, so no refusal tells of them: they are kept where the
 * manifest asks for them.
 *
 * <p>For one thread, once; blocks for some seconds, a minute for each call at most. Ends its node with {@link #close()}.
 */
public final class PermissionTrace implements AutoCloseable {

    private static final int MOST_ROUNDS = 64;
    private static final int LINES = 1_000;
    private static final Duration AUDIT_LIMIT = Duration.ofSeconds(20);
    private static final Map<String, String> NOTHING =
            Map.of("data", "trace_nothing", "storage", "trace_nothing", "network", "https://trace-nothing.invalid");
    private static final String REMOVED = "plugin.unregistered";
    private static final String REFUSED = "permission.refused";

    private final TestNode node;
    private final NodeRequests requests;
    private final TracedPackage traced;
    private String cursor = "";

    /**
     * A call to try.
     *
     * @param operation a name of the manifest
     * @param body as it is sent to the node: {@code params} and {@code input}
     */
    public record Step(String operation, Map<String, ?> body) {}

    /** As in a manifest. */
    public record Permission(String resource, String access, String scope) {

        private boolean isTried() {
            return scope.equals(NOTHING.get(resource));
        }

        private boolean isMadeExactBy(Permission other) {
            return !equals(other) && resource.equals(other.resource) && access.equals(other.access);
        }
    }

    /**
     * What was found.
     *
     * @param permissions as in a manifest, in the order in which they were needed
     * @param failures what failed though nothing was refused, a sentence each
     */
    public record Found(List<Permission> permissions, List<String> failures) {
        public Found {
            permissions = List.copyOf(permissions);
            failures = List.copyOf(failures);
        }
    }

    private PermissionTrace(TestNode node, NodeRequests requests, TracedPackage traced) {
        this.node = node;
        this.requests = requests;
        this.traced = traced;
    }

    /**
     * Starts a node for it.
     *
     * @param plugin a jar, or a folder of classes such as {@code target/classes}
     */
    public static PermissionTrace of(Path plugin) {
        TestNode node = TestNode.begin();
        try {
            TracedPackage traced = TracedPackage.of(PluginPackage.of(plugin, node.scratch()), node.scratch());
            return new PermissionTrace(node, new NodeRequests(node.url(), node.token()), traced);
        } catch (IOException failure) {
            node.close();
            throw new UncheckedIOException(failure.getMessage(), failure);
        } catch (RuntimeException failure) {
            node.close();
            throw failure;
        }
    }

    /** Makes a table of a file, for the plugin to read. */
    public PermissionTrace table(String name, String mediaType, Path file) {
        try {
            requests.send("PUT", "/v1/tables/" + name, mediaType, "application/json", BodyPublishers.ofFile(file));
            return this;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /**
     * Tries until nothing more is refused.
     *
     * @param steps in order; without any, each operation of the manifest is called with no parameters
     * @throws PluginException what is wrong with the package
     */
    public Found run(List<Step> steps) {
        List<Step> calls = steps.isEmpty() ? traced.everyOperation() : steps;
        Set<Permission> needed = new LinkedHashSet<>(traced.untraceable());
        for (int round = 0; round < MOST_ROUNDS; round++) {
            List<String> failures = attempt(calls, needed);
            if (!needed.addAll(refused())) {
                return new Found(least(needed), failures);
            }
        }
        throw new IllegalStateException("After " + MOST_ROUNDS + " rounds the plugin is still refused something new.");
    }

    /** One life of the plugin, from registration to removal; answers what failed. */
    private List<String> attempt(List<Step> steps, Set<Permission> permissions) {
        List<String> failures = new ArrayList<>();
        String path = "/v1/plugins/" + traced.name();
        try {
            requests.send(
                    "POST",
                    "/v1/plugins",
                    "application/java-archive",
                    "application/json",
                    BodyPublishers.ofFile(traced.with(permissions)));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        if (!permissions.isEmpty()) {
            requests.json("PUT", path + "/grants", Map.of("approve", "requested"));
        }
        if (succeeds("its start", failures, () -> requests.json("POST", path + "/activate", null))) {
            for (Step step : steps) {
                succeeds("'" + step.operation() + "'", failures, () -> call(path, step));
            }
        }
        requests.send("DELETE", path, "application/json", "application/json", BodyPublishers.noBody());
        return failures;
    }

    private void call(String path, Step step) {
        try {
            byte[] answer = requests.send(
                    "POST",
                    path + "/operations/" + step.operation(),
                    "application/json",
                    traced.mediaType(step.operation()),
                    BodyPublishers.ofByteArray(NodeRequests.JSON.writeValueAsBytes(step.body())));
            String text = new String(answer, StandardCharsets.UTF_8);
            if (text.contains("{\"$error\":")) { // the last line of rows that were not all
                String last = text.substring(text.lastIndexOf("{\"$error\":"));
                throw NodeRequests.problem(NodeRequests.JSON.readTree(last).path("$error"));
            }
        } catch (JsonProcessingException unfit) {
            throw new IllegalArgumentException("The body of '" + step.operation() + "' has no form in JSON.", unfit);
        }
    }

    private static boolean succeeds(String what, List<String> failures, Runnable work) {
        try {
            work.run();
            return true;
        } catch (PluginException failure) {
            failures.add(what + " failed: " + failure.code() + ": " + failure.getMessage());
            return false;
        }
    }

    /** What the node has refused to the plugin since it was asked last: its removal is the last line of a round. */
    private List<Permission> refused() {
        List<Permission> refusals = new ArrayList<>();
        Instant latest = Instant.now().plus(AUDIT_LIMIT);
        while (Instant.now().isBefore(latest)) {
            for (JsonNode line : auditLines()) {
                if (line.path("action").asText().equals(REFUSED)) {
                    addNeeded(line.path("details"), refusals);
                } else if (line.path("action").asText().equals(REMOVED)) {
                    return refusals;
                }
            }
        }
        throw new IllegalStateException("The node's audit log does not say within " + AUDIT_LIMIT.toSeconds()
                + " s that the plugin is removed.");
    }

    private List<JsonNode> auditLines() {
        byte[] lines = requests.send(
                "GET",
                "/v1/audit?limit=" + LINES + (cursor.isEmpty() ? "" : "&after=" + cursor),
                NodeRequests.NDJSON,
                NodeRequests.NDJSON,
                BodyPublishers.noBody());
        List<JsonNode> read = new ArrayList<>();
        try {
            for (String line : new String(lines, StandardCharsets.UTF_8).lines().toList()) {
                JsonNode json = NodeRequests.JSON.readTree(line);
                cursor = json.path("cursor").asText(cursor);
                read.add(json);
            }
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return read;
    }

    /** Where anything of a kind would do at first, a scope that means nothing is tried, so that the next refusal is exact. */
    private void addNeeded(JsonNode refusal, List<Permission> refusals) {
        JsonNode needed = refusal.path("needed");
        if (needed.isObject() && refusal.path("offender").asText().equals("/plugins/" + traced.name())) {
            String resource = needed.path("resource").asText();
            String scope = needed.path("scope").asText();
            refusals.add(new Permission(
                    resource,
                    needed.path("access").asText(),
                    scope.equals("*") ? NOTHING.getOrDefault(resource, scope) : scope));
        }
    }

    /** Without what was only tried; where nothing exact came after it, everything. */
    private static List<Permission> least(Set<Permission> needed) {
        List<Permission> least = new ArrayList<>();
        for (Permission permission : needed) {
            if (!permission.isTried()) {
                least.add(permission);
            } else if (needed.stream().noneMatch(permission::isMadeExactBy)) {
                least.add(new Permission(permission.resource(), permission.access(), "*"));
            }
        }
        return least;
    }

    /** Ends the node, and deletes what is left. */
    @Override
    public void close() {
        requests.close();
        node.close();
    }
}
