package io.dataprism.core.permission;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/**
 * The tables that a whole chain of callers may read or write: for each link a list of patterns, and a table is inside when
 * every link has a pattern that matches it. The permission interceptor makes it and sends it in the header
 * {@link #HEADER}, which it strips of whatever a sender wrote; the engine asks it about each table of a statement.
 */
public record TableScope(List<List<String>> links) {

    /** The header of the bus message that carries {@link #encode()}. */
    public static final String HEADER = "dataprism-table-scope";

    /** The same for the tables that may be written, where a message reads some and writes others. */
    public static final String TARGET_HEADER = "dataprism-target-table-scope";

    private static final ObjectMapper JSON = new ObjectMapper();

    public TableScope {
        links = links.stream().map(List::copyOf).toList();
    }

    /** Every table. */
    public static TableScope everything() {
        return new TableScope(List.of(List.of("*")));
    }

    /** No table: what a message without the header gets. */
    public static TableScope nothing() {
        return new TableScope(List.of(List.of()));
    }

    /** Whether every link of the chain may use that table. */
    public boolean allows(String table) {
        return links.stream()
                .allMatch(patterns -> patterns.stream().anyMatch(pattern -> ScopePattern.matches(pattern, table)));
    }

    /** As a header's value. */
    public String encode() {
        try {
            return JSON.writeValueAsString(links);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A list of strings could not be written as JSON: " + links, impossible);
        }
    }

    /** What {@link #encode()} wrote. */
    public static TableScope decode(String header) {
        try {
            return new TableScope(JSON.readValue(header, new TypeReference<>() {}));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("The header " + HEADER + " holds no table scope: " + header, e);
        }
    }
}
