package io.dataprism.plugins.delays;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.DataService;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugin.TableInfo;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.duckdb.DuckDBResultSet;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A real engine for the plugin: a DuckDB in memory, whose results come as batches of the test's allocator. */
final class DuckDb implements DataService, AutoCloseable {

    final List<String> queries = new ArrayList<>();
    final AtomicInteger open = new AtomicInteger();
    private final Connection connection;
    private final BufferAllocator allocator;

    DuckDb(BufferAllocator allocator) throws SQLException {
        this.allocator = allocator;
        this.connection = DriverManager.getConnection("jdbc:duckdb:");
    }

    void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** All rows as lists of values. */
    List<List<@Nullable Object>> rows(String sql) throws SQLException {
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

    @Override
    public Flux<Batch> query(String sql, @Nullable Object... parameters) {
        queries.add(sql);
        return Flux.using(() -> new Cursor(sql), cursor -> Flux.generate(cursor::next), Cursor::close);
    }

    @Override
    public Mono<List<TableInfo>> tables() {
        return Mono.error(new UnsupportedOperationException("not asked by this plugin"));
    }

    @Override
    public Mono<TableInfo> table(String name) {
        return Mono.fromCallable(() -> {
            List<TableInfo.Column> columns = rows("DESCRIBE " + name).stream()
                    .map(row -> new TableInfo.Column((String) row.get(0), (String) row.get(1)))
                    .toList();
            return new TableInfo(name, 1, 0, 0, columns);
        });
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    private final class Cursor {
        private final Statement statement;
        private final ArrowReader reader;

        Cursor(String sql) throws SQLException {
            open.incrementAndGet();
            statement = connection.createStatement();
            try {
                reader = (ArrowReader)
                        ((DuckDBResultSet) statement.executeQuery(sql)).arrowExportStream(allocator, 2_048);
            } catch (SQLException failure) {
                close();
                throw new PluginException("QUERY_INVALID", String.valueOf(failure.getMessage()), failure);
            }
        }

        void next(reactor.core.publisher.SynchronousSink<Batch> sink) {
            try {
                if (!reader.loadNextBatch()) {
                    sink.complete();
                    return;
                }
                VectorSchemaRoot loaded = reader.getVectorSchemaRoot();
                var moved = loaded.getFieldVectors().stream()
                        .map(vector -> {
                            var pair = vector.getTransferPair(allocator);
                            pair.transfer();
                            return (org.apache.arrow.vector.FieldVector) pair.getTo();
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
                if (reader != null) {
                    reader.close();
                }
                statement.close();
            } catch (IOException | SQLException failure) {
                throw new IllegalStateException(failure);
            }
        }
    }
}
