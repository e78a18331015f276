package io.dataprism.load.row;

import io.dataprism.load.child.ProcessClock;
import io.dataprism.load.measure.Duel;
import io.dataprism.load.measure.Measured;
import io.dataprism.load.service.AnswerBody;
import io.dataprism.load.service.HttpConnection;
import java.io.IOException;
import org.apache.arrow.memory.BufferAllocator;

/** Reads answers of the service to their end. Blocks. */
final class Reading {

    private Reading() {}

    /** Decodes each batch and counts rows. */
    static Measured arrow(HttpConnection connection, String sql, BufferAllocator allocator) throws IOException {
        long start = System.nanoTime();
        AnswerBody body = connection.query(sql, HttpConnection.ARROW);
        long rows = body.arrowRows(allocator);
        return new Measured(rows, body.bytes(), System.nanoTime() - start, 0);
    }

    /**
     * Counts bytes alone.
     *
     * @param rows that the answer is known to have
     */
    static Measured raw(HttpConnection connection, String sql, String accept, long rows) throws IOException {
        long start = System.nanoTime();
        AnswerBody body = connection.query(sql, accept);
        long bytes = body.skip(Long.MAX_VALUE);
        return new Measured(rows, bytes, System.nanoTime() - start, 0);
    }

    /** The same side, with what a process computed for it. */
    static Duel.Side clocked(long pid, Duel.Side side) {
        return () -> {
            long before = ProcessClock.cpuNanos(pid);
            Measured measured = side.run();
            return new Measured(
                    measured.units(), measured.bytes(), measured.nanos(), ProcessClock.cpuNanos(pid) - before);
        };
    }

    static void requireRows(long expected, Measured measured, String sql) throws IOException {
        if (measured.units() != expected) {
            throw new IOException(sql + " has " + expected + " rows, and " + measured.units() + " came.");
        }
    }
}
