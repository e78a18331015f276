package io.dataprism.sandbox.child;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.ConnectionReport;
import io.dataprism.plugin.DataProcessorPlugin;
import io.dataprism.plugin.IntegrationPlugin;
import io.dataprism.plugin.Plugin;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugin.ProcessingOptions;
import io.dataprism.plugin.RemoteTable;
import io.dataprism.plugin.ScheduledRun;
import io.dataprism.plugin.TransformRule;
import io.dataprism.plugin.UtilityPlugin;
import io.dataprism.plugin.ValidationReport;
import io.dataprism.plugin.WriteReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Which method of the plugin an operation is: the well-known names have methods of their own. */
record Dispatch(Plugin plugin, HostContext context, CallOrder order) {

    private static final int MOST_DATASETS = 256;

    /** An operation of kind value. */
    Mono<Object> value(Flux<Batch> input) {
        ScheduledRun run = order.run();
        if (run != null) {
            return plugin instanceof UtilityPlugin utility
                    ? utility.runTask(run.schedule(), run)
                    : plugin.execute(run.operation(), Map.of());
        }
        return switch (plugin) {
            case DataProcessorPlugin processor
            when is("validate") -> processor.validate(input, order.params()).map(ValidationReport::toJson);
            case IntegrationPlugin integration
            when is("test-connection") -> integration.testConnection().map(ConnectionReport::toJson);
            case IntegrationPlugin integration
            when is("discover") ->
                integration
                        .discover()
                        .map(tables -> tables.stream().map(RemoteTable::toJson).toList());
            case IntegrationPlugin integration
            when is("write") ->
                integration.write(table(), input, order.params()).map(WriteReport::toJson);
            default -> plugin.execute(order.operation(), order.params(), input);
        };
    }

    /** An operation of kind dataset. */
    Flux<Batch> dataset(Flux<Batch> input) {
        return switch (plugin) {
            case IntegrationPlugin integration when is("read") -> read(integration);
            case DataProcessorPlugin processor
            when is("transform") && order.params().get("rules") != null ->
                processor.transform(input, TransformRule.listOf(order.params().get("rules")));
            case DataProcessorPlugin processor when is("stream") -> processor.stream(input, order.params());
            case DataProcessorPlugin processor
            when is("batch") && order.params().get("datasets") != null ->
                Flux.concat(processor.batch(datasets(order.params().get("datasets")), order.params()));
            case DataProcessorPlugin processor ->
                processor.process(
                        order.operation(),
                        input,
                        order.params(),
                        ProcessingOptions.of(
                                order.options(), context.resources().operationTimeout()));
            default -> throw PluginException.unknownOperation(order.operation());
        };
    }

    private Flux<Batch> read(IntegrationPlugin integration) {
        ReadCheckpoint checkpoint = new ReadCheckpoint(order.checkpoint());
        return integration
                .read(table(), order.params(), checkpoint)
                .concatWith(Mono.defer(() -> checkpoint.keep(context, order.id())));
    }

    private List<Flux<Batch>> datasets(@Nullable Object statements) {
        if (!(statements instanceof List<?> list) || list.size() > MOST_DATASETS) {
            throw PluginException.invalidParameter(
                    "datasets", "must be an array of at most " + MOST_DATASETS + " statements of SQL");
        }
        List<Flux<Batch>> datasets = new ArrayList<>();
        for (Object statement : list) {
            if (!(statement instanceof String sql)) {
                throw PluginException.invalidParameter("datasets/" + datasets.size(), "must be a statement of SQL");
            }
            datasets.add(context.services().data().query(sql));
        }
        return List.copyOf(datasets);
    }

    private String table() {
        if (order.params().get("table") instanceof String table && !table.isEmpty()) {
            return table;
        }
        throw PluginException.invalidParameter("table", "must be the name of a table");
    }

    private boolean is(String operation) {
        return order.operation().equals(operation);
    }
}
