package io.dataprism.client;

import reactor.core.Disposable;

/**
 * Where the events' connection is.
 *
 * <pre>
 *   Idle -> Opening -> Open -> Waiting -> Opening ...
 *            |  \________________^  |
 *            |                      |
 *            +---- Idle <-----------+   nobody follows, or all have failed
 * </pre>
 *
 * Every attempt has a number, and what comes of an earlier one is not heard.
 */
sealed interface LinkState {

    /** Nobody follows anything. */
    record Idle() implements LinkState {}

    /** A token is asked for, or an upgrade is under way. */
    record Opening(long attempt, Disposable limit) implements LinkState {}

    /** Frames go both ways. */
    record Open(long attempt, Outbox outbox, Pulse pulse, long sinceMillis) implements LinkState {}

    /** The next attempt has its time. */
    record Waiting(Disposable timer) implements LinkState {}
}
