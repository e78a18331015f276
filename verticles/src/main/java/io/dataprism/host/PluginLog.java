package io.dataprism.host;

import io.dataprism.plugin.PluginLogger.Level;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * The last lines of a plugin's log, numbered from 1 for as long as the node runs; the oldest line makes room. What the plugin
 * writes, by whichever way, counts against one rate; what is beyond it is dropped, and a line says how many within a second. Who
 * follows the log is a number, not a queue: it reads on when it can, and sees by the numbers what it has missed. Any thread;
 * nothing blocks.
 */
public final class PluginLog {

    /** How many lines are kept. */
    public static final int LINES_LIMIT = 1_000;

    /** How many bytes are kept, as JSON, of all lines together. */
    static final int BYTES_LIMIT = 4 * 1024 * 1024;

    /** How many lines a plugin writes in a second. */
    static final int LINES_A_SECOND = 200;

    private static final int MESSAGE_CHARACTERS = 8_192;
    private static final int FIELDS_BYTES = 8 * 1024;
    private static final int FOLLOWERS_LIMIT = 64;
    private static final Executor A_SECOND_LATER = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

    private final Deque<byte[]> lines = new ArrayDeque<>();
    private final Set<Runnable> followers = new CopyOnWriteArraySet<>();
    private long newest;
    private int bytes;
    private int linesThisSecond;
    private long secondBeganAt = System.nanoTime();
    private long dropped;
    private volatile boolean closed;

    /**
     * Lines in order.
     *
     * @param lines {@code {time, level, message, fields?}} as JSON in UTF-8, not to be written to
     * @param last the number of the last one; what was asked after, where there is none
     * @param missed how many made room before they were read
     */
    public record Page(List<byte[]> lines, long last, long missed) {}

    /** Writes a line of the node's own about the plugin. */
    public void add(Level level, String message) {
        append(line(level, message));
    }

    /**
     * Writes a line of the plugin's, or drops it.
     *
     * @param fields what belongs to the line; beyond 8 KiB as JSON, how large they were stands in their place
     */
    void addFromPlugin(Level level, String message, JsonObject fields) {
        if (!admit()) {
            return;
        }
        JsonObject line = line(level, message);
        if (!fields.isEmpty()) {
            int size = fields.toBuffer().length();
            line.put(
                    "fields",
                    size <= FIELDS_BYTES
                            ? fields
                            : new JsonObject()
                                    .put("dropped", size + " bytes of fields: at most " + FIELDS_BYTES + " are kept"));
        }
        append(line);
    }

    private static JsonObject line(Level level, String message) {
        String cut = message.length() > MESSAGE_CHARACTERS ? message.substring(0, MESSAGE_CHARACTERS) : message;
        return new JsonObject()
                .put("time", Instant.now().toString())
                .put("level", level.name())
                .put("message", cut);
    }

    private synchronized boolean admit() {
        long now = System.nanoTime();
        if (now - secondBeganAt >= TimeUnit.SECONDS.toNanos(1)) {
            secondBeganAt = now;
            linesThisSecond = 0;
        }
        if (linesThisSecond < LINES_A_SECOND) {
            linesThisSecond++;
            return true;
        }
        if (dropped++ == 0) {
            A_SECOND_LATER.execute(this::tellDropped);
        }
        return false;
    }

    private void tellDropped() {
        long lost;
        synchronized (this) {
            lost = dropped;
            dropped = 0;
        }
        append(line(Level.WARN, lost + " lines were dropped: at most " + LINES_A_SECOND + " a second are kept.")
                .put("fields", new JsonObject().put("dropped", lost)));
    }

    private void append(JsonObject line) {
        byte[] json = line.encode().getBytes(StandardCharsets.UTF_8);
        synchronized (this) {
            lines.addLast(json);
            bytes += json.length;
            newest++;
            while (lines.size() > LINES_LIMIT || bytes > BYTES_LIMIT) {
                bytes -= lines.removeFirst().length;
            }
        }
        followers.forEach(Runnable::run);
    }

    /** At most so many lines after the one of that number; 0: from the oldest. */
    public synchronized Page after(long number, int most) {
        long beforeOldest = newest - lines.size();
        long from = Math.max(number, beforeOldest);
        List<byte[]> found = new ArrayList<>();
        Iterator<byte[]> each = lines.iterator();
        for (long skipped = beforeOldest; skipped < from; skipped++) {
            each.next();
        }
        while (each.hasNext() && found.size() < most) {
            found.add(each.next());
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

    /** The plugin is gone: no line follows, and who follows is called once more, to see it. */
    void close() {
        closed = true;
        followers.forEach(Runnable::run);
    }

    /** Whether no line will follow. */
    public boolean isClosed() {
        return closed;
    }
}
