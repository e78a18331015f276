package io.dataprism.cli.plugins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dataprism.cli.CannotBegin;
import io.dataprism.cli.Refused;
import io.dataprism.cli.node.NodeOptions;
import io.dataprism.cli.node.NodeOptions.Answer;
import io.dataprism.cli.node.Texts;
import io.dataprism.client.Plugins;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Mono;

/** Grants: shows them, adds to them, or replaces them. */
@Command(
        name = "grant",
        description = "Shows what a plugin may do, or grants more of what it asks for.",
        mixinStandardHelpOptions = true)
final class GrantCommand implements Callable<Integer> {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    @Mixin
    private NodeOptions options;

    @Parameters(paramLabel = "NAME")
    private String name;

    @Parameters(
            index = "1..*",
            paramLabel = "resource:access:scope",
            description = "Permissions to add, as the plugin asks for them; no scope means *.")
    private List<String> permissions = List.of();

    @Option(names = "--all", description = "Grant all that it asks for.")
    private boolean all;

    @Option(names = "--replace", description = "Grant what is named and nothing else; with none named, nothing.")
    private boolean replace;

    @Option(
            names = "--elevated",
            description = "Those named hold whoever calls the plugin, also where the caller has fewer rights.")
    private boolean elevated;

    @SuppressWarnings("NullAway.Init")
    GrantCommand() {}

    @Override
    public Integer call() throws CannotBegin, Refused {
        if (all && (replace || elevated || !permissions.isEmpty())) {
            throw new CannotBegin(
                    "--all grants what the plugin asks for: leave out the permissions and other options.");
        }
        if (elevated && permissions.isEmpty()) {
            throw new CannotBegin("--elevated is about permissions: name them as resource:access:scope.");
        }
        String plugin = Names.checked(name);
        ArrayNode named = JSON.arrayNode();
        for (String permission : permissions) {
            named.add(parse(permission));
        }
        options.talk(node -> {
            JsonNode grants = NodeOptions.wait(change(node.plugins(), plugin, named));
            return new Answer(plain(grants), grants);
        });
        return 0;
    }

    private Mono<JsonNode> change(Plugins plugins, String plugin, ArrayNode named) {
        if (all) {
            return plugins.grantRequested(plugin);
        }
        if (replace) {
            return plugins.grant(plugin, named);
        }
        Mono<JsonNode> grants = plugins.grants(plugin);
        return named.isEmpty()
                ? grants
                : grants.flatMap(found -> plugins.grant(plugin, joined(named, found.path("granted"))));
    }

    private static ArrayNode joined(ArrayNode named, JsonNode granted) {
        ArrayNode whole = JSON.arrayNode().addAll(named);
        for (JsonNode each : granted) {
            if (!contains(named, each)) {
                whole.add(each);
            }
        }
        return whole;
    }

    private static boolean contains(ArrayNode permissions, JsonNode permission) {
        for (JsonNode each : permissions) {
            if (Texts.permission(each).equals(Texts.permission(permission))) {
                return true;
            }
        }
        return false;
    }

    private ObjectNode parse(String permission) throws CannotBegin {
        String[] parts = permission.split(":", 3);
        if (parts.length < 2) {
            throw new CannotBegin(
                    "'" + permission + "' is no permission: write resource:access:scope, such as data:read:flights.");
        }
        ObjectNode parsed = JSON.objectNode()
                .put("resource", parts[0])
                .put("access", parts[1])
                .put("scope", parts.length == 3 ? parts[2] : "*");
        return elevated ? parsed.put("elevated", true) : parsed;
    }

    private String plain(JsonNode grants) {
        String line = System.lineSeparator();
        StringBuilder text = new StringBuilder(name + " may:");
        for (JsonNode granted : grants.path("granted")) {
            text.append(line).append("  ").append(Texts.permission(granted));
            text.append(granted.path("elevated").asBoolean() ? " (elevated)" : "");
        }
        if (grants.path("granted").isEmpty()) {
            text.append(" nothing beyond its own folder");
        }
        if (!grants.path("pending").isEmpty()) {
            text.append(line).append("not granted:").append(AddCommand.permissions(grants.path("pending")));
        }
        return text.toString();
    }
}
