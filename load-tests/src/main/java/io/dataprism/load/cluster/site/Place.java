package io.dataprism.load.cluster.site;

import java.util.List;

/**
 * Where one node stands.
 *
 * @param host that clients reach it at
 * @param port of its gateway
 * @param bind its address for other nodes
 * @param grid Hazelcast's port
 * @param bus the event bus's
 * @param peer the port for files
 * @param before words before each command that is to run there
 */
public record Place(String host, int port, String bind, int grid, int bus, int peer, List<String> before) {

    public Place {
        before = List.copyOf(before);
    }

    /** As the other nodes' configuration names it. */
    public String member() {
        return bind + ":" + grid;
    }
}
