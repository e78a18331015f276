package io.dataprism.client;

import com.fasterxml.jackson.databind.JsonNode;
import reactor.core.publisher.Mono;

/** The nodes of a cluster; one that is alone is a cluster of one. Nothing is sent before somebody subscribes; failures are {@link ClientException}s. */
public final class Cluster {

    private static final String PATH = "/v1/cluster";

    private final Requests requests;

    Cluster(Requests requests) {
        this.requests = requests;
    }

    /**
     * Who there is, and which plugins run where.
     *
     * @return {@code {members: [{id, address, roles, version, ...}], placement: [{plugin, nodes, ...}], majority}}
     */
    public Mono<JsonNode> get() {
        return requests.get(PATH);
    }

    /** Has a node hand its plugins over to others, finish what it has, and leave; for operators. Answers when that has begun. */
    public Mono<JsonNode> drain(String nodeId) {
        return requests.post(PATH + "/nodes/" + Requests.segment(nodeId) + "/drain");
    }

    /** Takes a node that will not come back off the list of data members, most of which must be seen for changes; for operators. */
    public Mono<Void> forget(String nodeId) {
        return requests.delete(PATH + "/nodes/" + Requests.segment(nodeId));
    }
}
