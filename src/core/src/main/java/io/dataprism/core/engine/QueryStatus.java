package io.dataprism.core.engine;

import java.time.Instant;

/**
 * An open query at one moment.
 *
 * @param running false: it waits for a worker
 * @param rows handed out so far
 * @param bytes handed out so far
 * @param percent of the work, 0 to 100, as far as the engine knows
 */
public record QueryStatus(
        String id,
        String sql,
        String user,
        boolean running,
        Instant startedAt,
        long rows,
        long bytes,
        double percent) {}
