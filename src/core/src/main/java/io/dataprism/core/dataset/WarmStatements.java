package io.dataprism.core.dataset;

import io.dataprism.plugin.TableInfo;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Statements that have run to their end and are kept prepared, each on a connection of its own, for the next who asks the same:
 * where the answer is small, preparing takes longer than answering. Keeps the newest {@value #LIMIT}. What each execution
 * evaluates anew, as {@code now()} and {@code random()}, is so here too.
 *
 * <p>DuckDB does not notice that a view was replaced under a prepared statement. So none outlives a change of what connections
 * see: whoever changes that says {@link #changing()} before and {@link #changed()} after it. Any thread, but one change at a
 * time; closing what goes may block for a moment.
 */
final class WarmStatements {

    private static final Logger LOG = LoggerFactory.getLogger(WarmStatements.class);
    static final int LIMIT = 32;

    /**
     * A statement on a connection that it has for itself.
     *
     * @param generation read before the connection was made
     */
    record Warm(
            String sql,
            long generation,
            DuckDBConnection connection,
            DuckDBPreparedStatement statement,
            List<TableInfo.Column> columns) {

        Warm {
            columns = List.copyOf(columns);
        }

        private void close() {
            try (connection) {
                statement.close();
            } catch (SQLException unclosed) {
                LOG.debug("A statement that was kept could not be closed", unclosed);
            }
        }
    }

    private final Map<String, Warm> idle = new LinkedHashMap<>();
    private long generation;
    private boolean closed;

    /** Counts changes: even between them, odd during one. */
    synchronized long generation() {
        return generation;
    }

    /** How many wait to be used again. */
    synchronized int kept() {
        return idle.size();
    }

    /** The statement, where one is kept; it is then the caller's, to give back or to close. */
    synchronized @Nullable Warm take(String sql) {
        return idle.remove(sql);
    }

    /** Takes a statement that has ended, and its connection, into keeping, or closes both. */
    void give(Warm ended) {
        Warm gone = null;
        synchronized (this) {
            if (closed || ended.generation() != generation || generation % 2 != 0) {
                gone = ended;
            } else {
                gone = idle.put(ended.sql(), ended);
                if (idle.size() > LIMIT) {
                    Iterator<Warm> oldest = idle.values().iterator();
                    gone = oldest.next();
                    oldest.remove();
                }
            }
        }
        if (gone != null) {
            gone.close();
        }
    }

    /** What connections see is about to change: nothing that was prepared before is used from here on. */
    void changing() {
        letGo(false);
    }

    /** The change is made, or has failed. */
    synchronized void changed() {
        generation++;
    }

    /** Lets go of all; what is given afterwards is closed at once. */
    void close() {
        letGo(true);
    }

    private void letGo(boolean forGood) {
        List<Warm> gone;
        synchronized (this) {
            closed |= forGood;
            if (!forGood) {
                generation++;
            }
            gone = new ArrayList<>(idle.values());
            idle.clear();
        }
        gone.forEach(Warm::close);
    }
}
