package io.dataprism.load.traffic;

import java.time.Duration;
import java.util.List;

/**
 * What clients do.
 *
 * @param plugins that are called in turn
 * @param operationTime within which a plugin answers, or the node does in its place
 * @param table that is counted by queries
 * @param rows that it has
 * @param changing a plugin whose configuration an operator changes
 */
public record Load(
        int callsPerSecond,
        int eventsPerSecond,
        int publishers,
        int followers,
        List<String> plugins,
        Duration operationTime,
        String table,
        int rows,
        String changing) {

    /** In one gateway and out of it, when a machine is busy. */
    private static final Duration OVERHEAD = Duration.ofSeconds(3);

    /** One call in so many must not be repeated. */
    static final int ONCE_IN = 5;

    static final int TOPICS = 8;
    private static final long OPEN_LEAST = 32;
    static final double QUERIES_PER_SECOND = 4;
    static final double CHANGES_PER_SECOND = 2;

    public Load {
        plugins = List.copyOf(plugins);
    }

    /** The same, and no operator changes anything. */
    public Load withoutChanges() {
        return new Load(
                callsPerSecond, eventsPerSecond, publishers, followers, plugins, operationTime, table, rows, "");
    }

    /** Of calls at once; beyond that none is made: a machine that cannot keep up is not to be buried. */
    long openMost() {
        return Math.max(OPEN_LEAST, callsPerSecond);
    }

    /** Of a call: its own time and, as it may be tried once elsewhere, that again. */
    long callMillis() {
        return operationTime.multipliedBy(2).plus(OVERHEAD).toMillis();
    }

    /** Of one that must not be tried elsewhere. */
    long onceMillis() {
        return operationTime.plus(OVERHEAD).toMillis();
    }

    /** Of what an operator or a publisher asks for. */
    long otherMillis() {
        return Duration.ofSeconds(15).plus(OVERHEAD).toMillis();
    }
}
