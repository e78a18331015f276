package io.dataprism.cli.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.dataprism.cli.CannotBegin;
import io.dataprism.cli.Refused;
import io.dataprism.client.ClientException;
import io.dataprism.client.ConnectionException;
import io.dataprism.client.DataPrism;
import io.dataprism.client.GapException;
import io.dataprism.client.ProblemException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

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

    private volatile boolean begun;

    @SuppressWarnings("NullAway.Init")
    public NodeOptions() {}

    /** What a command does with a node; answers what is printed in plain form. */
    @FunctionalInterface
    public interface Conversation {
        /** Speaks with the node; may block, and fail as the client does. */
        Answer with(DataPrism node) throws CannotBegin, Refused;
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
        with(node -> {
            Answer answer = conversation.with(node);
            print(json ? answer.document().toString() : answer.plain());
        });
    }

    /** What a command does with a node and prints by itself. */
    @FunctionalInterface
    public interface Use {
        /** Uses the node; may block, and fail as the client does. */
        void of(DataPrism node) throws CannotBegin, Refused;
    }

    /** Connects, and turns what the client fails with into what a command ends with. */
    public void with(Use use) throws CannotBegin, Refused {
        try (DataPrism node = connect()) {
            use.of(node);
        } catch (ProblemException problem) {
            throw refusal(problem.document());
        } catch (ConnectionException | GapException failure) {
            throw lost(failure);
        }
    }

    /** Waits for an answer. */
    public static <T> T wait(Mono<T> answer) {
        return Objects.requireNonNull(answer.block(), "an answer that is empty");
    }

    /** Whether the answer is for scripts. */
    public boolean json() {
        return json;
    }

    /** Prints a line of the answer. */
    public void print(String line) {
        begun = true;
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }

    /** Prints what is no part of the answer. */
    public void note(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("dataprism: " + line);
        err.flush();
    }

    /** Where the answer is printed. */
    public PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private DataPrism connect() throws CannotBegin {
        boolean usable = ("http".equals(url.getScheme()) || "https".equals(url.getScheme())) && url.getHost() != null;
        if (!usable) {
            throw new CannotBegin("--url is " + url + ": give the node's address, such as http://127.0.0.1:8080.");
        }
        return DataPrism.connect(url, readToken());
    }

    /** Before anything was printed it has not begun. */
    private Refused lost(ClientException failure) throws CannotBegin {
        if (begun) {
            return new Refused(String.valueOf(failure.getMessage()));
        }
        throw new CannotBegin(failure.getMessage() + " Start a node with './dataprism serve', or name one with --url.");
    }

    /** Why a node did not do what it was asked for, in words that say what to do. */
    public Refused refusal(JsonNode problem) throws CannotBegin {
        if (problem.path("status").asInt() == 401) {
            throw new CannotBegin(
                    "the node at " + url
                            + " does not know the token: give it with --token, DATAPRISM_TOKEN, or the --data-dir of that node.");
        }
        return new Refused(json ? problem.toString() : inWords(problem));
    }

    private static String inWords(JsonNode problem) {
        StringBuilder text = new StringBuilder(Texts.shown(problem.path("detail")));
        for (JsonNode error : problem.path("errors")) {
            text.append("\n  ")
                    .append(Texts.shown(error.path("pointer")))
                    .append(": ")
                    .append(Texts.shown(error.path("detail")));
        }
        text.append("\n  ").append(Texts.shown(problem.path("hint")));
        return text.toString();
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
