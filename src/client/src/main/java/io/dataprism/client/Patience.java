package io.dataprism.client;

import java.time.Duration;

/**
 * How long a client waits, and how often.
 *
 * @param firstRetry bound of the wait before the first attempt to connect again
 * @param mostRetry bound of all such waits; each is random below a bound that doubles
 * @param connect within which a connection must be there
 * @param answer within which a call must be answered; a stream of rows has a time limit of its own
 * @param ping a connection on which this long nothing was heard is asked whether it lives, and given up after as long again
 * @param steady how long a connection must have lived before the waits begin anew
 * @param giveUp how long events are waited for without a connection before subscriptions fail
 */
public record Patience(
        Duration firstRetry,
        Duration mostRetry,
        Duration connect,
        Duration answer,
        Duration ping,
        Duration steady,
        Duration giveUp) {

    /** Checks. */
    public Patience {
        for (Duration each : new Duration[] {firstRetry, mostRetry, connect, answer, ping, steady, giveUp}) {
            if (each.toMillis() < 1) {
                throw new IllegalArgumentException("A wait is " + each + ": give 1 ms or more.");
            }
        }
    }

    /** 100 ms to 30 s between attempts, 10 s to connect, 60 s for an answer, pings every 10 s, 10 minutes without a connection. */
    public static Patience usual() {
        return new Patience(
                Duration.ofMillis(100),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofMinutes(10));
    }

    /** With another time after which subscriptions fail that have no connection. */
    public Patience givingUpAfter(Duration newGiveUp) {
        return new Patience(firstRetry, mostRetry, connect, answer, ping, steady, newGiveUp);
    }
}
