package io.dataprism.plugins.outliers;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Batches;
import io.dataprism.plugin.DataProcessorPlugin;
import io.dataprism.plugin.DataService;
import io.dataprism.plugin.PluginContext;
import io.dataprism.plugin.PluginException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Rows that lie far from the others: of a dataset ({@code detect}) and of a stream ({@code stream}). */
public final class OutlierDetector implements DataProcessorPlugin {

    private @Nullable Host host;

    /** What a plugin has from {@code initialize} until {@code cleanup}. */
    private record Host(DataService data, HeldMemory memory, BufferAllocator allocator) {}

    @Override
    public Mono<Void> initialize(PluginContext context) {
        return Mono.fromRunnable(() -> host = new Host(
                context.services().data(), new HeldMemory(context.resources().memoryBytes() / 2), new RootAllocator()));
    }

    @Override
    public Mono<Void> cleanup() {
        return Mono.fromRunnable(() -> host().allocator().close());
    }

    @Override
    public Flux<Batch> process(String operation, Flux<Batch> input, Map<String, @Nullable Object> params) {
        return switch (operation) {
            case "detect" -> Flux.defer(() -> detect(input, params));
            case "stream" -> Flux.defer(() -> rolling(input, params));
            default -> Flux.error(PluginException.unknownOperation(operation));
        };
    }

    private Flux<Batch> detect(Flux<Batch> input, Map<String, @Nullable Object> params) {
        String methodName = Question.text(params, "method").orElse("zscore");
        Method method = switch (methodName) {
            case "zscore" -> Method.ZSCORE;
            case "iqr" -> Method.IQR;
            default ->
                throw PluginException.invalidParameter(
                        "method", "is '" + methodName + "', and must be 'zscore' or 'iqr'");
        };
        Question question = Question.of(params, method.usualThreshold());
        Optional<String> table = Question.text(params, "table");
        return table.map(name -> ofTable(new TableQuestion(name, question, method)))
                .orElseGet(() -> ofInput(input, question, method));
    }

    private Flux<Batch> ofTable(TableQuestion asked) {
        DataService data = host().data();
        Question question = asked.question();
        return data.table(asked.table()).flatMapMany(table -> {
            asked.check(table.columns());
            Spreads spreads = Spreads.empty(question);
            return Batches.forEach(
                            data.query(asked.figures()),
                            batch -> spreads.addRows(batch, question.group().isPresent(), asked.method()))
                    .thenMany(Flux.defer(() -> marked(data.query(asked.rows()), question, spreads)));
        });
    }

    private Flux<Batch> ofInput(Flux<Batch> input, Question question, Method method) {
        return Flux.using(
                () -> new HeldBatches(host().memory(), question.columns().size()),
                held -> Batches.forEach(input, held::add).thenMany(Flux.defer(() -> {
                    if (held.isEmpty()) {
                        return Flux.error(
                                new PluginException(
                                        "REQUEST_INVALID",
                                        "There is nothing to look at. Give an input, or name a table as the parameter 'table'."));
                    }
                    Spreads spreads = held.read(batches -> Spreads.ofBatches(batches, question, method));
                    return marked(rest(held), question, spreads);
                })),
                HeldBatches::close);
    }

    private static Flux<Batch> rest(HeldBatches held) {
        return Flux.generate(sink -> {
            Batch next = held.poll();
            if (next == null) {
                sink.complete();
            } else {
                sink.next(next);
            }
        });
    }

    private Flux<Batch> rolling(Flux<Batch> input, Map<String, @Nullable Object> params) {
        Question question = Question.of(params, 3);
        int length = (int) Question.number(params, "window", 100);
        int minimum = (int) Question.number(params, "minimum", Math.min(10, length));
        if (length < 2 || length > 1_000 || minimum < 2 || minimum > length) {
            throw PluginException.invalidParameter(
                    "window",
                    "is " + length + " and 'minimum' " + minimum
                            + "; a window has 2 to 1000 values, and the minimum 2 to as many as the window");
        }
        return Flux.using(
                () -> new RollingWindows(question.columns().size(), length, minimum, host().memory()),
                windows -> marked(input, question, windows),
                RollingWindows::close);
    }

    /** Leaves out batches without rows, but not the first: it carries the schema. */
    private Flux<Batch> marked(Flux<Batch> batches, Question question, Judge judge) {
        Marking marking = new Marking(question, judge, host().allocator());
        return batches.map(marking::mark).index().handle((numbered, sink) -> {
            Batch batch = numbered.getT2();
            if (batch.rowCount() == 0 && numbered.getT1() > 0) {
                batch.close();
            } else {
                sink.next(batch);
            }
        });
    }

    private Host host() {
        return Objects.requireNonNull(host, "initialize() comes before every operation");
    }
}
