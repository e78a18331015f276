package io.dataprism.load.child;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of the bench's own that answers questions: one line in, one line out. Its standard error is the bench's. One thread at a
 * time; asking blocks until the answer comes or the process ends.
 */
public final class Child implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long END_LIMIT_SECONDS = 10;

    private final String name;
    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter questions;

    private Child(String name, Process process) {
        this.name = name;
        this.process = process;
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.questions = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    }

    /** Starts a process and waits for its first answer, which says that it is ready. */
    public static Child start(String name, List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Child child = new Child(name, process);
        try {
            child.answer();
            return child;
        } catch (IOException | RuntimeException e) {
            process.destroy();
            throw e;
        }
    }

    /** Asks and answers; fails with what the child says went wrong. */
    public JsonNode ask(Map<String, ?> question) throws IOException {
        questions.write(JSON.writeValueAsString(question));
        questions.newLine();
        questions.flush();
        return answer();
    }

    /** Of the process, for {@link ProcessClock}. */
    public long pid() {
        return process.pid();
    }

    private JsonNode answer() throws IOException {
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            if (!line.startsWith(Answers.MARK)) {
                System.err.println(name + ": " + line);
                continue;
            }
            JsonNode answer = JSON.readTree(line.substring(Answers.MARK.length()));
            if (answer.has("failure")) {
                throw failed(answer.get("failure").asText());
            }
            return answer;
        }
        throw failed("it ended without an answer");
    }

    private DataPrismException failed(String why) {
        return new DataPrismException(
                ErrorCode.INTERNAL,
                "The process '" + name + "' of the bench failed: " + why,
                "Its own messages are above, on standard error.");
    }

    /** Ends it: by closing its input, and by force when that is not heard. */
    @Override
    public void close() {
        try {
            questions.close();
            if (!process.waitFor(END_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException gone) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
