package io.dataprism.node.configuration;

import io.dataprism.service.LlmSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The keys of {@code llm}. */
final class LlmKeys {

    private static final int TOKENS_MAX = 1_000_000_000;
    private static final String LEGAL = "http://host[:port]/path or https://host[:port]/path";

    private LlmKeys() {}

    static @Nullable LlmSettings settings(Section section) {
        if (!section.isPresent()) {
            return null;
        }
        URI url = url(section);
        Path keyFile = section.readable("keyFile");
        String model = section.text("model");
        String embeddingModel = section.text("embeddingModel");
        // less than what a plugin waits for any request of its own
        Duration timeout =
                section.duration("timeout", LlmSettings.TIMEOUT, Duration.ofMillis(100), Duration.ofMinutes(10));
        int tokens = section.count("tokensPerHour", (int) LlmSettings.TOKENS_PER_HOUR, 1, TOKENS_MAX);
        if (model == null) {
            section.problemOf("model", "the name of a model");
        }
        section.end();
        return url == null || model == null
                ? null
                : new LlmSettings(url, keyFile, model, embeddingModel, timeout, tokens);
    }

    private static @Nullable URI url(Section section) {
        String text = section.text("url");
        URI url = null;
        try {
            url = text == null ? null : URI.create(text);
        } catch (IllegalArgumentException malformed) {
            // told below
        }
        boolean legal = url != null
                && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
                && url.getHost() != null
                && url.getUserInfo() == null
                && url.getQuery() == null
                && url.getFragment() == null;
        if (!legal) {
            section.problems().add("llm.url is not legal, legal is " + LEGAL + ", without user, password or query");
            return null;
        }
        return url;
    }
}
