package io.dataprism.core.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/**
 * The topics that a whole chain of callers may publish to or follow: for each link a list of patterns, and a topic is inside
 * when every link has a pattern that means it. The permission interceptor makes it and sends it in the header
 * {@link #HEADER}, which it strips of whatever a sender wrote.
 */
public record TopicScope(List<List<TopicPattern>> links) {

    /** The header of the bus message that carries {@link #encode()}. */
    public static final String HEADER = "dataprism-topic-scope";

    private static final ObjectMapper JSON = new ObjectMapper();

    public TopicScope {
        links = links.stream().map(List::copyOf).toList();
    }

    /** For patterns as they are written; fails with {@code REQUEST_INVALID} where one is malformed. */
    public static TopicScope of(List<List<String>> links) {
        return new TopicScope(links.stream()
                .map(link -> link.stream().map(TopicPattern::parse).toList())
                .toList());
    }

    /** Every topic. */
    public static TopicScope everything() {
        return of(List.of(List.of("**")));
    }

    /** No topic: what a message without the header gets. */
    public static TopicScope nothing() {
        return new TopicScope(List.of(List.of()));
    }

    /** Whether every link of the chain may use that topic. */
    public boolean allows(Topic topic) {
        return links.stream().allMatch(patterns -> patterns.stream().anyMatch(pattern -> pattern.matches(topic)));
    }

    /** Whether every link of the chain may use every topic of that pattern. */
    public boolean allows(TopicPattern wanted) {
        return links.stream().allMatch(patterns -> patterns.stream().anyMatch(pattern -> pattern.covers(wanted)));
    }

    /** As a header's value. */
    public String encode() {
        List<List<String>> texts = links.stream()
                .map(link -> link.stream().map(TopicPattern::text).toList())
                .toList();
        try {
            return JSON.writeValueAsString(texts);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A list of strings could not be written as JSON: " + texts, impossible);
        }
    }

    /** What {@link #encode()} wrote. */
    public static TopicScope decode(String header) {
        try {
            return of(JSON.readValue(header, new TypeReference<>() {}));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("The header " + HEADER + " holds no topic scope: " + header, e);
        }
    }
}
