package io.dataprism.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What nodes answer, read. */
final class Answers {

    static final ObjectMapper JSON = new ObjectMapper();

    private Answers() {}

    /** What an answer with another status than 2xx says; also where it comes from something that is no node. */
    static ClientException refusal(int status, HttpHeaders headers, byte[] body) {
        Duration retryAfter = retryAfter(headers);
        JsonNode document = document(body);
        if (document != null) {
            return new ProblemException(document, retryAfter);
        }
        return switch (status) {
            case 401 -> ProblemException.unauthenticated("The token is not known there.");
            case 403 ->
                ProblemException.of(403, "PERMISSION_DENIED", "The request was refused.", "Ask for more rights.", null);
            case 429 ->
                ProblemException.of(429, "QUOTA_EXCEEDED", "Too many requests.", "Send it again later.", retryAfter);
            case 502, 503, 504 ->
                ProblemException.of(
                        503, "OVERLOADED", "Answered with status " + status + ".", "Send it again later.", retryAfter);
            default ->
                ConnectionException.broken(
                        "What listens there answered with status " + status + " and no problem document.", null);
        };
    }

    private static @Nullable JsonNode document(byte[] body) {
        try {
            JsonNode document = JSON.readTree(body);
            return document != null && document.path("code").isTextual() ? document : null;
        } catch (IOException notJson) {
            return null;
        }
    }

    /** {@code Retry-After} in seconds; null where it is absent, or a date, which nodes do not send. */
    private static @Nullable Duration retryAfter(HttpHeaders headers) {
        return headers.firstValue("retry-after")
                .filter(text -> text.matches("[0-9]{1,9}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                .orElse(null);
    }

    /** What failed, without what futures wrap around it. */
    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** Why something failed, in words. */
    static String words(Throwable failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}
