package io.dataprism.client;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A plugin as a node shows it.
 *
 * @param document all members, as they came; not to be changed
 */
public record PluginInfo(JsonNode document) {

    /** The name, unique on a node. */
    public String name() {
        return document.path("name").asText();
    }

    /** The version that is chosen. */
    public String version() {
        return document.path("version").asText();
    }

    /** {@code registered}, {@code resolved}, {@code loaded}, {@code active}, {@code draining}, {@code unloaded}, {@code failed} or {@code quarantined}. */
    public String state() {
        return document.path("state").asText();
    }

    /** Whether it asks for what is not granted. */
    public boolean isPending() {
        return !document.path("pending").isEmpty();
    }
}
