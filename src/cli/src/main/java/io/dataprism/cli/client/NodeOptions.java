package io.dataprism.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.dataprism.cli.CannotBegin;
import io.dataprism.cli.Refused;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which node a command speaks to, as whom, and how its answer is printed. */
public final class NodeOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--url",
            defaultValue = "${env:DATAPRISM_URL:-http://127.0.0.1:8080}",
            description = "The node. Default: DATAPRISM_URL, else http://127.0.0.1:8080")
    private URI url;

    @Option(
            names = "--token",
            defaultValue = "${env:DATAPRISM_TOKEN}",
            description = "Default: DATAPRISM_TOKEN, else admin.token of the data folder.")
    private @Nullable String token;

    @Option(
            names = "--data-dir",
            defaultValue = ".dataprism",
            description = "The node's data folder, for its token. Default: ${DEFAULT-VALUE}")
    private Path dataDirectory;

    @Option(names = "--json", description = "Print the node's answer as it is, for scripts.")
    private boolean json;

    @SuppressWarnings("NullAway.Init")
    public NodeOptions() {}

    /** What a command does with a node; answers what is printed in plain form. */
    @FunctionalInterface
    public interface Conversation {
        /** Sends what is to be sent. */
        Answer with(NodeClient node) throws CannotBegin, Refused;
    }

    /**
     * What is printed.
     *
     * @param plain for people
     * @param document for scripts
     */
    public record Answer(String plain, JsonNode document) {}

    /** Speaks with the node and prints the answer. */
    public void talk(Conversation conversation) throws CannotBegin, Refused {
        try (NodeClient node = connect()) {
            Answer answer = conversation.with(node);
            print(json ? answer.document().toString() : answer.plain());
        }
    }

    /** Whether the answer is for scripts. */
    public boolean json() {
        return json;
    }

    /** Prints a line to standard output. */
    public void print(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }

    /** A client of that node; the caller closes it. */
    public NodeClient connect() throws CannotBegin {
        boolean usable = ("http".equals(url.getScheme()) || "https".equals(url.getScheme())) && url.getHost() != null;
        if (!usable) {
            throw new CannotBegin("--url is " + url + ": give the node's address, such as http://127.0.0.1:8080.");
        }
        return new NodeClient(url.resolve("/"), readToken(), json);
    }

    private String readToken() throws CannotBegin {
        String found = token == null || token.isBlank() ? fromDataDirectory() : token.strip();
        if (!found.matches("[\\x21-\\x7e]+")) {
            throw new CannotBegin("the token is none: give one with --token, DATAPRISM_TOKEN or --data-dir.");
        }
        return found;
    }

    private String fromDataDirectory() throws CannotBegin {
        Path file = dataDirectory.resolve("admin.token");
        try {
            return Files.readString(file).strip();
        } catch (IOException unreadable) {
            throw new CannotBegin("no token is given and " + file
                    + " cannot be read: give one with --token or DATAPRISM_TOKEN, or name the node's --data-dir.");
        }
    }
}
