package io.dataprism.plugins.validator;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Batches;
import io.dataprism.plugin.DataProcessorPlugin;
import io.dataprism.plugin.DataService;
import io.dataprism.plugin.PluginContext;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugin.ValidationReport;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Datasets against rules: the operation {@code validate}. */
public final class DataValidator implements DataProcessorPlugin {

    private static final int MOST_EXAMPLES = 100;

    private @Nullable Host host;

    /** What a plugin has from {@code initialize} on. */
    private record Host(DataService data, HashMemory memory) {}

    @Override
    public Mono<Void> initialize(PluginContext context) {
        return Mono.fromRunnable(() -> host = new Host(
                context.services().data(), new HashMemory(context.resources().memoryBytes() / 2)));
    }

    @Override
    public Mono<Object> execute(String operation, Map<String, @Nullable Object> params, Flux<Batch> input) {
        if (!operation.equals("validate")) {
            return Mono.error(PluginException.unknownOperation(operation));
        }
        return validate(input, params).map(ValidationReport::toJson);
    }

    @Override
    public Mono<ValidationReport> validate(Flux<Batch> input, Map<String, @Nullable Object> params) {
        return Mono.using(
                () -> new Validation(RuleReader.read(params, host().memory()), examples(params)),
                validation -> Flux.fromIterable(validation.references())
                        .concatMap(this::fill)
                        .then(Batches.forEach(input, validation::add))
                        .then(Mono.fromCallable(validation::report)));
    }

    @Override
    public Flux<Batch> process(String operation, Flux<Batch> input, Map<String, @Nullable Object> params) {
        return Flux.error(PluginException.unknownOperation(operation));
    }

    private Mono<Void> fill(Referential reference) {
        return Batches.forEach(host().data().query(reference.query()), batch -> {
            for (int row = 0; row < batch.rowCount(); row++) {
                reference.known().add(batch.root().getFieldVectors(), row);
            }
        });
    }

    private static int examples(Map<String, @Nullable Object> params) {
        Object value = params.get("examples");
        if (value == null) {
            return 10;
        }
        if (value instanceof Number number && number.intValue() >= 0 && number.intValue() <= MOST_EXAMPLES) {
            return number.intValue();
        }
        throw PluginException.invalidParameter(
                "examples", "is " + value + ", and must be a number from 0 to " + MOST_EXAMPLES);
    }

    private Host host() {
        return Objects.requireNonNull(host, "initialize() comes before every operation");
    }
}
