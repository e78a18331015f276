package io.dataprism.engine;

import io.dataprism.engine.QueryService.QueryRequest;
import io.dataprism.plugin.Batch;
import io.dataprism.plugin.DataService;
import io.dataprism.plugin.TableInfo;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Data for the node's own verticles, by the interface that plugins have. What is asked for speaks for the context that
 * subscribes, and signals come on it. Any thread may call; nothing blocks.
 */
public final class BusDataService implements DataService {

    private final Vertx vertx;
    private final QueryService queries;
    private final TableService tables;
    private final BatchLoads loads;
    private final Duration timeout;

    /**
     * @param loads for what is loaded
     * @param timeout of each query, from its subscription to its last batch
     */
    public BusDataService(Vertx vertx, QueryService queries, TableService tables, BatchLoads loads, Duration timeout) {
        this.vertx = vertx;
        this.queries = queries;
        this.tables = tables;
        this.loads = loads;
        this.timeout = timeout;
    }

    @Override
    public Flux<Batch> query(String sql, @Nullable Object... parameters) {
        List<@Nullable Object> values = Arrays.asList(parameters.clone());
        return Flux.defer(() -> {
            Context context = vertx.getOrCreateContext();
            QueryRequest request = new QueryRequest(
                    UUID.randomUUID().toString(), sql, values, QueryService.DEFAULT_BATCH_ROWS, timeout, null);
            return QueryBatches.of(
                    mono(context, () -> queries.query(request)),
                    () -> run(context, () -> queries.withdraw(request.id())));
        });
    }

    @Override
    public Mono<List<TableInfo>> tables() {
        return Mono.defer(() -> mono(vertx.getOrCreateContext(), tables::tables));
    }

    @Override
    public Mono<TableInfo> table(String name) {
        return Mono.defer(() -> mono(vertx.getOrCreateContext(), () -> tables.table(name)));
    }

    @Override
    public Mono<TableInfo> load(String name, LoadMode mode, Flux<Batch> batches) {
        return Mono.defer(() -> mono(
                vertx.getOrCreateContext(),
                () -> loads.load(name, TableService.Mode.valueOf(mode.name()), batches, Mono.never())
                        .map(TableService.Loaded::table)));
    }

    private static <T> Mono<T> mono(Context context, Callable<Future<T>> call) {
        return Mono.create(sink -> run(context, call).onComplete(sink::success, sink::error));
    }

    private static <T> Future<T> run(Context context, Callable<Future<T>> call) {
        return Future.future(promise -> context.runOnContext(go -> {
            try {
                call.call().onComplete(promise);
            } catch (Exception failure) {
                promise.fail(failure);
            }
        }));
    }
}
