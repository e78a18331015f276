package io.dataprism.core.dataset;

import io.dataprism.core.engine.DiskSpace;
import io.dataprism.core.engine.LoadRequest;
import io.dataprism.core.engine.QueryMemory;
import io.dataprism.core.engine.QueryRun;
import io.dataprism.core.engine.QuerySpec;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.format.ColumnNames;
import io.dataprism.plugin.Batch;
import io.dataprism.plugin.TableInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;
import org.jspecify.annotations.Nullable;

/**
 * An Arrow stream that was not made by the engine, written as the Parquet file that a query of the same rows would be. Its batches
 * are the pieces of that file. Both files are deleted when it is closed. Threads as in {@link DuckDbRun}.
 */
final class ExportRun implements QueryRun {

    private final LiveDuckDb duckDb;
    private final BufferAllocator allocator;
    private final QuerySpec spec;
    private final ExportFolder exports;
    private final Path arrow;
    private final QueryMemory memory;
    private final FilePieces pieces;

    private final Object opening = new Object();
    private volatile @Nullable DuckDBConnection connection;
    private volatile @Nullable DuckDBPreparedStatement writing;
    private volatile boolean interrupted;
    private List<TableInfo.Column> columns = List.of();

    /** @param arrow a complete Arrow stream, of which nothing is believed */
    ExportRun(LiveDuckDb duckDb, BufferAllocator allocator, QuerySpec spec, ExportFolder exports, Path arrow) {
        this.duckDb = duckDb;
        this.allocator = allocator;
        this.spec = spec;
        this.exports = exports;
        this.arrow = arrow;
        this.memory = new QueryMemory(allocator, spec.id());
        this.pieces = new FilePieces(exports.file(spec.id()), memory);
    }

    @Override
    public void open() throws SQLException, IOException {
        DuckDBConnection own = duckDb.duplicate();
        connection = own;
        try (ArrowView view = registered(own)) {
            if (view == null) {
                return;
            }
            columns = ParquetFiles.describe(own, SqlText.identifier(ArrowView.VIEW));
            List<String> names =
                    ColumnNames.of(columns.stream().map(TableInfo.Column::name).toList());
            String copy = PortableColumns.export(
                    "SELECT * FROM " + SqlText.identifier(ArrowView.VIEW), columns, names, null, pieces.file());
            write(own, copy);
        }
    }

    /** Never while the connection is closed from outside, as in {@link DuckDbRun}; null where it has been. */
    private @Nullable ArrowView registered(DuckDBConnection own) throws SQLException, IOException {
        synchronized (opening) {
            return interrupted ? null : ArrowView.register(own, allocator, LoadRequest.Format.ARROW_STREAM, arrow);
        }
    }

    private void write(DuckDBConnection own, String copy) throws SQLException {
        try (DuckDBPreparedStatement statement = (DuckDBPreparedStatement) own.prepareStatement(copy)) {
            writing = statement;
            exports.watched(statement, statement::execute);
        } finally {
            writing = null;
        }
    }

    @Override
    public Schema schema() {
        return FilePieces.SCHEMA;
    }

    @Override
    public List<TableInfo.Column> columns() {
        return columns;
    }

    @Override
    public @Nullable List<Batch> next() throws IOException {
        Batch piece = pieces.next();
        return piece == null ? null : List.of(piece);
    }

    @Override
    public double percent() {
        return StatementProgress.percent(writing, interrupted, spec.id());
    }

    @Override
    public void interrupt() {
        interrupted = true;
        synchronized (opening) {
            close(connection);
        }
    }

    @Override
    public void close() {
        close(connection);
        close(pieces);
        close(() -> Files.deleteIfExists(arrow));
        memory.release();
    }

    private void close(@Nullable AutoCloseable resource) {
        DuckDbRun.close(resource, spec.id());
    }

    @Override
    public DataPrismException explain(Exception failure) {
        duckDb.heal(failure);
        if (failure instanceof SQLException && DiskSpace.isShort(failure)) {
            return DiskSpace.full("Writing a dataset as Parquet", arrow, failure);
        }
        return DuckDbFailures.of(null, failure);
    }
}
