package io.dataprism.core.flight;

import io.dataprism.core.engine.QueryProblems;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.sandbox.frame.ProtocolException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.memory.OutOfMemoryException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a server of Flight SQL answers, in the words of the contract. */
final class FlightFailures {

    private static final Logger LOG = LoggerFactory.getLogger(FlightFailures.class);
    private static final int RETRY_AFTER_SECONDS = 2;
    private static final int TEXT_LIMIT = 500;

    private final String place;
    private final Credentials credentials;

    FlightFailures(String place, Credentials credentials) {
        this.place = place;
        this.credentials = credentials;
    }

    /** @param timeout what the caller had, for the case that it is over */
    DataPrismException explain(Throwable failure, Duration timeout) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return switch (cause) {
            case DataPrismException known -> known;
            case FlightRuntimeException answered -> answered(answered, timeout);
            case OutOfMemoryException tooMuch ->
                notValid("a batch that needs more memory than one query may take on its way", tooMuch);
            default ->
                isOfData(cause) ? notValid("data that is not valid Arrow", cause) : QueryProblems.unforeseen(cause);
        };
    }

    private DataPrismException answered(FlightRuntimeException failure, Duration timeout) {
        ProtocolException refused = refusedByUs(failure);
        if (refused != null) {
            return notValid("data that is not valid Arrow", refused);
        }
        String said = said(failure);
        return switch (failure.status().code()) {
            case INVALID_ARGUMENT ->
                problem(
                        ErrorCode.QUERY_INVALID,
                        "The query failed: " + said,
                        "Correct the statement or the data that it reads; DESCRIBE shows the columns of a table.");
            case NOT_FOUND ->
                problem(
                        ErrorCode.TABLE_NOT_FOUND,
                        "The query names what the Flight SQL server does not have: " + said,
                        "GET /v1/tables lists the tables.");
            case TIMED_OUT -> QueryProblems.timeout(timeout);
            case UNAVAILABLE ->
                retryable(
                        "The Flight SQL server at " + place + " cannot be reached, or went away: " + said,
                        "Try again; the operator sees to it that the server runs and that flightSql.url names it.");
            case RESOURCE_EXHAUSTED ->
                retryable(
                        "The Flight SQL server at " + place + " has no room for the query: " + said,
                        "Ask for less at once, or try again later.");
            case CANCELLED ->
                retryable(
                        "The Flight SQL server at " + place + " stopped the query: " + said,
                        "Run it again if it is still wanted.");
            case UNAUTHENTICATED, UNAUTHORIZED ->
                internal(
                        failure,
                        "The Flight SQL server at " + place + " refused this node's own credentials: " + said,
                        "The operator checks flightSql.tokenFile or flightSql.userFile and what that user may read.");
            default ->
                internal(
                        failure,
                        "The Flight SQL server at " + place + " failed: " + said,
                        "Try a simpler statement; the server's own log says more.");
        };
    }

    /** Arrow's readers say so with whatever exception is at hand. */
    private static boolean isOfData(Throwable failure) {
        return failure instanceof IllegalArgumentException
                || failure instanceof IllegalStateException
                || failure instanceof IndexOutOfBoundsException
                || failure instanceof UnsupportedOperationException
                || failure instanceof ProtocolException
                || failure instanceof ArithmeticException
                || failure.getClass().getName().startsWith("org.apache.arrow.vector.");
    }

    private static @Nullable ProtocolException refusedByUs(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < 8; depth++) {
            if (cause instanceof ProtocolException refused) {
                return refused;
            }
            cause = cause.getCause();
        }
        return null;
    }

    private DataPrismException notValid(String what, Throwable cause) {
        return internal(
                cause,
                "The Flight SQL server at " + place + " sent " + what + ": "
                        + bounded(String.valueOf(cause.getMessage())),
                "The operator updates or replaces the server; nothing of that batch was used.");
    }

    private DataPrismException internal(Throwable cause, String detail, String hint) {
        LOG.warn("{}", detail);
        LOG.debug("The failure itself", cause);
        return problem(ErrorCode.INTERNAL, detail, hint);
    }

    private static DataPrismException retryable(String detail, String hint) {
        return problem(ErrorCode.OVERLOADED, detail, hint).with("retryAfterSeconds", RETRY_AFTER_SECONDS);
    }

    private static DataPrismException problem(ErrorCode code, String detail, String hint) {
        return new DataPrismException(code, detail, hint);
    }

    private String said(FlightRuntimeException failure) {
        String description = failure.status().description();
        return bounded(description == null || description.isBlank() ? "it gave no reason" : description);
    }

    /** The first line, without our secrets, and ended with a full stop. */
    private String bounded(String text) {
        String line = credentials.hide(text.lines().findFirst().orElse("")).strip();
        String cut = line.length() <= TEXT_LIMIT ? line : line.substring(0, TEXT_LIMIT) + "...";
        return cut.endsWith(".") ? cut : cut + ".";
    }
}
