package io.dataprism.core.placement;

import java.util.Map;

/**
 * A node that plugins may be placed on.
 *
 * @param labels what the operator says of it
 */
public record PlaceableNode(String id, Map<String, String> labels) {

    /** The label that nodes with a common fate share: a room, a rack, a zone of a cloud. */
    public static final String ZONE = "zone";

    public PlaceableNode {
        labels = Map.copyOf(labels);
    }

    /** Whether it has all of those labels. */
    boolean has(Map<String, String> wanted) {
        return labels.entrySet().containsAll(wanted.entrySet());
    }

    /** What it shares its fate with; a node without a zone shares it with nobody. */
    String fate() {
        String zone = labels.get(ZONE);
        return zone == null ? "node " + id : "zone " + zone;
    }
}
