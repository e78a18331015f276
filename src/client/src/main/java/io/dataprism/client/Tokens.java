package io.dataprism.client;

import com.fasterxml.jackson.databind.JsonNode;
import reactor.core.publisher.Mono;

/** The API tokens of a node, for its admins. Nothing is sent before somebody subscribes; failures are {@link ClientException}s. */
public final class Tokens {

    private static final String PATH = "/v1/tokens";

    private final Requests requests;

    Tokens(Requests requests) {
        this.requests = requests;
    }

    /**
     * Makes one.
     *
     * @param rights {@code {sub, roles, topics?, tables?, plugins?, ttlSeconds}}
     * @return {@code {id, token, exp}}; the token is shown this once
     */
    public Mono<JsonNode> create(JsonNode rights) {
        return requests.send("POST", PATH, rights);
    }

    /** Those that have not ended: an array, without anything secret. */
    public Mono<JsonNode> list() {
        return requests.get(PATH);
    }

    /** Ends one, and every session and connection that it has opened. */
    public Mono<Void> revoke(String id) {
        return requests.delete(PATH + "/" + Requests.segment(id));
    }
}
