package io.dataprism.plugins.errors;

import io.dataprism.plugin.Event;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An error, as an event tells of it.
 *
 * @param source the publisher's URI
 * @param code stable; empty where the event has none
 * @param message for people
 * @param retryable whether the event says so itself
 * @param call what failed; null where the event does not say
 * @param text all of the event's data, for an example
 */
record ErrorReport(
        String topic,
        String source,
        Instant time,
        String code,
        String message,
        boolean retryable,
        @Nullable FailedCall call,
        String text) {

    private static final int TEXT_CHARACTERS = 2_000;
    private static final List<String> MESSAGES = List.of("detail", "reason", "error", "message");

    static ErrorReport of(Event event) {
        Map<?, ?> data = event.data() instanceof Map<?, ?> map ? map : Map.of();
        String text = cut(String.valueOf(event.data()));
        String message = MESSAGES.stream()
                .map(data::get)
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .findFirst()
                .orElse(text);
        return new ErrorReport(
                event.topic(),
                event.source(),
                event.time(),
                data.get("code") instanceof String code ? cut(code) : "",
                cut(message),
                Boolean.TRUE.equals(data.get("retryable")),
                FailedCall.of(data.get("call")),
                text);
    }

    private static String cut(String text) {
        return text.length() <= TEXT_CHARACTERS ? text : text.substring(0, TEXT_CHARACTERS) + "...";
    }
}
