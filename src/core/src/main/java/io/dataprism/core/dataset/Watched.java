package io.dataprism.core.dataset;

import java.sql.SQLException;
import java.sql.Statement;

/**
 * A statement that another thread may stop while it runs, and not after: a cancel that comes late would hit whatever its
 * connection does next. Any thread; blocks for as long as a cancel takes, which is a moment.
 */
final class Watched {

    private final Statement writer;
    private boolean stopped;
    private boolean over;

    Watched(Statement writer) {
        this.writer = writer;
    }

    /** Cancels what runs; does nothing once it is over. */
    synchronized void stop() throws SQLException {
        if (!over) {
            stopped = true;
            writer.cancel();
        }
    }

    /** Whether it was to be cancelled. */
    synchronized boolean isStopped() {
        return stopped;
    }

    /** It has ended: from now on nothing is cancelled. */
    synchronized void over() {
        over = true;
    }
}
