package io.dataprism.plugin;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event, as a plugin sees it.
 *
 * @param topic where it was published
 * @param source who published it, as a URI reference: {@code /plugins/<name>}, {@code /users/<sub>} or {@code /nodes/<id>}
 * @param time when it was appended
 * @param data a JSON value
 * @param cursor its place in the log, opaque
 */
public record Event(
        String topic, String source, Instant time, @Nullable Object data, String cursor) {}
