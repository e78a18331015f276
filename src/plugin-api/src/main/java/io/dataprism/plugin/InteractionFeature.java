package io.dataprism.plugin;

import java.util.List;

/**
 * Something that a reader of a drawing can do with it.
 *
 * @param events the names of the browser's events that it listens to, such as {@code pointermove}
 */
public record InteractionFeature(String name, String description, List<String> events) {

    public InteractionFeature {
        events = List.copyOf(events);
    }
}
