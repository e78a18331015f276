package io.dataprism.plugins.delays;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Batches;
import io.dataprism.plugin.DataProcessorPlugin;
import io.dataprism.plugin.DataService;
import io.dataprism.plugin.PluginContext;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugin.TableInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Mean, median and 95th percentile of a column by another ({@code statistics}) and over all rows ({@code summary}). */
public final class DelayStatistics implements DataProcessorPlugin {

    private static final String TABLE = "flights";

    private @Nullable Host host;

    /** What a plugin has from {@code initialize} until {@code cleanup}. */
    private record Host(DataService data, MemoryBudget budget, BufferAllocator allocator) {}

    @Override
    public Mono<Void> initialize(PluginContext context) {
        return Mono.fromRunnable(() -> host = new Host(
                context.services().data(),
                new MemoryBudget(context.resources().memoryBytes() / 3),
                new RootAllocator()));
    }

    @Override
    public Mono<Void> cleanup() {
        return Mono.fromRunnable(() -> host().allocator().close());
    }

    @Override
    public Flux<Batch> process(String operation, Flux<Batch> input, Map<String, @Nullable Object> params) {
        if (!operation.equals("statistics")) {
            return Flux.error(PluginException.unknownOperation(operation));
        }
        return Flux.defer(() -> {
            Columns columns = Columns.grouped(params);
            String keyName = columns.by().orElseThrow();
            return aggregated(columns, input).flatMapMany(rows -> ResultBatches.of(rows, keyName, host().allocator()));
        });
    }

    @Override
    public Mono<Object> execute(String operation, Map<String, @Nullable Object> params) {
        return execute(operation, params, Flux.empty());
    }

    @Override
    public Mono<Object> execute(String operation, Map<String, @Nullable Object> params, Flux<Batch> input) {
        if (!operation.equals("summary")) {
            return Mono.error(PluginException.unknownOperation(operation));
        }
        return Mono.defer(() -> aggregated(Columns.overall(params), input).map(DelayStatistics::summary));
    }

    private Mono<List<GroupRow>> aggregated(Columns columns, Flux<Batch> input) {
        Flux<Batch> batches = input.switchIfEmpty(ownInput(columns));
        return Mono.using(
                () -> new Aggregation(columns, host().budget()),
                aggregation -> Batches.forEach(batches, aggregation::add).then(Mono.fromCallable(aggregation::rows)));
    }

    private Flux<Batch> ownInput(Columns columns) {
        return Flux.defer(() -> host().data().table(TABLE).flatMapMany(table -> {
            columns.check(table.columns().stream().map(TableInfo.Column::name).toList());
            return host().data().query(columns.select(TABLE));
        }));
    }

    private static Object summary(List<GroupRow> rows) {
        GroupRow figures = rows.isEmpty() ? GroupRow.none() : rows.getFirst();
        Map<String, @Nullable Object> summary = new LinkedHashMap<>();
        summary.put("rows", figures.count());
        summary.put("mean", finite(figures.mean()));
        summary.put("median", finite(figures.median()));
        summary.put("p95", finite(figures.p95()));
        summary.put("exact", figures.exact());
        return summary;
    }

    /** JSON has no number that is not finite. */
    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    private Host host() {
        return Objects.requireNonNull(host, "initialize() comes before every operation");
    }
}
