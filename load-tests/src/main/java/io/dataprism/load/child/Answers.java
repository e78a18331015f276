package io.dataprism.load.child;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dataprism.load.measure.Measured;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The child's side: answers each line of standard input with one of standard output, until the input ends. Blocks. */
public final class Answers {

    static final String MARK = "@ ";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, String>> WORDS = new TypeReference<>() {};

    private Answers() {}

    /** Answers one question, whose members are texts. */
    @FunctionalInterface
    public interface Responder {
        Map<String, ?> answer(Map<String, String> question) throws Exception;
    }

    /**
     * Says that it is ready and answers until nobody asks any more. A failure is an answer too.
     *
     * @param ready the first answer
     */
    public static void serve(Map<String, ?> ready, Responder responder) throws IOException {
        say(ready);
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            say(answer(line, responder));
        }
    }

    /** A measurement as an answer; {@link #measured} reads it. */
    public static Map<String, Object> of(Measured measured) {
        return Map.of(
                "units",
                measured.units(),
                "bytes",
                measured.bytes(),
                "nanos",
                measured.nanos(),
                "cpu",
                measured.cpuNanos());
    }

    /** A measurement that a child answered. */
    public static Measured measured(JsonNode answer) {
        return new Measured(
                answer.path("units").asLong(),
                answer.path("bytes").asLong(),
                answer.path("nanos").asLong(),
                answer.path("cpu").asLong());
    }

    private static Map<String, ?> answer(String line, Responder responder) {
        try {
            return responder.answer(JSON.readValue(line, WORDS));
        } catch (Exception failure) {
            failure.printStackTrace();
            return Map.of("failure", String.valueOf(failure));
        }
    }

    private static void say(Map<String, ?> answer) throws IOException {
        System.out.println(MARK + JSON.writeValueAsString(answer));
        System.out.flush();
    }
}
