package io.dataprism.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Requests over HTTP. Nothing is sent before somebody subscribes, and each subscriber sends one of its own; one that cancels
 * ends it. Answers come on threads of the JDK's client. A request whose token is refused is sent again, once, where there is
 * a newer token.
 */
final class Requests {

    private static final int ANSWER_BYTES_LIMIT = 64 << 20;
    private static final byte[] NOTHING = new byte[0];

    private final HttpClient http;
    private final String base;
    private final Mono<String> tokens;
    private final Duration answerLimit;

    /**
     * One request.
     *
     * @param path absolute, each segment encoded
     * @param type of the body; null where there is none
     * @param accept the media types to be answered
     * @param limit within which the answer must be there
     */
    record Request(
            String method,
            String path,
            BodyPublisher body,
            @Nullable String type,
            String accept,
            Duration limit) {

        Request within(Duration newLimit) {
            return new Request(method, path, body, type, accept, newLimit);
        }
    }

    /** @param base scheme and authority */
    Requests(HttpClient http, String base, Mono<String> tokens, Duration answerLimit) {
        this.http = http;
        this.base = base;
        this.tokens = tokens;
        this.answerLimit = answerLimit;
    }

    Mono<JsonNode> get(String path) {
        return json(bare("GET", path));
    }

    Mono<JsonNode> post(String path) {
        return json(bare("POST", path));
    }

    Mono<Void> delete(String path) {
        return json(bare("DELETE", path)).then();
    }

    Mono<JsonNode> send(String method, String path, JsonNode body) {
        return json(withJson(method, path, body, "application/json"));
    }

    private Request bare(String method, String path) {
        return new Request(method, path, BodyPublishers.noBody(), null, "application/json", answerLimit);
    }

    Request withJson(String method, String path, JsonNode body, String accept) {
        return new Request(
                method, path, BodyPublishers.ofString(body.toString()), "application/json", accept, answerLimit);
    }

    /** The answer as JSON; a missing node where it is empty. */
    Mono<JsonNode> json(Request request) {
        return exchange(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES_LIMIT))
                .map(answer -> {
                    if (answer.statusCode() / 100 != 2) {
                        throw Answers.refusal(answer.statusCode(), answer.headers(), answer.body());
                    }
                    return read(answer.statusCode(), answer.body());
                })
                .timeout(request.limit())
                .onErrorMap(TimeoutException.class, late -> late(request, late));
    }

    private static JsonNode read(int status, byte[] body) {
        try {
            return Answers.JSON.readTree(body);
        } catch (IOException notJson) {
            throw ConnectionException.broken(
                    "What listens there answered with status " + status + " and no JSON: it is no node.", notJson);
        }
    }

    /** An answer that may go on for as long as its reader likes; whoever gets it closes it. Reading blocks. */
    Mono<InputStream> open(Request request) {
        return exchange(request, Requests::streamed).map(answer -> {
            InputStream body = answer.body().orNull();
            if (body == null) {
                throw Answers.refusal(
                        answer.statusCode(), answer.headers(), answer.body().problem());
            }
            return body;
        });
    }

    private record Streamed(@Nullable InputStream orNull, byte[] problem) {}

    private static HttpResponse.BodySubscriber<Streamed> streamed(HttpResponse.ResponseInfo head) {
        return head.statusCode() / 100 == 2
                ? BodySubscribers.mapping(BodySubscribers.ofInputStream(), body -> new Streamed(body, NOTHING))
                : BodySubscribers.mapping(
                        BodySubscribers.limiting(BodySubscribers.ofByteArray(), ANSWER_BYTES_LIMIT),
                        problem -> new Streamed(null, problem));
    }

    private <T> Mono<HttpResponse<T>> exchange(Request request, BodyHandler<T> handler) {
        Function<String, Mono<HttpResponse<T>>> once =
                token -> Mono.fromFuture(() -> http.sendAsync(prepare(request, token), handler));
        return tokens.switchIfEmpty(Mono.error(() -> ConnectionException.broken("There is no token.", null)))
                .flatMap(token -> once.apply(token)
                        .flatMap(answer -> answer.statusCode() == 401
                                ? tokens.filter(newer -> !newer.equals(token))
                                        .flatMap(once)
                                        .defaultIfEmpty(answer)
                                : Mono.just(answer)))
                .onErrorMap(failure -> !(failure instanceof ClientException), failure -> late(request, failure));
    }

    private ConnectionException late(Request request, Throwable failure) {
        Throwable cause = Answers.cause(failure);
        return ConnectionException.lost(
                "No answer from " + base + " to " + request.method() + " " + request.path() + " ("
                        + Answers.words(cause) + ").",
                cause);
    }

    private HttpRequest prepare(Request request, String token) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(base + request.path()))
                .timeout(request.limit())
                .header("Authorization", "Bearer " + token)
                .header("Accept", request.accept())
                .method(request.method(), request.body());
        if (request.type() != null) {
            builder.header("Content-Type", request.type());
        }
        return builder.build();
    }

    /** A text as one segment of a path, whatever is in it. */
    static String segment(String text) {
        String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%3A", ":");
        return encoded.matches("\\.+") ? encoded.replace(".", "%2E") : encoded;
    }
}
