package io.dataprism.core.event;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.util.List;

/** Where an event is published: segments of {@code [A-Za-z0-9_.-]+} joined by {@code :}, never a pattern. */
public final class Topic {

    /** The most segments of a topic or a pattern. */
    public static final int SEGMENTS_LIMIT = 8;

    /** The most bytes of a topic or a pattern; all legal characters are one byte. */
    public static final int BYTES_LIMIT = 256;

    private static final String GRAMMAR = "Write 1 to " + SEGMENTS_LIMIT
            + " segments of the characters A-Z a-z 0-9 _ . - joined by ':', at most " + BYTES_LIMIT + " bytes in all.";

    private final String name;
    private final List<String> segments;

    private Topic(String name, List<String> segments) {
        this.name = name;
        this.segments = segments;
    }

    /** Reads a topic; fails with {@code REQUEST_INVALID}, for patterns too. */
    public static Topic parse(String name) {
        if (name.indexOf('*') >= 0) {
            throw invalid("topic", name, "is a pattern, and events are published to one topic each");
        }
        List<String> segments = split("topic", name);
        for (String segment : segments) {
            if (!isWord(segment)) {
                throw invalid("topic", name, "has the segment '" + segment + "'");
            }
        }
        return new Topic(name, segments);
    }

    /** The whole name. */
    public String name() {
        return name;
    }

    /** Its segments, 1 to {@value #SEGMENTS_LIMIT}. */
    public List<String> segments() {
        return segments;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Topic topic && topic.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }

    static List<String> split(String what, String name) {
        if (name.length() > BYTES_LIMIT) {
            throw invalid(what, name.substring(0, BYTES_LIMIT) + "...", "has " + name.length() + " characters");
        }
        List<String> segments = List.of(name.split(":", -1));
        if (segments.size() > SEGMENTS_LIMIT) {
            throw invalid(what, name, "has " + segments.size() + " segments");
        }
        return segments;
    }

    static boolean isWord(String segment) {
        return !segment.isEmpty() && segment.chars().allMatch(Topic::isWordCharacter);
    }

    static DataPrismException invalid(String what, String name, String why) {
        return new DataPrismException(
                ErrorCode.REQUEST_INVALID, "The " + what + " '" + name + "' " + why + ".", GRAMMAR);
    }

    private static boolean isWordCharacter(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.' || c == '-';
    }
}
