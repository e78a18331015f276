package io.dataprism.gateway.logs;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BiFunction;

/** One node's log, as far as a reader has come. Belongs to the reader's context. */
final class LogSource {

    private final String node;
    private final BiFunction<String, Long, Future<LogPage>> pages;
    private final Deque<Line> lines = new ArrayDeque<>();
    private String log = "";
    private long last;
    private boolean fetching;
    private boolean behind = true;
    private boolean failed;

    /** A line as it is told, and of when it is. */
    private record Line(byte[] json, Instant time) {}

    /** @param pages asks for what follows a line: the log's name, empty at first, and its number */
    LogSource(String node, BiFunction<String, Long, Future<LogPage>> pages) {
        this.node = node;
        this.pages = pages;
    }

    String node() {
        return node;
    }

    /** Whether it has nothing at hand and has not said that there is no more. */
    boolean isHungry() {
        return lines.isEmpty() && behind && !fetching;
    }

    /** Whether what it has next is not known yet. */
    boolean isAwaited() {
        return lines.isEmpty() && fetching;
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    /** There may be more. */
    void wake() {
        behind = true;
    }

    /** Asks for a page; then: whoever waits may look again. */
    void fetch(Runnable then) {
        fetching = true;
        pages.apply(log, last).onComplete(page -> {
            fetching = false;
            if (page.succeeded()) {
                take(page.result());
            } else {
                behind = false;
                tellOnce(page.cause());
            }
            then.run();
        });
    }

    private void take(LogPage page) {
        failed = false;
        log = page.log();
        last = page.last();
        behind = !page.lines().isEmpty();
        if (page.missed() > 0) {
            lines.add(told(page.missed() + " lines were missed: this reader is slow."));
        }
        page.lines().forEach(line -> lines.add(new Line(withNode(line), time(line))));
    }

    private void tellOnce(Throwable failure) {
        if (!failed) {
            failed = true;
            lines.add(told("The lines of this node cannot be read: " + failure.getMessage()));
        }
    }

    private Line told(String message) {
        Instant now = Instant.now();
        JsonObject line = new JsonObject()
                .put("time", now.toString())
                .put("level", "WARN")
                .put("message", message)
                .put("node", node);
        return new Line(line.encode().getBytes(StandardCharsets.UTF_8), now);
    }

    private byte[] withNode(byte[] json) {
        byte[] member = (",\"node\":\"" + node + "\"}").getBytes(StandardCharsets.UTF_8);
        byte[] line = new byte[json.length - 1 + member.length];
        System.arraycopy(json, 0, line, 0, json.length - 1);
        System.arraycopy(member, 0, line, json.length - 1, member.length);
        return line;
    }

    /** Lines begin with their time. */
    private static Instant time(byte[] json) {
        String start = new String(json, 0, Math.min(json.length, 64), StandardCharsets.UTF_8);
        String before = "{\"time\":\"";
        int end = start.indexOf('"', before.length());
        try {
            return start.startsWith(before) && end > 0
                    ? Instant.parse(start.substring(before.length(), end))
                    : Instant.EPOCH;
        } catch (DateTimeException noTime) {
            return Instant.EPOCH;
        }
    }

    Instant firstTime() {
        return lines.getFirst().time();
    }

    byte[] next() {
        return lines.removeFirst().json();
    }
}
