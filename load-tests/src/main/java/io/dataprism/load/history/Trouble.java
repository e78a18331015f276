package io.dataprism.load.history;

/**
 * A fault and the time that it may be felt.
 *
 * @param what it was, for people
 * @param gaps whether followers may be told of a loss meanwhile
 * @param failures whether calls that may be repeated can fail meanwhile, retryably: some gateways are cut off from what they need
 * @param breaks whether connections of clients break meanwhile
 */
public record Trouble(String what, long fromMillis, long toMillis, boolean gaps, boolean failures, boolean breaks) {

    boolean covers(long fromMillis, long toMillis) {
        return fromMillis <= this.toMillis && toMillis >= this.fromMillis;
    }
}
