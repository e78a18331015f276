package io.dataprism.gateway;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
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
    private static final String ANSWER_HEADERS =
            "Dataprism-Query-Id, Dataprism-Nodes-Missing, ETag, Retry-After, WWW-Authenticate, Allow";
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
        MultiMap answer = context.response().headers();
        // when the head goes out, since whoever answers has a Vary of its own
        context.addHeadersEndHandler(v -> vary(answer));
        if (share(context.request()) && isPreflight(context.request())) {
            allow(answer);
            Answers.nothing(context);
            return;
        }
        context.next();
    }

    /** For a request that no router will see: what it is answered may be read as any answer may. */
    void shareRefusal(HttpServerRequest request) {
        if (!origins.isEmpty()) {
            share(request);
            vary(request.response().headers());
        }
    }

    /**
     * The same for a request that is refused for want of room. What a browser asks before the page's own request must be answered, or
     * the page never hears why that one is refused.
     *
     * @return whether this was such a question, and is answered
     */
    boolean answersPreflight(HttpServerRequest request) {
        shareRefusal(request);
        MultiMap answer = request.response().headers();
        if (!answer.contains(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN) || !isPreflight(request)) {
            return false;
        }
        allow(answer);
        request.response().setStatusCode(204).end();
        return true;
    }

    /** Whether the request is of a page that may read its answer, which says so from now on. */
    private boolean share(HttpServerRequest request) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin == null || !origins.contains(origin)) {
            return false;
        }
        MultiMap answer = request.response().headers();
        answer.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        answer.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, ANSWER_HEADERS);
        return true;
    }

    private static boolean isPreflight(HttpServerRequest request) {
        return request.method() == HttpMethod.OPTIONS
                && request.headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
    }

    private static void allow(MultiMap answer) {
        answer.set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        answer.set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS);
        answer.set(HttpHeaders.ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS);
    }

    private static void vary(MultiMap answer) {
        String others = answer.get(HttpHeaders.VARY);
        answer.set(HttpHeaders.VARY, others == null ? "Origin" : others + ", Origin");
    }
}
