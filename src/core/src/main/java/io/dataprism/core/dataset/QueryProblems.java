package io.dataprism.core.dataset;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.time.Duration;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What goes wrong with a query, in the words of the contract. */
final class QueryProblems {

    private static final Logger LOG = LoggerFactory.getLogger(QueryProblems.class);
    private static final Pattern EXCERPT = Pattern.compile("\nLINE (\\d+): (.*)\n( *)\\^", Pattern.DOTALL);
    private static final String CUT = "...";
    private static final int RETRY_AFTER_SECONDS = 1;

    private QueryProblems() {}

    /** The engine's failure to prepare, run or go on with a statement. */
    static DataPrismException of(String sql, Throwable failure) {
        if (failure instanceof DataPrismException known) {
            return known;
        }
        EngineMessage message = EngineMessage.of(failure);
        String kind = message.kind();
        String first = firstLine(message.text(), kind);
        return switch (kind) {
            case "Out of Memory Error", "OutOfMemoryException Error" -> outOfMemory();
            case "Permission Error" ->
                new DataPrismException(
                        ErrorCode.QUERY_NOT_ALLOWED,
                        "The query was refused by the engine: " + first,
                        "Read tables only.");
            case "INTERRUPT Error" -> interruptedByItself();
            case "", "IO Error", "INTERNAL Error", "FATAL Error", "HTTP Error" -> unforeseen(failure);
            default -> invalid(sql, message.text(), first);
        };
    }

    /**
     * One thread of the engine found an error and stopped the others, and one of those was heard first: about one failure in
     * fifty where threads outnumber processors (DuckDB 1.5.6). What was found is lost by then. A stop of ours never comes here.
     */
    private static DataPrismException interruptedByItself() {
        return new DataPrismException(
                ErrorCode.QUERY_INVALID,
                "The query failed while it ran, and the engine stopped its threads before it told what was wrong.",
                "Run it again to see the error itself.");
    }

    private static DataPrismException invalid(String sql, String text, String first) {
        DataPrismException problem = new DataPrismException(
                ErrorCode.QUERY_INVALID,
                "The query failed: " + first,
                "Correct the statement or the data that it reads; DESCRIBE shows the columns of a table.");
        int position = position(sql, text);
        return position < 0 ? problem : problem.with("position", position);
    }

    /** Where the engine's caret points, as an offset into the statement; -1 where it points nowhere. */
    static int position(String sql, String text) {
        Matcher excerpt = EXCERPT.matcher(text);
        if (!excerpt.find()) {
            return -1;
        }
        String prefix = "LINE " + excerpt.group(1) + ": ";
        String shown = excerpt.group(2);
        int caret = excerpt.group(3).length() - prefix.length();
        int start = lineStart(sql, Integer.parseInt(excerpt.group(1)));
        if (start < 0 || caret < 0) {
            return -1;
        }
        if (!shown.startsWith(CUT)) {
            return start + caret;
        }
        String middle = shown.substring(CUT.length());
        int inLine =
                sql.indexOf(middle.endsWith(CUT) ? middle.substring(0, middle.length() - CUT.length()) : middle, start);
        return inLine < 0 ? -1 : inLine + caret - CUT.length();
    }

    private static int lineStart(String sql, int line) {
        int start = 0;
        for (int i = 1; i < line; i++) {
            start = sql.indexOf('\n', start) + 1;
            if (start == 0) {
                return -1;
            }
        }
        return start;
    }

    /** The first line without its kind. What follows may name tables that the caller must not know of. */
    private static String firstLine(String text, String kind) {
        String line = text.lines().findFirst().orElse(text);
        return kind.isEmpty() ? line : line.substring(Math.min(line.length(), kind.length() + 2));
    }

    static DataPrismException timeout(Duration timeout) {
        return new DataPrismException(
                ErrorCode.QUERY_TIMEOUT,
                "The query had " + timeout.toMillis() + " ms from its start to its last byte, and they are over.",
                "Ask for less, read faster, or send a larger timeoutMs, at most 600000.");
    }

    static DataPrismException overloaded(int limit) {
        return new DataPrismException(
                        ErrorCode.OVERLOADED,
                        "This node has " + limit + " open queries, which is its limit.",
                        "Try again after some have ended; GET /v1/queries lists them.")
                .with("retryAfterSeconds", RETRY_AFTER_SECONDS);
    }

    static DataPrismException tooManyLoads(int limit) {
        return new DataPrismException(
                        ErrorCode.OVERLOADED,
                        "This node has " + limit + " loads waiting, which is its limit.",
                        "Try again when some are done.")
                .with("retryAfterSeconds", RETRY_AFTER_SECONDS);
    }

    static DataPrismException cancelled(String queryId) {
        return new DataPrismException(
                ErrorCode.QUERY_NOT_FOUND,
                "Query " + queryId + " was cancelled.",
                "Run it again if it is still wanted.");
    }

    static DataPrismException idTaken(String id) {
        return new DataPrismException(
                ErrorCode.STATE_CONFLICT,
                "A query with the id " + id + " is open already.",
                "Give each query its own.");
    }

    static DataPrismException notFound(String queryId) {
        return new DataPrismException(
                ErrorCode.QUERY_NOT_FOUND,
                "There is no query " + queryId + " that is queued or running.",
                "GET /v1/queries lists them.");
    }

    static DataPrismException draining() {
        return new DataPrismException(ErrorCode.DRAINING, "This node is stopping.", "Try again on another node.")
                .with("retryAfterSeconds", RETRY_AFTER_SECONDS);
    }

    static DataPrismException outOfMemory() {
        return new DataPrismException(
                        ErrorCode.OVERLOADED,
                        "The query needs more memory than the engine has.",
                        "Ask for less at once, or try again when fewer queries run.")
                .with("retryAfterSeconds", RETRY_AFTER_SECONDS);
    }

    private static DataPrismException unforeseen(Throwable failure) {
        String instance = UUID.randomUUID().toString();
        LOG.error("A query failed in a way that nobody foresaw {}", instance, failure);
        return new DataPrismException(
                        ErrorCode.INTERNAL,
                        "The engine failed.",
                        "Look for the instance " + instance + " in the node's log.")
                .with("instance", instance);
    }
}
