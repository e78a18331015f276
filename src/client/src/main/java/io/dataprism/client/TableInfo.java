package io.dataprism.client;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A table as a node shows it.
 *
 * @param document all members, as they came; not to be changed
 */
public record TableInfo(JsonNode document) {

    /** The name. */
    public String name() {
        return document.path("name").asText();
    }

    /** The version, which each change makes greater. */
    public long version() {
        return document.path("version").asLong();
    }

    /** The rows of that version. */
    public long rows() {
        return document.path("rows").asLong();
    }

    /** {@code [{name, type}]}, with the engine's names of types. */
    public JsonNode columns() {
        return document.path("columns");
    }
}
