package io.dataprism.client;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What to follow and from where. Immutable: each method answers a copy.
 *
 * @param topics patterns such as {@code plugin:*} or {@code core:**}, at least one
 * @param cursor begin behind it; null: where {@code start} says
 * @param start where to begin without a cursor
 * @param overflow what the node does when this reader falls behind its log
 * @param windowEvents the most events that are on their way to the reader or wait for it in this process; 1 to 10,000
 */
public record Subscription(
        List<String> topics, @Nullable String cursor, Start start, Overflow overflow, int windowEvents) {

    private static final int WINDOW_EVENTS = 256;
    private static final int WINDOW_EVENTS_LIMIT = 10_000;

    /** Where to begin. */
    public enum Start {
        /** With what is published from now on. */
        LATEST,
        /** With the oldest event that is kept. */
        EARLIEST;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What becomes of a reader that falls behind the log. */
    public enum Overflow {
        /** It is disconnected, and resumes behind the last event that it got. */
        RESUME,
        /** It gets a gap, then what is new. */
        LATEST,
        /** It gets a gap, then what is left. */
        DROP;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Checks and copies. */
    public Subscription {
        topics = List.copyOf(topics);
        if (topics.isEmpty()) {
            throw new IllegalArgumentException("A subscription names no topic: give a pattern such as core:**.");
        }
        if (windowEvents < 1 || windowEvents > WINDOW_EVENTS_LIMIT) {
            throw new IllegalArgumentException(
                    "windowEvents is " + windowEvents + ": give 1 to " + WINDOW_EVENTS_LIMIT + ".");
        }
    }

    /** To what is published to these topics from now on. */
    public static Subscription to(String... topics) {
        return new Subscription(List.of(topics), null, Start.LATEST, Overflow.RESUME, WINDOW_EVENTS);
    }

    /** Beginning behind a cursor, of whatever subscription, transport or node it is. */
    public Subscription after(String newCursor) {
        return new Subscription(topics, newCursor, start, overflow, windowEvents);
    }

    /** Beginning with the oldest event that is kept. */
    public Subscription fromEarliest() {
        return new Subscription(topics, cursor, Start.EARLIEST, overflow, windowEvents);
    }

    /** With another way to treat a reader that falls behind. */
    public Subscription overflow(Overflow newOverflow) {
        return new Subscription(topics, cursor, start, newOverflow, windowEvents);
    }

    /** With another bound on what waits. */
    public Subscription windowEvents(int newWindowEvents) {
        return new Subscription(topics, cursor, start, overflow, newWindowEvents);
    }
}
