package io.dataprism.plugin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A kind of drawing that a plugin has.
 *
 * @param requiredFields the roles that columns must be given, such as {@code x}
 * @param optionalFields the roles that columns may be given
 * @param preview a small picture as a {@code data:} address; null where there is none
 */
public record VisualizationType(
        String name,
        String description,
        Category category,
        List<String> requiredFields,
        List<String> optionalFields,
        @Nullable String preview) {

    public VisualizationType {
        requiredFields = List.copyOf(requiredFields);
        optionalFields = List.copyOf(optionalFields);
    }

    /** What it looks like. */
    public enum Category {
        CHART,
        TABLE,
        MAP,
        NETWORK,
        CUSTOM
    }
}
