package io.dataprism.core.format;

import io.dataprism.plugin.Batch;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.duckdb.DuckDBResultSet;

/** Writes what DuckDB answers, for tests: the first batch of a query. */
final class Results {

    private Results() {}

    static String of(String sql, ResultFormat format) {
        return new String(bytes(sql, format, 64), StandardCharsets.UTF_8);
    }

    static byte[] bytes(String sql, ResultFormat format, int sliceBytes) {
        try (RootAllocator allocator = new RootAllocator();
                Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("SET TimeZone='UTC'");
            try (ResultSet result = statement.executeQuery(sql);
                    ArrowReader reader = (ArrowReader) ((DuckDBResultSet) result).arrowExportStream(allocator, 2_048)) {
                boolean some = reader.loadNextBatch();
                VectorSchemaRoot root = reader.getVectorSchemaRoot();
                return write(root, format, sliceBytes, some);
            }
        } catch (Exception e) {
            throw new AssertionError(sql, e);
        }
    }

    static byte[] write(VectorSchemaRoot root, ResultFormat format, int sliceBytes, boolean withRows) {
        ByteSink all = new ByteSink(0);
        ByteSink slice = new ByteSink(0);
        ResultWriter writer = format.writer(root.getSchema(), EngineTypes.columns(root.getSchema()));
        writer.begin(slice);
        if (withRows) {
            Batch batch = new Batch(root);
            for (int row = 0; row < batch.rowCount(); ) {
                row = writer.rows(slice, batch, row, sliceBytes);
                all.add(slice.take());
            }
        }
        writer.end(slice);
        all.add(slice.take());
        return all.toByteArray();
    }

    static String json(VectorSchemaRoot root) {
        return new String(write(root, ResultFormat.NDJSON, 64, true), StandardCharsets.UTF_8).strip();
    }

    static BufferAllocator allocator() {
        return new RootAllocator();
    }
}
