package io.dataprism.plugin;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What another plugin has sent to this one.
 *
 * @param sender who sent it, as the host knows: {@code /plugins/<name>}
 * @param time when it passed the host
 * @param data a JSON value
 */
public record DirectMessage(
        String sender, Instant time, @Nullable Object data) {}
