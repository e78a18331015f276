package io.dataprism.cli.plugins;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.dataprism.cli.CannotBegin;
import io.dataprism.cli.Refused;
import io.dataprism.cli.client.NodeClient;
import io.dataprism.cli.client.NodeOptions;
import io.dataprism.cli.client.Texts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The lines that a plugin has written, each as it comes. */
@Command(name = "logs", description = "Prints a plugin's log.", mixinStandardHelpOptions = true)
final class LogsCommand implements Callable<Integer> {

    private static final String SSE_DATA = "data:";

    @Mixin
    private NodeOptions options;

    @Parameters(paramLabel = "NAME")
    private String name;

    @Option(names = "--follow", description = "Go on with what is written from now on, until Ctrl-C.")
    private boolean follow;

    @SuppressWarnings("NullAway.Init")
    LogsCommand() {}

    @Override
    public Integer call() throws CannotBegin, Refused {
        String path = Names.path(name, follow ? "/logs?follow=true" : "/logs");
        try (NodeClient node = options.connect();
                BufferedReader lines = new BufferedReader(new InputStreamReader(
                        node.open(path, "application/x-ndjson, text/event-stream;q=0.5"), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                print(
                        line.startsWith(SSE_DATA)
                                ? line.substring(SSE_DATA.length()).strip()
                                : line);
            }
            return 0;
        } catch (IOException cut) {
            throw new Refused("the node broke the log of " + name + " off: ask again.");
        }
    }

    /** What is no JSON object is the frame of an event stream, and nobody's line. */
    private void print(String document) {
        if (!document.startsWith("{")) {
            return;
        }
        if (options.json()) {
            options.print(document);
            return;
        }
        try {
            JsonNode line = NodeClient.JSON.readTree(document);
            options.print(Texts.shown(line.path("time")) + " " + Texts.shown(line.path("level")) + " "
                    + Texts.shown(line.path("message")));
        } catch (JsonProcessingException notALine) {
            options.print(document.replaceAll("\\p{Cntrl}", " "));
        }
    }
}
