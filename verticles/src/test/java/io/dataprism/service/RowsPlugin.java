package io.dataprism.service;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.DataProcessorPlugin;
import io.dataprism.plugin.PluginContext;
import io.dataprism.plugin.PluginException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Runs in a sandbox. {@code echo} answers its parameters, or with {@code settings} those; {@code keep} stores them and answers
 * what is stored; {@code count} answers the one text of a query with a parameter {@code n}. Else it answers {@code batches} batches
 * of 1,000 rows each: {@code n} counts, {@code text} is null in every other row. Where {@code fails} is there, a failure follows
 * them; where {@code waits} is, nothing ever does.
 */
public final class RowsPlugin implements DataProcessorPlugin {

    private static final int ROWS = 1_000;

    private final BufferAllocator allocator = new RootAllocator();

    private PluginContext context;
    private Map<String, Object> settings = Map.of();

    @Override
    public Mono<Void> initialize(PluginContext door) {
        context = door;
        return Mono.empty();
    }

    @Override
    public Mono<Void> configure(Map<String, Object> given) {
        settings = given;
        return Mono.empty();
    }

    @Override
    public Mono<Object> execute(String operation, Map<String, Object> params) {
        var storage = context.services().storage();
        return switch (operation) {
            case "keep" -> storage.set("kept", params).then(storage.get("kept"));
            case "count" ->
                context.services()
                        .data()
                        .query((String) params.get("sql"), params.get("n"))
                        .map(RowsPlugin::text)
                        .next()
                        .cast(Object.class);
            default -> Mono.just(params.containsKey("settings") ? settings : params);
        };
    }

    private static String text(Batch batch) {
        try (batch) {
            return String.valueOf(batch.root().getVector(0).getObject(0));
        }
    }

    @Override
    public Flux<Batch> process(String operation, Flux<Batch> input, Map<String, Object> params) {
        Flux<Batch> rows =
                Flux.range(0, ((Number) params.get("batches")).intValue()).map(this::batch);
        if (params.containsKey("waits")) {
            return rows.concatWith(Flux.never());
        }
        return params.containsKey("fails")
                ? rows.concatWith(Flux.error(new PluginException("REQUEST_INVALID", "broken off")))
                : rows;
    }

    private Batch batch(int index) {
        BigIntVector numbers = new BigIntVector("n", allocator);
        VarCharVector texts = new VarCharVector("text", allocator);
        for (int row = 0; row < ROWS; row++) {
            numbers.setSafe(row, (long) ROWS * index + row);
            if (row % 2 == 0) {
                texts.setSafe(row, ("row " + row).getBytes(StandardCharsets.UTF_8));
            }
        }
        numbers.setValueCount(ROWS);
        texts.setValueCount(ROWS);
        VectorSchemaRoot root = VectorSchemaRoot.of(numbers, texts);
        root.setRowCount(ROWS);
        return new Batch(root);
    }
}
