package io.dataprism.gateway;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/**
 * Lets pages of other origins read answers, by Cross-Origin Resource Sharing: of exactly those origins that the configuration
 * names. Credentials are not shared: such pages send Bearer tokens. Every answer says so, errors and streams included.
 */
final class Cors {

    private static final String METHODS = "GET, HEAD, POST, PUT, DELETE";
    private static final String REQUEST_HEADERS =
            "Authorization, Content-Type, Accept, Last-Event-ID, If-Match, Cache-Control";
    private static final String ANSWER_HEADERS = "Dataprism-Query-Id, ETag, Retry-After, WWW-Authenticate, Allow";
    private static final String MAX_AGE_SECONDS = "600";

    private final Set<String> origins;

    /** @param origins as browsers write them; empty: nothing is shared */
    Cors(Set<String> origins) {
        this.origins = Set.copyOf(origins);
    }

    /** Goes before everything that may answer. */
    void handle(RoutingContext context) {
        if (origins.isEmpty()) {
            context.next();
            return;
        }
        String origin = context.request().getHeader(HttpHeaders.ORIGIN);
        boolean ours = origin != null && origins.contains(origin);
        MultiMap answer = context.response().headers();
        // when the head goes out, since whoever answers has a Vary of its own
        context.addHeadersEndHandler(v -> vary(answer));
        if (ours) {
            answer.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            answer.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, ANSWER_HEADERS);
        }
        boolean preflight = context.request().method() == HttpMethod.OPTIONS
                && context.request().headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
        if (ours && preflight) {
            answer.set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS);
            answer.set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS);
            answer.set(HttpHeaders.ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS);
            Answers.nothing(context);
            return;
        }
        context.next();
    }

    private static void vary(MultiMap answer) {
        String others = answer.get(HttpHeaders.VARY);
        answer.set(HttpHeaders.VARY, others == null ? "Origin" : others + ", Origin");
    }
}
