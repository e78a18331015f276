package io.dataprism.service;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint of language models, with the interface of OpenAI, which most servers of models have.
 *
 * @param url {@code http} or {@code https}, up to the version: {@code https://models.example/v1}
 * @param keyFile a file with the key, read for each call, so that it can be changed; null: none is sent
 * @param model for conversations, where the plugin names none
 * @param embeddingModel for vectors, where the plugin names none; null: the plugin must
 * @param timeout of a call; default {@link #TIMEOUT}
 * @param tokensPerHour what each plugin may use within an hour; default {@link #TOKENS_PER_HOUR}
 */
public record LlmSettings(
        URI url,
        @Nullable Path keyFile,
        String model,
        @Nullable String embeddingModel,
        Duration timeout,
        long tokensPerHour) {

    /** The default of {@link #timeout}. */
    public static final Duration TIMEOUT = Duration.ofSeconds(25);

    /** The default of {@link #tokensPerHour}. */
    public static final long TOKENS_PER_HOUR = 100_000;
}
