package io.dataprism.audit;

import io.dataprism.core.audit.AuditCursor;
import io.dataprism.core.audit.AuditPage;
import io.dataprism.core.audit.AuditStart;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One reading of all logs: a page of each, the oldest line first, and of one log's lines in their order. Ends with the last line of
 * everybody, with as many lines as were asked for, or with {@value #BYTES_LIMIT} bytes. On the context that began it.
 */
final class AuditMerge {

    /** The most bytes of one answer; whoever wants more reads on behind its last line. */
    static final int BYTES_LIMIT = 4 * 1024 * 1024;

    private static final Duration WITHIN = Duration.ofSeconds(60);
    private static final int PAGE_LINES = 1_000;
    private static final int PAGES_BYTES = 2 * 1024 * 1024;
    private static final int PAGE_BYTES_LEAST = 32 * 1024;
    private static final int PAGE_BYTES_MOST = 512 * 1024;

    private final List<Source> sources;
    private final Pages pages;
    private final AuditCursor cursor;
    private final int limit;
    private final int pageBytes;
    private final long untilNanos = System.nanoTime() + WITHIN.toNanos();
    private final Buffer answer = Buffer.buffer();
    private final Promise<Buffer> done = Promise.promise();
    private int lines;

    /** Where pages come from. */
    @FunctionalInterface
    interface Pages {
        Future<AuditPage> page(String node, AuditStart from, int most, int bytes);
    }

    /** One node's log, as far as it is at hand. */
    private static final class Source {
        private final String node;
        private final Deque<AuditPage.Line> lines = new ArrayDeque<>();
        private AuditStart next;
        private boolean end;
        private @Nullable Throwable failure;

        Source(String node, AuditStart from) {
            this.node = node;
            this.next = from;
        }

        boolean isHungry() {
            return lines.isEmpty() && !end;
        }

        long firstMillis() {
            return lines.getFirst().millis();
        }
    }

    AuditMerge(List<String> nodes, Pages pages, AuditCursor from, int limit) {
        this.sources =
                nodes.stream().map(node -> new Source(node, from.of(node))).toList();
        this.pages = pages;
        this.cursor = from;
        this.limit = limit;
        this.pageBytes = Math.clamp(PAGES_BYTES / Math.max(1, nodes.size()), PAGE_BYTES_LEAST, PAGE_BYTES_MOST);
    }

    /** The lines, each with its cursor. */
    Future<Buffer> run() {
        go();
        return done.future();
    }

    /** The nodes whose lines are missing, wholly or from some line on. */
    List<String> missing() {
        return sources.stream()
                .filter(source -> source.failure != null)
                .map(source -> source.node)
                .toList();
    }

    private void go() {
        List<Future<AuditPage>> coming =
                sources.stream().filter(Source::isHungry).map(this::fetch).toList();
        if (coming.isEmpty()) {
            write();
        } else if (System.nanoTime() > untilNanos) {
            done.tryFail(new DataPrismException(
                    ErrorCode.OVERLOADED,
                    "Reading the audit log took longer than " + WITHIN.toSeconds() + " s.",
                    "Ask for fewer lines, or for those behind a cursor."));
        } else {
            Future.join(coming).onComplete(all -> write());
        }
    }

    private Future<AuditPage> fetch(Source source) {
        return pages.page(source.node, source.next, Math.min(PAGE_LINES, limit - lines), pageBytes)
                .onSuccess(page -> {
                    source.lines.addAll(page.lines());
                    source.next = page.next();
                    source.end = page.end();
                })
                .onFailure(failure -> {
                    source.failure = failure;
                    source.end = true;
                });
    }

    private void write() {
        while (lines < limit && answer.length() < BYTES_LIMIT) {
            if (sources.stream().anyMatch(Source::isHungry)) {
                go();
                return;
            }
            Source oldest = sources.stream()
                    .filter(source -> !source.lines.isEmpty())
                    .min(Comparator.comparingLong(Source::firstMillis))
                    .orElse(null);
            if (oldest == null) {
                break;
            }
            write(oldest.node, oldest.lines.removeFirst());
        }
        Throwable failure = sources.getFirst().failure;
        if (failure != null && lines == 0 && missing().size() == sources.size()) {
            done.tryFail(failure);
        } else {
            done.tryComplete(answer);
        }
    }

    private void write(String node, AuditPage.Line line) {
        cursor.advance(node, line);
        String json = line.json();
        answer.appendString(json.substring(0, json.length() - 1))
                .appendString(",\"cursor\":\"")
                .appendString(cursor.text())
                .appendString("\"}\n");
        lines++;
    }
}
