package io.dataprism.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.permission.TableScope;
import io.dataprism.plugin.Batch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.vector.FieldVector;
import org.awaitility.Awaitility;
import reactor.core.publisher.Mono;

/** What tests do with an engine of any kind, in short words. Closing it proves that nothing leaked. */
public final class EngineUser implements AutoCloseable {

    public static final Duration LIMIT = Duration.ofSeconds(30);

    public final QueryEngine engine;
    public final ConcurrentLinkedQueue<QueryEnd> ends = new ConcurrentLinkedQueue<>();

    public EngineUser(QueryEngine engine) {
        this.engine = engine;
    }

    /** A query to be changed step by step. */
    public static QuerySpec spec(String sql, Object... parameters) {
        return new QuerySpec(
                UUID.randomUUID().toString(),
                sql,
                Arrays.asList(parameters),
                32_768,
                LIMIT,
                null,
                TableScope.everything(),
                "/users/tester");
    }

    public static QuerySpec cut(QuerySpec spec, int batchRows, Duration timeout, Long maxRows) {
        return new QuerySpec(
                spec.id(), spec.sql(), spec.parameters(), batchRows, timeout, maxRows, spec.scope(), spec.user());
    }

    public static QuerySpec scoped(QuerySpec spec, String... tables) {
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

    public OpenedQuery open(QuerySpec spec) {
        return await(engine.query(spec, ends::add));
    }

    /** Every row, its values as Arrow shows them. */
    public List<List<Object>> rows(QuerySpec spec) {
        List<List<Object>> rows = new ArrayList<>();
        // of a result that ends with a failure, what had come is closed as well
        Mono<List<Batch>> all = open(spec).batches().collectList().doOnDiscard(Batch.class, Batch::close);
        for (Batch batch : Objects.requireNonNull(all.block(LIMIT))) {
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

    public List<List<Object>> rows(String sql, Object... parameters) {
        return rows(spec(sql, parameters));
    }

    public DataPrismException failure(QuerySpec spec) {
        try {
            rows(spec);
        } catch (DataPrismException e) {
            return e;
        }
        throw new AssertionError("The query should have failed: " + spec.sql());
    }

    public DataPrismException failure(String sql, Object... parameters) {
        return failure(spec(sql, parameters));
    }

    /** Whatever comes of it within the limit: rows, or a failure of the contract. */
    public Object rowsOrFailure(QuerySpec spec) {
        try {
            return rows(spec);
        } catch (DataPrismException e) {
            return e;
        }
    }

    public static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof DataPrismException known) {
                throw known;
            }
            throw new AssertionError(e);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    public void awaitNothingHeld(Duration limit) {
        Awaitility.await().atMost(limit).pollInterval(Duration.ofMillis(5)).untilAsserted(() -> {
            assertThat(engine.queries()).isEmpty();
            assertThat(engine.allocator().getAllocatedMemory()).isZero();
            assertThat(engine.allocator().getChildAllocators()).isEmpty();
        });
    }

    @Override
    public void close() {
        try {
            awaitNothingHeld(Duration.ofSeconds(10));
        } finally {
            engine.close();
        }
    }
}
