package io.dataprism.plugins.postgres;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Checkpoint;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;

/**
 * The rows of a query as batches, one for each that is asked for: the server's cursor moves only then. Used on the session's
 * thread.
 */
final class TableCursor {

    private static final int BATCH_ROWS = 8_192;
    private static final long BATCH_BYTES = 1 << 20;
    private static final int FIRST_FETCH_ROWS = 16;
    private static final long FETCH_BYTES = 4 << 20;

    private final Session session;
    private final ReadQuery query;
    private final BufferAllocator allocator;
    private final Checkpoint checkpoint;
    private final List<PostgresColumn> columns = new ArrayList<>();
    private @Nullable ResultSet rows;
    private int keyColumn;
    private int mostFetchRows;
    private long widestBytes;
    private boolean anySent;

    private TableCursor(Session session, ReadQuery query, BufferAllocator allocator, Checkpoint checkpoint) {
        this.session = session;
        this.query = query;
        this.allocator = allocator;
        this.checkpoint = checkpoint;
    }

    /**
     * The query's batches, one at least; the session ends with them, also where they are cancelled.
     *
     * @param checkpoint is told the last value of an incremental read after each batch
     */
    static Flux<Batch> batches(Session session, ReadQuery query, BufferAllocator allocator, Checkpoint checkpoint) {
        TableCursor cursor = new TableCursor(session, query, allocator, checkpoint);
        return Flux.generate(cursor::next)
                .subscribeOn(session.scheduler())
                .doOnTerminate(session::close)
                .doOnCancel(session::abandon);
    }

    private void next(SynchronousSink<Batch> sink) {
        try {
            Batch batch = session.work(this::read);
            if (batch == null) {
                sink.complete();
            } else {
                sink.next(batch);
            }
        } catch (Exception failure) {
            sink.error(Failures.of("read '" + query.table() + "'", failure));
        }
    }

    /** Null: there is nothing more. */
    private @Nullable Batch read() throws SQLException {
        ResultSet from = open();
        VectorSchemaRoot root = VectorSchemaRoot.of(columns.stream()
                .map(column -> column.field().createVector(allocator))
                .toArray(FieldVector[]::new));
        boolean whole = false;
        try {
            String last = fill(from, root);
            whole = root.getRowCount() > 0 || !anySent;
            if (last != null) {
                checkpoint.reached(query.checkpoint(last));
            }
        } finally {
            if (!whole) {
                root.close();
            }
        }
        anySent = true;
        return whole ? new Batch(root) : null;
    }

    private ResultSet open() throws SQLException {
        ResultSet open = rows;
        if (open == null) {
            session.connection().setReadOnly(true);
            session.connection().setAutoCommit(false);
            PreparedStatement statement = query.prepare(session.connection());
            statement.closeOnCompletion();
            mostFetchRows = statement.getFetchSize();
            statement.setFetchSize(Math.min(FIRST_FETCH_ROWS, mostFetchRows));
            open = statement.executeQuery();
            rows = open;
            ResultSetMetaData described = open.getMetaData();
            for (int index = 1; index <= described.getColumnCount(); index++) {
                columns.add(PostgresColumn.of(described, index));
            }
            keyColumn = query.incremental() == null ? 0 : open.findColumn(query.incremental());
        }
        return open;
    }

    /** The last value of the column that only grows; null: there is no row, or no such column. */
    private @Nullable String fill(ResultSet from, VectorSchemaRoot root) throws SQLException {
        int row = 0;
        long bytes = 0;
        String last = null;
        while (row < BATCH_ROWS && bytes < BATCH_BYTES && from.next()) {
            session.checkWanted();
            long before = bytes;
            for (PostgresColumn column : columns) {
                bytes += column.copy(from, root.getVector(column.index() - 1), row);
            }
            adapt(from, bytes - before);
            last = keyColumn == 0 ? null : from.getString(keyColumn);
            row++;
        }
        root.setRowCount(row);
        return last;
    }

    /** The next fetch is for about {@value #FETCH_BYTES} bytes, of rows as wide as the widest so far. */
    private void adapt(ResultSet from, long rowBytes) throws SQLException {
        if (rowBytes > widestBytes) {
            widestBytes = rowBytes;
            from.setFetchSize((int) Math.clamp(FETCH_BYTES / rowBytes, 1, mostFetchRows));
        }
    }
}
