package io.dataprism.core.dataset;

import io.dataprism.core.dataset.WarmStatements.Warm;
import io.dataprism.core.dataset.gate.ApprovedStatement;
import io.dataprism.core.engine.BatchCutter;
import io.dataprism.core.engine.BatchSizing;
import io.dataprism.core.engine.PlainBatches;
import io.dataprism.core.engine.QueryMemory;
import io.dataprism.core.engine.QueryOutput;
import io.dataprism.core.engine.QueryRun;
import io.dataprism.core.engine.QuerySpec;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.format.ColumnNames;
import io.dataprism.plugin.Batch;
import io.dataprism.plugin.TableInfo;
import java.io.IOException;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;
import org.duckdb.DuckDBResultSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One statement on one connection of its own. Everything blocks and is for one thread at a time, but {@link #interrupt()}: that
 * one closes the connection under whoever is inside, which fails at once and must then {@link #close()}. The reader is never
 * touched from outside: that would end the process.
 */
final class DuckDbRun implements QueryRun {

    private static final Logger LOG = LoggerFactory.getLogger(DuckDbRun.class);

    /** A statement that ran no longer than this is kept prepared. */
    private static final long WARM_LIMIT_NANOS = 5_000_000;

    private final Parts parts;
    private final QuerySpec spec;
    private final QueryMemory memory;

    private final Object opening = new Object();
    private volatile @Nullable DuckDBConnection connection;
    private volatile boolean interrupted;
    private volatile @Nullable DuckDBPreparedStatement statement;
    private @Nullable ArrowReader reader;
    private @Nullable PlainBatches batches;
    private @Nullable FilePieces pieces;
    private List<TableInfo.Column> columns = List.of();
    private long rowsLeft;
    private int batchRows;
    private boolean endNear;
    private RanText text;
    private @Nullable DuckDBResultSet result;
    private boolean drained;

    /** What was prepared, where that may be used again. */
    private @Nullable String sql;

    private long generation;
    private final long openedNanos = System.nanoTime();

    /**
     * What all runs of an engine share.
     *
     * @param openQueries how many queries are open now
     * @param allocator the root of all batches
     */
    record Parts(
            LiveDuckDb duckDb,
            Approval approval,
            ExportFolder exports,
            IntSupplier openQueries,
            BufferAllocator allocator) {}

    DuckDbRun(Parts parts, QuerySpec spec) {
        this.parts = parts;
        this.spec = spec;
        this.text = RanText.of(spec.sql(), spec.sql());
        this.memory = new QueryMemory(parts.allocator(), spec.id());
        Long maxRows = spec.maxRows();
        this.rowsLeft = maxRows == null ? Long.MAX_VALUE : maxRows;
    }

    @Override
    public void open() throws SQLException, IOException {
        Warm warm = takeWarm();
        if (warm == null) {
            openCold();
        } else {
            sql = warm.sql();
            generation = warm.generation();
            columns = warm.columns();
            statement = warm.statement();
            connection = warm.connection();
            if (!interrupted) {
                read((DuckDBResultSet) warm.statement().executeQuery());
            }
        }
    }

    /** Parameters decide on types, so a statement that has some is prepared each time. */
    private @Nullable Warm takeWarm() {
        if (spec.output() == QueryOutput.PARQUET || !spec.parameters().isEmpty()) {
            return null;
        }
        ApprovedStatement known = parts.approval().known(spec);
        return known == null ? null : parts.duckDb().warm().take(known.sql());
    }

    private void openCold() throws SQLException, IOException {
        generation = parts.duckDb().warm().generation();
        DuckDBConnection own = parts.duckDb().duplicate();
        connection = own;
        if (interrupted) {
            return;
        }
        ApprovedStatement approved = parts.approval().of(spec, own);
        text = RanText.of(approved.sql(), spec.sql());
        DuckDBPreparedStatement prepared = prepare(own, approved.sql());
        bind(prepared, spec.parameters());
        if (spec.output() == QueryOutput.PARQUET) {
            parts.exports().watched(prepared, prepared::execute);
            return;
        }
        DuckDBResultSet opened = (DuckDBResultSet) prepared.executeQuery();
        if (!PortableColumns.needsWrapping(columns)) {
            columns = columns(opened.getMetaData()); // only now the types of parameters are known
            boolean usual = approved.versions().isEmpty() && spec.parameters().isEmpty();
            sql = usual ? approved.sql() : null;
        }
        columns = EnumTypes.written(columns, () -> described(approved));
        read(opened);
    }

    /** On a connection beside this query's, whose result has been opened. */
    private List<TableInfo.Column> described(ApprovedStatement approved) throws SQLException {
        try (DuckDBConnection beside = parts.duckDb().duplicate()) {
            parts.approval().views().show(beside, approved.versions());
            return EnumTypes.describe(beside, approved.sql(), spec.parameters());
        }
    }

    /**
     * Never while the connection is closed from outside: the engine frees the result with it, and reading its schema then ends
     * this JVM. Does not wait for rows, so that a stop does not either.
     */
    private void read(DuckDBResultSet answer) throws SQLException, IOException {
        batchRows =
                BatchSizing.rows(spec.batchRows(), columns, parts.openQueries().getAsInt());
        synchronized (opening) {
            result = answer;
            if (interrupted) {
                return;
            }
            ArrowReader opened = (ArrowReader) answer.arrowExportStream(memory.allocator(), batchRows);
            reader = opened;
            batches = new PlainBatches(
                    opened.getVectorSchemaRoot().getSchema(), opened, memory.allocator(), EngineColumn::of);
        }
    }

    private DuckDBPreparedStatement prepare(DuckDBConnection own, String approved) throws SQLException {
        DuckDBPreparedStatement prepared = (DuckDBPreparedStatement) own.prepareStatement(approved);
        statement = prepared;
        columns = columns(prepared.getMetaData());
        ResultTypes.requireBounded(columns);
        boolean export = spec.output() == QueryOutput.PARQUET;
        if (!export && !PortableColumns.needsWrapping(columns)) {
            return prepared;
        }
        prepared.close();
        String bare = Approval.withoutEnd(own, approved);
        String around = export ? export(bare) : PortableColumns.wrap(bare, columns);
        text = text.within(around, bare);
        prepared = (DuckDBPreparedStatement) own.prepareStatement(around);
        statement = prepared;
        return prepared;
    }

    private String export(String bare) {
        List<String> names =
                ColumnNames.of(columns.stream().map(TableInfo.Column::name).toList());
        FilePieces own = new FilePieces(parts.exports().file(spec.id()), memory);
        pieces = own;
        return PortableColumns.export(bare, columns, names, spec.maxRows(), own.file());
    }

    @Override
    public Schema schema() {
        return pieces != null ? FilePieces.SCHEMA : requireOpen().schema();
    }

    @Override
    public List<TableInfo.Column> columns() {
        return columns;
    }

    @Override
    public @Nullable List<Batch> next() throws IOException {
        if (pieces != null) {
            Batch piece = pieces.next();
            return piece == null ? null : List.of(piece);
        }
        PlainBatches plain = requireOpen();
        ArrowReader source = reader;
        if (source == null || rowsLeft <= 0) {
            return null;
        }
        if (!source.loadNextBatch()) {
            drained = true;
            return null;
        }
        endNear = source.getVectorSchemaRoot().getRowCount() < batchRows;
        memory.hold();
        Batch whole = plain.take(source.getVectorSchemaRoot(), memory::release);
        List<Batch> cut = BatchCutter.cut(whole, rowsLeft, memory);
        for (Batch batch : cut) {
            rowsLeft -= batch.rowCount();
        }
        return cut;
    }

    /** The engine packs rows into batches of the size that it was asked for: a shorter one is the last. */
    @Override
    public boolean isEndNear() {
        return pieces == null && (endNear || rowsLeft <= 0);
    }

    @Override
    public double percent() {
        return StatementProgress.percent(statement, interrupted, spec.id());
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
        close(reader);
        close(result);
        if (!keepWarm()) {
            close(statement);
            close(connection);
        }
        close(pieces);
        memory.release();
    }

    /** What took long may hold much in its plan until it runs again; preparing it again is the smaller part of its time. */
    private boolean keepWarm() {
        String prepared = sql;
        DuckDBConnection own = connection;
        DuckDBPreparedStatement used = statement;
        if (prepared == null
                || own == null
                || used == null
                || !drained
                || interrupted
                || System.nanoTime() - openedNanos > WARM_LIMIT_NANOS) {
            return false;
        }
        statement = null;
        connection = null;
        parts.duckDb().warm().give(new Warm(prepared, generation, own, used, columns));
        return true;
    }

    private void close(@Nullable AutoCloseable resource) {
        close(resource, spec.id());
    }

    /** Whatever becomes of it. */
    static void close(@Nullable AutoCloseable resource, String queryId) {
        if (resource == null) {
            return;
        }
        try {
            resource.close();
        } catch (Exception e) {
            LOG.debug("Closing a part of query {} failed", queryId, e);
        }
    }

    @Override
    public DataPrismException explain(Exception failure) {
        parts.approval().healAfter(parts.duckDb(), spec, failure);
        return DuckDbFailures.of(text, failure);
    }

    private PlainBatches requireOpen() {
        PlainBatches opened = batches;
        if (opened == null) {
            throw new IllegalStateException("Query " + spec.id() + " has not been opened.");
        }
        return opened;
    }

    /** Gives the statement its values. */
    static void bind(DuckDBPreparedStatement prepared, List<@Nullable Object> parameters) throws SQLException {
        int expected = prepared.getParameterMetaData().getParameterCount();
        if (expected != parameters.size()) {
            throw new DataPrismException(
                    ErrorCode.QUERY_INVALID,
                    "The statement has " + expected + " parameters, and " + parameters.size() + " values were sent.",
                    "Send one value in \"parameters\" for each ? of the statement, in order.");
        }
        for (int i = 0; i < expected; i++) {
            bind(prepared, i, parameters.get(i));
        }
    }

    private static void bind(DuckDBPreparedStatement prepared, int index, @Nullable Object value) throws SQLException {
        try {
            prepared.setObject(index + 1, value);
        } catch (SQLException unfit) {
            throw new DataPrismException(
                    ErrorCode.QUERY_INVALID,
                    "The value of parameter " + (index + 1) + " does not fit: " + unfit.getMessage() + ".",
                    "Send numbers of at most 127 bits in \"parameters\", or texts that the statement casts.",
                    unfit);
        }
    }

    private static List<TableInfo.Column> columns(ResultSetMetaData metadata) throws SQLException {
        List<TableInfo.Column> columns = new ArrayList<>();
        for (int i = 1; i <= metadata.getColumnCount(); i++) {
            columns.add(new TableInfo.Column(metadata.getColumnLabel(i), metadata.getColumnTypeName(i)));
        }
        return columns;
    }
}
