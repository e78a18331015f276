package io.dataprism.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * An event: a CloudEvent 1.0.
 *
 * @param cursor behind which following goes on
 * @param document the CloudEvent as it came; not to be changed
 */
public record Event(String cursor, JsonNode document) implements Signal {

    /** The topic, such as {@code plugin:activated}. */
    public String topic() {
        return document.path("subject").asText();
    }

    /** What was published; a missing node where it is {@code data_base64}. */
    public JsonNode data() {
        return document.path("data");
    }

    /** The event's own name, of no other event of its source. */
    public String id() {
        return document.path("id").asText();
    }

    /** Who published it: {@code /users/<sub>}, {@code /plugins/<name>} or {@code /nodes/<id>}. */
    public String source() {
        return document.path("source").asText();
    }

    /** Orders the events of one topic within one {@link #epoch()}: 20 digits, compared as text. */
    public String sequence() {
        return document.path("sequence").asText();
    }

    /** Which log {@link #sequence()} counts in. */
    public String epoch() {
        return document.path("epoch").asText();
    }

    /**
     * When it was published.
     *
     * @throws java.time.format.DateTimeParseException where the node wrote no time
     */
    public Instant time() {
        return Instant.parse(document.path("time").asText());
    }
}
