package io.dataprism.load.history;

/**
 * A fault and the time that it may be felt.
 *
 * @param what it was, for people
 * @param gaps whether followers may be told of a loss meanwhile
 * @param failures whether calls that may be repeated can fail meanwhile, retryably: some gateways are cut off from what they need
 * @param breaks whether connections of clients break meanwhile
 * @param frozen the gateway whose process stands still meanwhile; empty: none
 */
public record Trouble(
        String what, long fromMillis, long toMillis, boolean gaps, boolean failures, boolean breaks, String frozen) {

    /** In which no process stands still. */
    public Trouble(String what, long fromMillis, long toMillis, boolean gaps, boolean failures, boolean breaks) {
        this(what, fromMillis, toMillis, gaps, failures, breaks, "");
    }

    boolean covers(long fromMillis, long toMillis) {
        return fromMillis <= this.toMillis && toMillis >= this.fromMillis;
    }
}
