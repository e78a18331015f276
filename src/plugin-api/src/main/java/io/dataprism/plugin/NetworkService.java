package io.dataprism.plugin;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The network, through the host: a plugin has no sockets of its own. Scopes are {@code host[:port]} or {@code
 * scheme://host[:port]} with {@code *} for any run of characters; without a port they mean 80 and 443. Addresses of this
 * machine and of private networks are refused unless a scope names that very host without a wildcard. Any thread; nothing
 * blocks.
 */
public final class NetworkService {

    private final Services services;
    private final SocketFactory sockets;

    /** One that asks these services, and whose connections that factory makes. */
    public NetworkService(Services services, SocketFactory sockets) {
        this.services = services;
        this.sockets = sockets;
    }

    /**
     * Makes sockets whose connections the host opens, for drivers that take a factory. Needs {@code network} {@code execute}
     * with the scope {@code host:port}. Names are resolved by the host. Sockets block as sockets do; one that the host
     * refuses fails to connect with {@code PERMISSION_DENIED} in its message. At most 32 at once; the host closes those that
     * are left when the plugin ends.
     */
    public SocketFactory socketFactory() {
        return sockets;
    }

    /**
     * Makes an HTTP request. GET and HEAD need {@code network} {@code read}, others {@code network} {@code write}. Redirects
     * are followed, at most five, each checked as the first. Fails with {@code PERMISSION_DENIED}, {@code NETWORK_FAILED}
     * where nobody answers in time, {@code PAYLOAD_TOO_LARGE} for an answer of more than 8 MiB, {@code QUOTA_EXCEEDED} for
     * more than 16 at once. Every status is an answer.
     */
    public Mono<Response> fetch(Request request) {
        Map<String, @Nullable Object> body = new HashMap<>();
        body.put("method", request.method());
        body.put("url", request.url());
        body.put("headers", request.headers());
        body.put("timeoutMs", request.timeout().toMillis());
        if (request.body().length > 0) {
            body.put("body", Base64.getEncoder().encodeToString(request.body()));
        }
        return services.call("dataprism.service.network.fetch", body).map(NetworkService::response);
    }

    private static Response response(Object reply) {
        Map<?, ?> answer = Replies.object(reply);
        Map<String, List<String>> headers = new HashMap<>();
        if (answer.get("headers") instanceof Map<?, ?> all) {
            all.forEach((name, values) -> headers.put(String.valueOf(name), texts(values)));
        }
        return new Response(
                (int) Replies.number(answer, "status"),
                Replies.text(answer, "url"),
                headers,
                Base64.getDecoder().decode(Replies.text(answer, "body")));
    }

    private static List<String> texts(@Nullable Object values) {
        List<String> texts = new ArrayList<>();
        if (values instanceof List<?> list) {
            list.forEach(value -> texts.add(String.valueOf(value)));
        }
        return List.copyOf(texts);
    }

    /**
     * What to ask.
     *
     * @param url with the scheme {@code http} or {@code https}
     * @param headers none of one connection, such as {@code Connection}, and not {@code Host}
     * @param body not copied
     * @param timeout to the last byte, redirects included; at most 30 s
     */
    public record Request(String method, String url, Map<String, String> headers, byte[] body, Duration timeout) {

        private static final Duration USUAL = Duration.ofSeconds(10);

        /** A GET with 10 s. */
        public static Request get(String url) {
            return new Request("GET", url, Map.of(), new byte[0], USUAL);
        }

        /** A POST with 10 s. */
        public static Request post(String url, String mediaType, byte[] body) {
            return new Request("POST", url, Map.of("Content-Type", mediaType), body, USUAL);
        }
    }

    /**
     * What came back.
     *
     * @param url of the last redirect
     * @param headers by their names in lower case
     */
    public record Response(int status, String url, Map<String, List<String>> headers, byte[] body) {}
}
