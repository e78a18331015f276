package io.dataprism.cli.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dataprism.cli.CannotBegin;
import io.dataprism.cli.Refused;
import io.dataprism.cli.node.NodeOptions;
import io.dataprism.cli.node.NodeOptions.Answer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Events of a running node. */
@Command(
        name = "events",
        description = "Follows and publishes events.",
        subcommands = TailCommand.class,
        mixinStandardHelpOptions = true)
public final class EventsCommand {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Command(name = "publish", description = "Publishes an event.", mixinStandardHelpOptions = true)
    void publish(
            @Mixin NodeOptions options,
            @Parameters(paramLabel = "TOPIC", description = "Such as team:news.") String topic,
            @Parameters(paramLabel = "JSON", description = "What is published: any JSON.") String data)
            throws CannotBegin, Refused {
        JsonNode parsed = parse(data);
        options.talk(node -> {
            String cursor = NodeOptions.wait(node.publish(topic, parsed)).cursor();
            return new Answer(cursor, JsonNodeFactory.instance.objectNode().put("cursor", cursor));
        });
    }

    private static JsonNode parse(String text) throws CannotBegin {
        try {
            JsonNode parsed = JSON.readTree(text);
            if (!parsed.isMissingNode()) {
                return parsed;
            }
        } catch (JsonProcessingException notJson) {
            // said below
        }
        throw new CannotBegin("'" + text + "' is no JSON: write for example '{\"done\": true}' or '\"text\"'.");
    }
}
