package io.dataprism.host;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import org.jspecify.annotations.Nullable;

/**
 * The last lines of a plugin's log, numbered from 1 for as long as the node runs; the oldest line makes room. Who follows it is a
 * number, not a queue: it reads on when it can, and sees by the numbers what it has missed. Any thread; nothing blocks.
 */
public final class PluginLog {

    /** How many lines are kept. */
    public static final int LINES_LIMIT = 1_000;

    private static final int LINE_CHARACTERS = 8_192;
    private static final int FOLLOWERS_LIMIT = 64;

    private final Deque<JsonObject> lines = new ArrayDeque<>();
    private final Set<Runnable> followers = new CopyOnWriteArraySet<>();
    private long newest;

    /**
     * Lines in order.
     *
     * @param lines {@code {time, level, message, fields?}}; theirs who asked
     * @param last the number of the last one; what was asked after, where there is none
     * @param missed how many made room before they were read
     */
    public record Page(List<JsonObject> lines, long last, long missed) {}

    /** Writes a line without fields. */
    public void add(String level, String message) {
        add(level, message, null);
    }

    /** @param fields what belongs to the line, as JSON; copied by who writes it; null: nothing */
    void add(String level, String message, @Nullable JsonObject fields) {
        String cut = message.length() > LINE_CHARACTERS ? message.substring(0, LINE_CHARACTERS) : message;
        JsonObject line = new JsonObject()
                .put("time", Instant.now().toString())
                .put("level", level)
                .put("message", cut);
        if (fields != null && !fields.isEmpty()) {
            line.put("fields", fields);
        }
        synchronized (this) {
            if (lines.size() == LINES_LIMIT) {
                lines.removeFirst();
            }
            lines.addLast(line);
            newest++;
        }
        followers.forEach(Runnable::run);
    }

    /** At most so many lines after the one of that number; 0: from the oldest. */
    public synchronized Page after(long number, int most) {
        long beforeOldest = newest - lines.size();
        long from = Math.max(number, beforeOldest);
        List<JsonObject> found = new ArrayList<>();
        Iterator<JsonObject> each = lines.iterator();
        for (long skipped = beforeOldest; skipped < from; skipped++) {
            each.next();
        }
        while (each.hasNext() && found.size() < most) {
            found.add(each.next().copy());
        }
        return new Page(found, from + found.size(), number == 0 ? 0 : from - number);
    }

    /** Calls {@code more}, on whichever thread writes, after each line, until {@link #unfollow}; false: too many follow. */
    public boolean follow(Runnable more) {
        return followers.size() < FOLLOWERS_LIMIT && followers.add(more);
    }

    /** Calls it no more; again: nothing. */
    public void unfollow(Runnable more) {
        followers.remove(more);
    }

    /** How many follow. */
    public int followers() {
        return followers.size();
    }
}
