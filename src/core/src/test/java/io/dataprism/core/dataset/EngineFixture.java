package io.dataprism.core.dataset;

import io.dataprism.core.engine.EngineLimits;
import io.dataprism.core.engine.EngineUser;
import io.dataprism.core.engine.LoadRequest;
import io.dataprism.core.engine.LoadedTable;
import io.dataprism.core.engine.OpenedQuery;
import io.dataprism.core.engine.QueryEnd;
import io.dataprism.core.engine.QuerySpec;
import io.dataprism.core.error.DataPrismException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A real engine over a folder, and short words for what tests do with it. Closing it proves that nothing leaked. */
final class EngineFixture implements AutoCloseable {

    static final Duration TIMEOUT = EngineUser.LIMIT;

    static final int OPEN_QUERIES = 64;

    final DuckDbEngine engine;
    final ConcurrentLinkedQueue<QueryEnd> ends;
    private final EngineUser user;
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
        this.user = new EngineUser(engine);
        this.ends = user.ends;
    }

    QuerySpec spec(String sql, Object... parameters) {
        return EngineUser.spec(sql, parameters);
    }

    static QuerySpec scoped(QuerySpec spec, String... tables) {
        return EngineUser.scoped(spec, tables);
    }

    static QuerySpec cut(QuerySpec spec, int batchRows, Duration timeout, Long maxRows) {
        return EngineUser.cut(spec, batchRows, timeout, maxRows);
    }

    OpenedQuery open(QuerySpec spec) {
        return user.open(spec);
    }

    /** Every row, its values as Arrow shows them. */
    List<List<Object>> rows(QuerySpec spec) {
        return user.rows(spec);
    }

    List<List<Object>> rows(String sql, Object... parameters) {
        return user.rows(sql, parameters);
    }

    DataPrismException failure(QuerySpec spec) {
        return user.failure(spec);
    }

    /** Whatever comes of it: rows, or a failure of the contract. */
    Object failureOrRows(String sql) {
        return user.rowsOrFailure(spec(sql));
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
        return EngineUser.await(future);
    }

    void awaitNothingHeld(Duration limit) {
        user.awaitNothingHeld(limit);
    }

    @Override
    public void close() {
        awaitNothingHeld(Duration.ofSeconds(5));
        engine.close();
    }
}
