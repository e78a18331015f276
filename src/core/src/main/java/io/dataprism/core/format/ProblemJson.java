package io.dataprism.core.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Problem documents on one line. */
final class ProblemJson {

    private static final ObjectMapper JSON = new ObjectMapper();

    private ProblemJson() {}

    static byte[] bytes(Map<String, @Nullable Object> problem) {
        try {
            return JSON.writeValueAsBytes(problem);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(
                    "A problem document of JSON values cannot be written: " + problem, impossible);
        }
    }
}
