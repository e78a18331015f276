package io.dataprism.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.core.engine.EngineLimits;
import io.dataprism.core.engine.LoadRequest;
import io.dataprism.core.engine.LoadedTable;
import io.dataprism.core.engine.OpenedQuery;
import io.dataprism.core.engine.QueryEnd;
import io.dataprism.core.engine.QuerySpec;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.permission.TableScope;
import io.dataprism.plugin.Batch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.vector.FieldVector;
import org.awaitility.Awaitility;

/** A real engine over a folder, and short words for what tests do with it. Closing it proves that nothing leaked. */
final class EngineFixture implements AutoCloseable {

    static final Duration TIMEOUT = Duration.ofSeconds(30);

    static final int OPEN_QUERIES = 64;

    final DuckDbEngine engine;
    final ConcurrentLinkedQueue<QueryEnd> ends = new ConcurrentLinkedQueue<>();
    private final Path folder;

    EngineFixture(Path folder) {
        this(
                folder,
                new EngineSettings(
                        folder.resolve("data"),
                        2,
                        1L << 30,
                        1L << 30,
                        new EngineLimits(4, OPEN_QUERIES, OPEN_QUERIES, 1L << 30)));
    }

    EngineFixture(Path folder, EngineSettings settings) {
        this.folder = folder;
        this.engine = DuckDbEngine.open(settings);
    }

    QuerySpec spec(String sql, Object... parameters) {
        return new QuerySpec(
                UUID.randomUUID().toString(),
                sql,
                Arrays.asList(parameters),
                32_768,
                TIMEOUT,
                null,
                TableScope.everything(),
                "/users/tester");
    }

    static QuerySpec scoped(QuerySpec spec, String... tables) {
        return new QuerySpec(
                spec.id(),
                spec.sql(),
                spec.parameters(),
                spec.batchRows(),
                spec.timeout(),
                spec.maxRows(),
                new TableScope(List.of(List.of(tables))),
                spec.user());
    }

    static QuerySpec cut(QuerySpec spec, int batchRows, Duration timeout, Long maxRows) {
        return new QuerySpec(
                spec.id(), spec.sql(), spec.parameters(), batchRows, timeout, maxRows, spec.scope(), spec.user());
    }

    OpenedQuery open(QuerySpec spec) {
        return await(engine.query(spec, ends::add));
    }

    /** Every row, its values as Arrow shows them. */
    List<List<Object>> rows(QuerySpec spec) {
        List<List<Object>> rows = new ArrayList<>();
        for (Batch batch : open(spec).batches().collectList().block(TIMEOUT)) {
            try (batch) {
                for (int i = 0; i < batch.rowCount(); i++) {
                    List<Object> row = new ArrayList<>();
                    for (FieldVector vector : batch.root().getFieldVectors()) {
                        Object value = vector.getObject(i);
                        row.add(value == null || value instanceof Number ? value : value.toString());
                    }
                    rows.add(row);
                }
            }
        }
        return rows;
    }

    List<List<Object>> rows(String sql, Object... parameters) {
        return rows(spec(sql, parameters));
    }

    DataPrismException failure(QuerySpec spec) {
        try {
            rows(spec);
        } catch (DataPrismException e) {
            return e;
        }
        throw new AssertionError("The query should have failed: " + spec.sql());
    }

    /** Whatever comes of it: rows, or a failure of the contract. */
    Object failureOrRows(String sql) {
        try {
            return rows(sql);
        } catch (DataPrismException e) {
            return e;
        }
    }

    Path file(String name, String content) throws IOException {
        return file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    Path file(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }

    LoadedTable load(String table, LoadRequest.Mode mode, LoadRequest.Format format, Path file) {
        return engine.datasets().load(new LoadRequest(table, mode, format, file, null));
    }

    LoadedTable csv(String table, LoadRequest.Mode mode, String content) throws IOException {
        return load(table, mode, LoadRequest.Format.CSV, file(UUID.randomUUID() + ".csv", content));
    }

    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            if (e.getCause() instanceof DataPrismException known) {
                throw known;
            }
            throw new AssertionError(e);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    void awaitNothingHeld(Duration limit) {
        Awaitility.await().atMost(limit).pollInterval(Duration.ofMillis(5)).untilAsserted(() -> {
            assertThat(engine.queries()).isEmpty();
            assertThat(engine.allocator().getAllocatedMemory()).isZero();
            assertThat(engine.allocator().getChildAllocators()).isEmpty();
        });
    }

    @Override
    public void close() {
        awaitNothingHeld(Duration.ofSeconds(5));
        engine.close();
    }
}
