package io.dataprism.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dataprism.cli.CannotBegin;
import io.dataprism.cli.Refused;
import io.dataprism.cli.node.NodeOptions;
import io.dataprism.cli.node.NodeOptions.Answer;
import io.dataprism.cli.node.Texts;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The commands about a cluster. */
@Command(
        name = "cluster",
        description = "Prepares a cluster, shows it, and takes nodes out of it.",
        subcommands = {CertsCommand.class},
        mixinStandardHelpOptions = true)
public final class ClusterCommand {

    @Command(
            name = "status",
            description = "Lists the nodes of the cluster, and which plugins run where; any node answers.",
            mixinStandardHelpOptions = true)
    void status(@Mixin NodeOptions options) throws CannotBegin, Refused {
        options.talk(node -> {
            JsonNode found = NodeOptions.wait(node.cluster().get());
            String placement = placement(found.path("placement"));
            String gap = System.lineSeparator() + System.lineSeparator();
            String doubt = found.path("majority").asBoolean(true)
                    ? ""
                    : gap + "Too few nodes are seen: nothing that they share can be changed.";
            return new Answer(
                    members(found.path("members")) + (placement.isEmpty() ? "" : gap + placement) + doubt, found);
        });
    }

    @Command(
            name = "drain",
            description = "Moves a node's plugins to others, lets it finish what it has, and ends it.",
            mixinStandardHelpOptions = true)
    void drain(
            @Mixin NodeOptions options, @Parameters(paramLabel = "ID", description = "As 'status' shows it.") String id)
            throws CannotBegin, Refused {
        checkId(id);
        options.talk(node -> {
            JsonNode answered = NodeOptions.wait(node.cluster().drain(id));
            return new Answer(
                    id + " is draining",
                    answered.isObject()
                            ? answered
                            : JsonNodeFactory.instance
                                    .objectNode()
                                    .put("id", id)
                                    .put("draining", true));
        });
    }

    @Command(
            name = "forget",
            description =
                    "Takes a node that will not come back off the list of data members, most of which changes need.",
            mixinStandardHelpOptions = true)
    void forget(
            @Mixin NodeOptions options,
            @Parameters(
                            paramLabel = "ID",
                            description = "Of the node; of one that is not on the list, the answer says who is.")
                    String id)
            throws CannotBegin, Refused {
        checkId(id);
        options.talk(node -> {
            NodeOptions.wait(node.cluster().forget(id).thenReturn(id));
            return new Answer(
                    id + " is forgotten",
                    JsonNodeFactory.instance.objectNode().put("id", id).put("forgotten", true));
        });
    }

    private static void checkId(String id) throws CannotBegin {
        if (!id.matches("[0-9A-Za-z._-]{1,64}")) {
            throw new CannotBegin("'" + id.replaceAll("\\p{Cntrl}", "?")
                    + "' cannot be a node's id: give one that './dataprism cluster status' lists.");
        }
    }

    private static String members(JsonNode members) {
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode member : members) {
            rows.add(List.of(
                    Texts.shown(member.path("id")),
                    Texts.shown(member.path("address")),
                    Texts.list(member.path("roles")),
                    Texts.shown(member.path("version")),
                    notes(member)));
        }
        return Texts.table(List.of("ID", "ADDRESS", "ROLES", "VERSION", "NOTES"), rows);
    }

    /** What is not the usual case. */
    private static String notes(JsonNode member) {
        List<String> notes = new ArrayList<>();
        if (!member.path("state").asText("ready").equals("ready")) {
            notes.add(Texts.shown(member.path("state")));
        }
        if (member.has("data") && !member.path("data").asBoolean()) {
            notes.add("keeps no share");
        }
        member.path("labels")
                .properties()
                .forEach(label -> notes.add(Texts.shown(JsonNodeFactory.instance.textNode(label.getKey())) + "="
                        + Texts.shown(label.getValue())));
        return String.join(", ", notes);
    }

    private static String placement(JsonNode placement) {
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode place : placement) {
            rows.add(List.of(Texts.shown(place.path("plugin")), nodes(place.path("nodes"))));
        }
        return rows.isEmpty() ? "" : Texts.table(List.of("PLUGIN", "NODES"), rows);
    }

    private static String nodes(JsonNode nodes) {
        return nodes.isEmpty() ? "none" : Texts.list(nodes);
    }
}
