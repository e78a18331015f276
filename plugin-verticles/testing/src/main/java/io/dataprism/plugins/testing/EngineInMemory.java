package io.dataprism.plugins.testing;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.DataService;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugin.TableInfo;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBResultSet;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

/** A DuckDB in memory, whose results come as batches of the test's allocator. Close it last. */
public final class EngineInMemory implements DataService, AutoCloseable {

    private static final int BATCH_ROWS = 2_048;

    private final List<String> queries = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger open = new AtomicInteger();
    private final Connection connection;
    private final BufferAllocator allocator;

    /** @param allocator of the batches; stays the caller's to close */
    public EngineInMemory(BufferAllocator allocator) throws SQLException {
        this.allocator = allocator;
        this.connection = DriverManager.getConnection("jdbc:duckdb:");
    }

    /** Runs any statement. */
    public void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** All rows as lists of values, as JDBC has them. */
    public List<List<@Nullable Object>> rows(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<List<@Nullable Object>> rows = new ArrayList<>();
            while (result.next()) {
                List<@Nullable Object> row = new ArrayList<>();
                for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                    row.add(result.getObject(column));
                }
                rows.add(row);
            }
            return rows;
        }
    }

    /** The statements that were asked for with {@link #query}, in order. */
    public List<String> queries() {
        return List.copyOf(queries);
    }

    /** How many results are open: 0 when all of them ended or were cancelled. */
    public int openResults() {
        return open.get();
    }

    @Override
    public Flux<Batch> query(String sql, @Nullable Object... parameters) {
        queries.add(sql);
        return Flux.using(() -> new Cursor(sql, parameters), cursor -> Flux.generate(cursor::next), Cursor::close);
    }

    @Override
    public Mono<List<TableInfo>> tables() {
        return Mono.fromCallable(() -> rows("SELECT table_name FROM duckdb_tables() ORDER BY 1").stream()
                        .map(row -> String.valueOf(row.getFirst()))
                        .toList())
                .flatMapMany(Flux::fromIterable)
                .concatMap(this::table)
                .collectList();
    }

    @Override
    public Mono<TableInfo> table(String name) {
        return Mono.fromCallable(() -> {
                    List<TableInfo.Column> columns = rows("DESCRIBE \"" + name.replace("\"", "\"\"") + '"').stream()
                            .map(row -> new TableInfo.Column(String.valueOf(row.get(0)), String.valueOf(row.get(1))))
                            .toList();
                    return new TableInfo(name, 1, 0, 0, columns);
                })
                .onErrorMap(
                        SQLException.class,
                        failure ->
                                new PluginException("TABLE_NOT_FOUND", "There is no table '" + name + "'.", failure));
    }

    /** All batches come before the first is looked at, and as bytes, as the host takes them. */
    @Override
    public Mono<TableInfo> load(String name, LoadMode mode, Flux<Batch> batches) {
        return batches.collectList()
                .map(EngineInMemory::bytes)
                .map(bytes -> loaded(name, mode, bytes))
                .flatMap(this::table);
    }

    private String loaded(String name, LoadMode mode, byte[] bytes) {
        String target = '"' + name.replace("\"", "\"\"") + '"';
        try (ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator)) {
            Data.exportArrayStream(
                    allocator, new ArrowStreamReader(new ByteArrayInputStream(bytes), allocator), stream);
            ((DuckDBConnection) connection).registerArrowStream("loaded_batches", stream);
            run(
                    switch (mode) {
                        case CREATE -> "CREATE TABLE " + target + " AS FROM loaded_batches";
                        case REPLACE -> "CREATE OR REPLACE TABLE " + target + " AS FROM loaded_batches";
                        case APPEND -> "INSERT INTO " + target + " FROM loaded_batches";
                    });
            return name;
        } catch (SQLException failure) {
            String problem = String.valueOf(failure.getMessage());
            throw new PluginException(
                    problem.contains("already exists") ? "TABLE_EXISTS" : "DATA_INVALID", problem, failure);
        }
    }

    /** And closes them. */
    private static byte[] bytes(List<Batch> batches) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        WriteChannel channel = new WriteChannel(Channels.newChannel(bytes));
        try {
            MessageSerializer.serialize(channel, batches.getFirst().schema());
            for (Batch batch : batches) {
                try (ArrowRecordBatch records = new VectorUnloader(batch.root()).getRecordBatch()) {
                    MessageSerializer.serialize(channel, records);
                }
            }
            ArrowStreamWriter.writeEndOfStream(channel, IpcOption.DEFAULT);
            return bytes.toByteArray();
        } catch (IOException impossible) {
            throw new IllegalStateException("Bytes in memory can be written.", impossible);
        } finally {
            batches.forEach(Batch::close);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    private final class Cursor {

        private final PreparedStatement statement;
        private final ArrowReader reader;

        Cursor(String sql, @Nullable Object[] parameters) throws SQLException {
            open.incrementAndGet();
            try {
                statement = connection.prepareStatement(sql);
                reader = read(parameters);
            } catch (SQLException failure) {
                open.decrementAndGet();
                throw new PluginException("QUERY_INVALID", String.valueOf(failure.getMessage()), failure);
            }
        }

        private ArrowReader read(@Nullable Object[] parameters) throws SQLException {
            try {
                for (int index = 0; index < parameters.length; index++) {
                    statement.setObject(index + 1, parameters[index]);
                }
                return (ArrowReader)
                        ((DuckDBResultSet) statement.executeQuery()).arrowExportStream(allocator, BATCH_ROWS);
            } catch (SQLException failure) {
                statement.close();
                throw failure;
            }
        }

        void next(SynchronousSink<Batch> sink) {
            try {
                if (!reader.loadNextBatch()) {
                    sink.complete();
                    return;
                }
                VectorSchemaRoot loaded = reader.getVectorSchemaRoot();
                List<FieldVector> moved = loaded.getFieldVectors().stream()
                        .map(vector -> {
                            var pair = vector.getTransferPair(allocator);
                            pair.transfer();
                            return (FieldVector) pair.getTo();
                        })
                        .toList();
                sink.next(new Batch(new VectorSchemaRoot(loaded.getSchema().getFields(), moved, loaded.getRowCount())));
            } catch (IOException failure) {
                sink.error(failure);
            }
        }

        void close() {
            open.decrementAndGet();
            try {
                reader.close();
                statement.close();
            } catch (IOException | SQLException failure) {
                throw new IllegalStateException("A result of the test's engine could not be closed.", failure);
            }
        }
    }
}
