package io.dataprism.core.dataset;

import java.sql.SQLException;
import org.duckdb.DuckDBPreparedStatement;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How far a statement is, as DuckDB guesses. Any thread. */
final class StatementProgress {

    private static final Logger LOG = LoggerFactory.getLogger(StatementProgress.class);

    private StatementProgress() {}

    /**
     * From 0 to 100; 0 where it is not known.
     *
     * @param running null: nothing runs
     * @param interrupted whether somebody is closing the connection, who then has its lock for as long as a function does not hear
     *     of it: the statement is not asked
     */
    static double percent(@Nullable DuckDBPreparedStatement running, boolean interrupted, String queryId) {
        if (running == null || interrupted) {
            return 0;
        }
        try {
            return Math.clamp(running.getQueryProgress().getPercentage(), 0.0, 100.0);
        } catch (SQLException e) {
            LOG.debug("The progress of query {} is not known", queryId, e);
            return 0;
        }
    }
}
