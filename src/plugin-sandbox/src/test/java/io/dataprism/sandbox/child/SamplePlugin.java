package io.dataprism.sandbox.child;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.DataProcessorPlugin;
import io.dataprism.plugin.ExportFormat;
import io.dataprism.plugin.PluginContext;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugin.Rendering;
import io.dataprism.plugin.View;
import io.dataprism.plugin.VisualizationPlugin;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Does each thing that a plugin can do. */
public class SamplePlugin implements DataProcessorPlugin, VisualizationPlugin {

    private record Text(String text) implements View {}

    private PluginContext context;

    @Override
    public Mono<Void> initialize(PluginContext given) {
        context = given;
        given.logger()
                .info(given.pluginName()
                        + given.pluginVersion()
                        + given.resources().threads());
        return Mono.empty();
    }

    @Override
    public Mono<Object> execute(String operation, Map<String, Object> params, Flux<Batch> input) {
        return switch (operation) {
            case "count" -> input.map(SamplePlugin::rows).reduce(0L, Long::sum).cast(Object.class);
            case "call" -> context.services().callPlugin("other", "op", params);
            case "tables" ->
                context.services().data().tables().map(tables ->
                        (Object) tables.getFirst().name());
            case "table" ->
                context.services().data().table("t").map(table ->
                        (Object) table.columns().size());
            case "query" ->
                context.services()
                        .data()
                        .query("SELECT 1")
                        .map(SamplePlugin::rows)
                        .reduce(0L, Long::sum)
                        .cast(Object.class);
            case "broken-query" ->
                context.services()
                        .data()
                        .query("SELECT 1")
                        .doOnNext(Batch::close)
                        .reduce(0L, (count, batch) -> {
                            throw new NoClassDefFoundError("com/acme/Missing");
                        })
                        .cast(Object.class);
            case "broken-end" ->
                context.services()
                        .data()
                        .query("SELECT 1")
                        .map(SamplePlugin::rows)
                        .reduce(0L, Long::sum)
                        .map(rows -> {
                            throw new NoClassDefFoundError("com/acme/Missing");
                        });
            case "publish" -> context.events().publish("plugin:sample:x", 1).cast(Object.class);
            case "follow" ->
                context.events().subscribe("plugin:sample:*").next().map(event -> (Object) event.topic());
            case "configuration" -> Mono.just(context.configuration());
            case "never" -> Mono.never();
            default -> throw PluginException.unknownOperation(operation);
        };
    }

    @Override
    public Flux<Batch> process(String operation, Flux<Batch> input, Map<String, Object> params) {
        return input;
    }

    @Override
    public Mono<View> render(String operation, Flux<Batch> data, Map<String, Object> params) {
        return Mono.just(new Text(operation));
    }

    @Override
    public Mono<Rendering> export(View view, ExportFormat format) {
        return Mono.just(new Rendering(format, ((Text) view).text().getBytes()));
    }

    private static long rows(Batch batch) {
        try (batch) {
            return batch.rowCount();
        }
    }
}
