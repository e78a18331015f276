package io.dataprism.plugin;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Language models, at the endpoint that the operator has set. Needs {@code core} {@code execute} with the scope {@code llm}.
 * Each plugin has so many tokens an hour; a call is refused with {@code QUOTA_EXCEEDED} where what it may use at most is not
 * left. Fails with {@code NOT_FOUND} where this node has no endpoint, with {@code NETWORK_FAILED} where the endpoint does not
 * answer, and with {@code REQUEST_INVALID} where it does not take the request. Any thread; nothing blocks.
 */
public final class LlmService {

    private static final String ADDRESS = "dataprism.service.llm.";

    private final Services services;

    /** One that asks these services. */
    public LlmService(Services services) {
        this.services = services;
    }

    /** Asks a model to go on with a conversation. */
    public Mono<Completion> chat(Chat chat) {
        Map<String, @Nullable Object> body = new HashMap<>();
        body.put(
                "messages",
                chat.messages().stream()
                        .map(message -> Map.of("role", message.role(), "content", message.content()))
                        .toList());
        body.put("model", chat.model());
        body.put("maxTokens", chat.maxTokens());
        body.put("temperature", chat.temperature());
        body.put("stop", chat.stop());
        return services.call(ADDRESS + "chat", body)
                .map(Replies::object)
                .map(answer -> new Completion(
                        Replies.text(answer, "content"),
                        Replies.text(answer, "finishReason"),
                        Replies.text(answer, "model"),
                        Replies.number(answer, "promptTokens"),
                        Replies.number(answer, "completionTokens")));
    }

    /**
     * A vector for each text.
     *
     * @param texts 1 to 256
     * @param model null: the operator's
     */
    public Mono<Embeddings> embed(List<String> texts, @Nullable String model) {
        Map<String, @Nullable Object> body = new HashMap<>();
        body.put("input", List.copyOf(texts));
        body.put("model", model);
        return services.call(ADDRESS + "embed", body)
                .map(Replies::object)
                .map(answer -> new Embeddings(
                        vectors(answer.get("embeddings")),
                        Replies.text(answer, "model"),
                        Replies.number(answer, "promptTokens")));
    }

    private static List<double[]> vectors(@Nullable Object found) {
        List<double[]> vectors = new ArrayList<>();
        if (found instanceof List<?> all) {
            for (Object each : all) {
                vectors.add(
                        each instanceof List<?> numbers
                                ? numbers.stream()
                                        .mapToDouble(number -> ((Number) number).doubleValue())
                                        .toArray()
                                : new double[0]);
            }
        }
        return vectors;
    }

    /**
     * What was said.
     *
     * @param role {@code system}, {@code user} or {@code assistant}
     */
    public record Message(String role, String content) {}

    /**
     * A conversation to go on with.
     *
     * @param messages 1 to 256, with 512 KiB of text at most
     * @param model null: the operator's
     * @param maxTokens of the answer, 1 to 16,384; they count against the quota until the answer says how many it took
     * @param temperature 0 to 2; null: the model's
     * @param stop at most 4 texts at which the answer ends
     */
    public record Chat(
            List<Message> messages,
            @Nullable String model,
            int maxTokens,
            @Nullable Double temperature,
            List<String> stop) {

        private static final int USUAL_TOKENS = 1_024;

        public Chat {
            messages = List.copyOf(messages);
            stop = List.copyOf(stop);
        }

        /** One question, with the operator's model and an answer of 1,024 tokens at most. */
        public static Chat of(String question) {
            return new Chat(List.of(new Message("user", question)), null, USUAL_TOKENS, null, List.of());
        }
    }

    /**
     * How the model went on.
     *
     * @param finishReason {@code stop} where it had nothing more to say, {@code length} where it was cut
     */
    public record Completion(
            String content, String finishReason, String model, long promptTokens, long completionTokens) {}

    /**
     * Vectors.
     *
     * @param vectors as many as texts, in their order
     */
    public record Embeddings(List<double[]> vectors, String model, long promptTokens) {}
}
