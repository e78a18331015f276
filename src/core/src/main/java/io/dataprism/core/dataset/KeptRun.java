package io.dataprism.core.dataset;

import io.dataprism.core.dataset.UploadConverter.Converted;
import io.dataprism.core.dataset.gate.ApprovedStatement;
import io.dataprism.core.engine.DiskSpace;
import io.dataprism.core.engine.QueryRun;
import io.dataprism.core.engine.QuerySpec;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.plugin.Batch;
import io.dataprism.plugin.TableInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One statement whose rows go into a Parquet file, inside the engine and as fast as it makes them, and of which there is nothing
 * to read. The file is deleted where anything goes wrong. Threads as in {@link DuckDbRun}.
 */
final class KeptRun implements QueryRun {

    private static final Logger LOG = LoggerFactory.getLogger(KeptRun.class);

    private final LiveDuckDb duckDb;
    private final Approval approval;
    private final QuerySpec spec;
    private final ExportFolder exports;
    private final Path parquet;

    private volatile @Nullable DuckDBConnection connection;
    private volatile @Nullable DuckDBPreparedStatement copying;
    private volatile @Nullable Converted kept;
    private volatile boolean interrupted;
    private RanText text;

    /** @param parquet the file to write in the folder, which must not be there yet */
    KeptRun(LiveDuckDb duckDb, Approval approval, QuerySpec spec, ExportFolder exports, Path parquet) {
        this.text = RanText.of(spec.sql(), spec.sql());
        this.duckDb = duckDb;
        this.approval = approval;
        this.spec = spec;
        this.exports = exports;
        this.parquet = parquet;
    }

    @Override
    public void open() throws SQLException {
        DuckDBConnection own = duckDb.duplicate();
        connection = own;
        if (interrupted) {
            return;
        }
        ApprovedStatement approved = approval.of(spec, own);
        text = RanText.of(approved.sql(), spec.sql());
        try (DuckDBPreparedStatement plain = prepare(own, approved.sql())) {
            DuckDbRun.bind(plain, spec.parameters());
        }
        String bare = Approval.withoutEnd(own, approved.sql());
        String rows = "(\n" + bare + "\n)";
        List<TableInfo.Column> columns = columns(own, rows, bare);
        write(own, "SELECT " + StoredTypes.toStore(columns) + " FROM " + rows, bare);
        kept = new Converted(columns, ParquetFiles.rows(own, parquet));
    }

    private List<TableInfo.Column> columns(DuckDBConnection own, String rows, String bare) throws SQLException {
        String around = "DESCRIBE SELECT * FROM " + rows;
        text = text.within(around, bare);
        try (DuckDBPreparedStatement description = prepare(own, around)) {
            DuckDbRun.bind(description, spec.parameters());
            List<TableInfo.Column> columns = ParquetFiles.describe(description);
            StoredTypes.requireStorable(columns);
            return columns;
        }
    }

    private void write(DuckDBConnection own, String query, String bare) throws SQLException {
        String around = ParquetFiles.copy(query, parquet);
        text = text.within(around, bare);
        try (DuckDBPreparedStatement copy = prepare(own, around)) {
            copying = copy;
            DuckDbRun.bind(copy, spec.parameters());
            exports.watched(copy, copy::execute);
        } finally {
            copying = null;
        }
    }

    private static DuckDBPreparedStatement prepare(DuckDBConnection own, String sql) throws SQLException {
        return (DuckDBPreparedStatement) own.prepareStatement(sql);
    }

    /** What was written; only after {@link #open()}. */
    Converted kept() {
        Converted written = kept;
        if (written == null) {
            throw new IllegalStateException("Query " + spec.id() + " has not been kept.");
        }
        return written;
    }

    @Override
    public Schema schema() {
        return new Schema(List.of());
    }

    @Override
    public List<TableInfo.Column> columns() {
        return kept().columns();
    }

    @Override
    public @Nullable List<Batch> next() {
        return null;
    }

    @Override
    public double percent() {
        return StatementProgress.percent(copying, interrupted, spec.id());
    }

    @Override
    public void interrupt() {
        interrupted = true;
        closeConnection();
    }

    @Override
    public void close() {
        closeConnection();
        if (kept == null) {
            deleteFile();
        }
    }

    private void closeConnection() {
        DuckDBConnection own = connection;
        try {
            if (own != null) {
                own.close();
            }
        } catch (SQLException e) {
            LOG.debug("Closing the connection of query {} failed", spec.id(), e);
        }
    }

    private void deleteFile() {
        try {
            Files.deleteIfExists(parquet);
        } catch (IOException e) {
            LOG.warn("File {} could not be deleted; the next start does it", parquet, e);
        }
    }

    @Override
    public DataPrismException explain(Exception failure) {
        approval.healAfter(duckDb, spec, failure);
        if (failure instanceof SQLException && DiskSpace.isShort(failure)) {
            return DiskSpace.full("Keeping a query's rows", parquet, failure);
        }
        return DuckDbFailures.of(text, failure);
    }
}
