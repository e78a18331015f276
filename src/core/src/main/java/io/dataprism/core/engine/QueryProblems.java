package io.dataprism.core.engine;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.time.Duration;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What goes wrong with a query, in the words of the contract. */
public final class QueryProblems {

    private static final Logger LOG = LoggerFactory.getLogger(QueryProblems.class);
    private static final int RETRY_AFTER_SECONDS = 1;

    private QueryProblems() {}

    public static DataPrismException timeout(Duration timeout) {
        return new DataPrismException(
                ErrorCode.QUERY_TIMEOUT,
                "The query had " + timeout.toMillis() + " ms from its start to its last byte, and they are over.",
                "Ask for less, read faster, or send a larger timeoutMs, at most 600000.");
    }

    public static DataPrismException overloaded(int limit) {
        return new DataPrismException(
                        ErrorCode.OVERLOADED,
                        "This node has " + limit + " open queries, which is its limit.",
                        "Try again after some have ended; GET /v1/queries lists them.")
                .with("retryAfterSeconds", RETRY_AFTER_SECONDS);
    }

    static DataPrismException tooManyOfUser(String user, int limit) {
        return new DataPrismException(
                        ErrorCode.OVERLOADED,
                        user + " has " + limit + " open queries on this node, which is the limit of one caller.",
                        "End some (GET /v1/queries lists them), or try again after some have ended.")
                .with("retryAfterSeconds", RETRY_AFTER_SECONDS);
    }

    static DataPrismException tooManyBytes(long limitBytes) {
        return new DataPrismException(
                        ErrorCode.OVERLOADED,
                        "The results on their way from this node have more than " + limitBytes + " bytes, its limit.",
                        "Try again when readers have caught up.")
                .with("retryAfterSeconds", RETRY_AFTER_SECONDS);
    }

    public static DataPrismException tooManyLoads(int limit) {
        return new DataPrismException(
                        ErrorCode.OVERLOADED,
                        "This node has " + limit + " loads waiting, which is its limit.",
                        "Try again when some are done.")
                .with("retryAfterSeconds", RETRY_AFTER_SECONDS);
    }

    static DataPrismException loadWaitedTooLong(Duration limit) {
        return new DataPrismException(
                        ErrorCode.OVERLOADED,
                        "The change of the table waited for more than " + limit.toSeconds()
                                + " s behind others, which is the limit; nothing was changed.",
                        "Try again when fewer tables are being loaded.")
                .with("retryAfterSeconds", RETRY_AFTER_SECONDS);
    }

    public static DataPrismException cancelled(String queryId) {
        return new DataPrismException(
                ErrorCode.QUERY_NOT_FOUND,
                "Query " + queryId + " was cancelled.",
                "Run it again if it is still wanted.");
    }

    public static DataPrismException idTaken(String id) {
        return new DataPrismException(
                ErrorCode.STATE_CONFLICT,
                "A query with the id " + id + " is open already.",
                "Give each query its own.");
    }

    public static DataPrismException notFound(String queryId) {
        return new DataPrismException(
                ErrorCode.QUERY_NOT_FOUND,
                "There is no query " + queryId + " that is queued or running.",
                "GET /v1/queries lists them.");
    }

    public static DataPrismException draining() {
        return new DataPrismException(ErrorCode.DRAINING, "This node is stopping.", "Try again on another node.")
                .with("retryAfterSeconds", RETRY_AFTER_SECONDS);
    }

    static DataPrismException tooDeep(int limit) {
        return new DataPrismException(
                ErrorCode.QUERY_NOT_ALLOWED,
                "The result has lists, structs or maps that are more than " + limit + " levels deep in one another.",
                "Select fewer levels, or cast the column to JSON or VARCHAR.");
    }

    public static DataPrismException outOfMemory() {
        return new DataPrismException(
                        ErrorCode.OVERLOADED,
                        "The query needs more memory than the engine has.",
                        "Ask for less at once, or try again when fewer queries run.")
                .with("retryAfterSeconds", RETRY_AFTER_SECONDS);
    }

    /** The engine has given up so often that it is not started anew for a while. */
    public static DataPrismException engineRests(Duration left) {
        long seconds = Math.max(1, left.toSeconds());
        return new DataPrismException(
                        ErrorCode.OVERLOADED,
                        "The engine of this node gave up several times within a minute, and rests for " + seconds
                                + " s.",
                        "Try again then, and look for what made it give up in the node's log.")
                .with("retryAfterSeconds", seconds);
    }

    /** What nobody foresaw: logged under an id that the caller is told. */
    public static DataPrismException unforeseen(Throwable failure) {
        return internal(failure, "The engine failed.", "");
    }

    /** An earlier statement has made the engine give up; this one only came after it. */
    public static DataPrismException engineGaveUp(Throwable failure) {
        return internal(
                failure, "The engine gave up on an earlier statement, and is started anew.", "Run the query again. ");
    }

    private static DataPrismException internal(Throwable failure, String detail, String wayOut) {
        String instance = UUID.randomUUID().toString();
        LOG.error("A query failed in a way that nobody foresaw {}", instance, failure);
        return new DataPrismException(
                        ErrorCode.INTERNAL,
                        detail,
                        wayOut + "Look for the instance " + instance + " in the node's log.",
                        failure)
                .with("instance", instance);
    }
}
