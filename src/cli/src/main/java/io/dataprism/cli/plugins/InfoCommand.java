package io.dataprism.cli.plugins;

import com.fasterxml.jackson.databind.JsonNode;
import io.dataprism.cli.CannotBegin;
import io.dataprism.cli.Refused;
import io.dataprism.cli.node.NodeOptions;
import io.dataprism.cli.node.NodeOptions.Answer;
import io.dataprism.cli.node.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** All that a node knows of one plugin. */
@Command(name = "info", description = "Shows a plugin.", mixinStandardHelpOptions = true)
final class InfoCommand implements Callable<Integer> {

    private static final long MIB = 1L << 20;

    @Mixin
    private NodeOptions options;

    @Parameters(paramLabel = "NAME")
    private String name;

    @SuppressWarnings("NullAway.Init")
    InfoCommand() {}

    @Override
    public Integer call() throws CannotBegin, Refused {
        String plugin = Names.checked(name);
        options.talk(node -> {
            JsonNode found = NodeOptions.wait(node.plugins().get(plugin)).document();
            return new Answer(plain(found), found);
        });
        return 0;
    }

    private static String plain(JsonNode plugin) {
        List<List<String>> lines = new ArrayList<>();
        add(lines, "version", Texts.shown(plugin.path("version")));
        add(lines, "description", Texts.shown(plugin.path("description")));
        add(lines, "category", Texts.shown(plugin.path("category")));
        add(lines, "state", Texts.shown(plugin.path("state")));
        add(lines, "versions", Texts.list(plugin.path("versions")));
        add(
                lines,
                "isolation",
                Texts.shown(plugin.at("/isolation/runtime")) + ", " + Texts.shown(plugin.at("/isolation/level")));
        add(lines, "memory", memory(plugin.path("resourceUsage")));
        add(lines, "granted", AddCommand.permissions(plugin.path("granted")).strip());
        add(lines, "not granted", AddCommand.permissions(plugin.path("pending")).strip());
        for (JsonNode operation : plugin.path("operations")) {
            add(
                    lines,
                    "operation",
                    Texts.shown(operation.path("name")) + " -> " + Texts.shown(operation.path("kind")) + ", input "
                            + Texts.shown(operation.path("input")));
        }
        for (JsonNode dependency : plugin.path("dependencies")) {
            add(
                    lines,
                    "needs",
                    Texts.shown(dependency.path("name")) + " " + Texts.shown(dependency.path("version"))
                            + (dependency.path("optional").asBoolean() ? " (optional)" : ""));
        }
        add(lines, "needed by", Texts.list(plugin.path("dependents")));
        add(lines, "restarts", plugin.path("restarts").asInt() == 0 ? "" : Texts.shown(plugin.path("restarts")));
        add(lines, "last failure", Texts.shown(plugin.path("lastFailure")));
        for (JsonNode finding : plugin.path("findings")) {
            add(lines, "note", AddCommand.finding(finding));
        }
        return lines.stream()
                .filter(line -> !line.get(1).isEmpty())
                .collect(Collectors.collectingAndThen(
                        Collectors.toList(),
                        filled -> Texts.table(List.of("name", Texts.shown(plugin.path("name"))), filled)));
    }

    private static void add(List<List<String>> lines, String label, String value) {
        lines.add(List.of(label, value));
    }

    private static String memory(JsonNode usage) {
        long rssBytes = usage.path("rssBytes").asLong();
        return rssBytes <= 0
                ? ""
                : rssBytes / MIB + " MiB of the machine's, of which heap "
                        + usage.path("heapBytes").asLong() / MIB + " of "
                        + usage.at("/quota/memoryBytes").asLong() / MIB + " MiB";
    }
}
