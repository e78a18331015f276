package io.dataprism.load.history;

/**
 * A request that was made once, or again elsewhere where that was safe, and what came of it in the end.
 *
 * @param atMillis since the run began
 * @param lastMillis how long the gateway that was asked last took
 * @param limitMillis within which a gateway must answer
 * @param gateway that was asked last
 */
public record Call(
        Kind kind,
        String what,
        long atMillis,
        long tookMillis,
        long lastMillis,
        long limitMillis,
        String gateway,
        Outcome outcome) {

    /** The code of a {@link Refused} where no gateway took it for as long as the client is patient. */
    public static final String NO_GATEWAY = "NO_GATEWAY";

    /** What it may come to. */
    public enum Kind {
        /** A call that may be repeated: never fails. */
        IDEMPOTENT,
        /** A call that must not be repeated. */
        ONCE,
        QUERY,
        PUBLISH,
        /** An operator's change: of two at once, one may be refused. */
        CHANGE
    }

    /** How it ended. */
    public sealed interface Outcome {}

    /** As it should. */
    public record Answered() implements Outcome {}

    /** With something else than what was asked for. */
    public record Wrong(String answer) implements Outcome {}

    /** With a problem. */
    public record Refused(int status, String code, boolean retryable, String detail) implements Outcome {}

    /** With the connection, after it was sent, so that nobody knows whether it was done. */
    public record Broken(String why) implements Outcome {}

    /** Not at all, until the client gave up. */
    public record Silent() implements Outcome {}

    /** Whether it ended as it should. */
    public boolean isAnswered() {
        return outcome instanceof Answered;
    }

    /** The moment of its end. */
    public long endMillis() {
        return atMillis + tookMillis;
    }
}
