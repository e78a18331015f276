package io.dataprism.core.event;

import java.util.ArrayList;
import java.util.List;

/**
 * Which topics are meant: {@code *} stands for one whole segment, a last {@code **} for one or more, and a lone {@code *} is
 * {@code **}. A topic is a pattern that means itself.
 */
public final class TopicPattern {

    private static final String ONE = "*";
    private static final String REST = "**";

    private final String text;
    private final List<String> segments;
    private final boolean open;

    private TopicPattern(String text, List<String> segments, boolean open) {
        this.text = text;
        this.segments = segments;
        this.open = open;
    }

    /** Reads a pattern; fails with {@code REQUEST_INVALID}. */
    public static TopicPattern parse(String text) {
        List<String> written = Topic.split("topic pattern", text);
        for (int i = 0; i < written.size(); i++) {
            String segment = written.get(i);
            boolean wildcard = segment.equals(ONE) || segment.equals(REST) && i == written.size() - 1;
            if (!wildcard && !Topic.isWord(segment)) {
                throw Topic.invalid(
                        "topic pattern",
                        text,
                        "has the segment '" + segment
                                + "', where a wildcard is a whole segment '*' or the last segment '**'");
            }
        }
        return of(text, written);
    }

    /** {@code open}: any number of segments follow. The last {@code **} of a pattern of full length can only be one segment. */
    private static TopicPattern of(String text, List<String> written) {
        int last = written.size() - 1;
        boolean lone = text.equals(ONE);
        if (!lone && !written.get(last).equals(REST)) {
            return new TopicPattern(text, written, false);
        }
        if (last == Topic.SEGMENTS_LIMIT - 1) {
            List<String> closed = new ArrayList<>(written.subList(0, last));
            closed.add(ONE);
            return new TopicPattern(text, List.copyOf(closed), false);
        }
        return new TopicPattern(text, written.subList(0, last), true);
    }

    /** As it was written. */
    public String text() {
        return text;
    }

    /** Whether it has no wildcard: it means the topic of its own name alone. */
    public boolean isTopic() {
        return !open && !segments.contains(ONE);
    }

    /** Whether that topic is meant. */
    public boolean matches(Topic topic) {
        List<String> words = topic.segments();
        if (open ? words.size() <= segments.size() : words.size() != segments.size()) {
            return false;
        }
        for (int i = 0; i < segments.size(); i++) {
            if (!coversSegment(segments.get(i), words.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Whether every topic that {@code other} means is meant by this too. */
    public boolean covers(TopicPattern other) {
        boolean longEnough = open
                ? other.minimumLength() > segments.size()
                : !other.open && other.segments.size() == segments.size();
        if (!longEnough) {
            return false;
        }
        for (int i = 0; i < segments.size(); i++) {
            if (!coversSegment(segments.get(i), other.segments.get(i))) {
                return false;
            }
        }
        return true;
    }

    private int minimumLength() {
        return open ? segments.size() + 1 : segments.size();
    }

    private static boolean coversSegment(String ours, String theirs) {
        return ours.equals(ONE) || ours.equals(theirs);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TopicPattern pattern && pattern.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
