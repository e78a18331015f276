package plugins;

import io.dataprism.plugin.*;
import java.time.*;
import java.util.*;
import org.apache.arrow.memory.*;
import org.apache.arrow.vector.*;
import reactor.core.publisher.*;

/** A plugin of every category, which does what a test asks for. */
public class Everything implements DataProcessorPlugin, VisualizationPlugin, IntegrationPlugin, UtilityPlugin {

    private static final BufferAllocator ALLOCATOR = new RootAllocator();
    private PluginContext context;
    private final List<String> destroyed = new ArrayList<>();
    private Health health = Health.ok();
    private boolean silent;

    private record Picture(long rows, String size, RenderConfig config) implements View {}

    @Override
    public Mono<Void> initialize(PluginContext given) {
        context = given;
        return Mono.empty();
    }

    @Override
    public Mono<Object> execute(String operation, Map<String, Object> params) {
        switch (operation) {
            case "manifest":
                PluginManifest manifest = context.manifest();
                return Mono.just(List.of(
                        manifest.name(),
                        manifest.author(),
                        manifest.operations().getFirst().kind(),
                        manifest.operation("none").isPresent(),
                        manifest.dependencies().getFirst().version(),
                        manifest.permissions().getFirst().scope(),
                        manifest.schedules().getFirst().when(),
                        manifest.keywords()));
            case "destroyed":
                return Mono.just(List.copyOf(destroyed));
            case "sicken":
                health = Health.unhealthy("The other side is gone.");
                return Mono.empty();
            case "fall-silent":
                silent = true;
                return Mono.empty();
            default:
                return Mono.just("executed " + operation + " " + params);
        }
    }

    @Override
    public Mono<Health> health() {
        return silent ? Mono.never() : Mono.just(health);
    }

    @Override
    public List<Capability> capabilities() {
        return List.of(new Capability("anything", "Does anything."));
    }

    @Override
    public List<DataType> supportedDataTypes() {
        return List.of(DataType.INTEGER);
    }

    @Override
    public Flux<Batch> process(String operation, Flux<Batch> input, Map<String, Object> params) {
        return input;
    }

    @Override
    public Flux<Batch> process(
            String operation, Flux<Batch> input, Map<String, Object> params, ProcessingOptions options) {
        return operation.equals("wishes")
                ? Flux.just(numbers(
                        options.batchRows(),
                        options.timeout().toMillis(),
                        options.mode().ordinal()))
                : process(operation, input, params);
    }

    @Override
    public Flux<Batch> transform(Flux<Batch> input, List<TransformRule> rules) {
        return input.map(batch -> {
            try (batch) {
                BigIntVector numbers =
                        (BigIntVector) batch.column(rules.getFirst().field());
                long[] doubled = new long[batch.rowCount()];
                for (int row = 0; row < doubled.length; row++) {
                    doubled[row] = 2 * numbers.get(row);
                }
                return numbers(doubled);
            }
        });
    }

    @Override
    public Mono<ValidationReport> validate(Flux<Batch> input, Map<String, Object> params) {
        return rows(input)
                .map(rows -> ValidationReport.of(
                        List.of(new ValidationReport.Finding("range", "n", 3L, 1, "3 is too large.")),
                        List.of(),
                        new ValidationReport.Statistics(rows, 1, Map.of("seen", params.size()))));
    }

    @Override
    public List<ProcessingCapability> processingCapabilities() {
        return List.of(new ProcessingCapability(
                "double",
                "Doubles.",
                List.of(DataType.INTEGER),
                List.of(DataType.INTEGER),
                ProcessingCapability.Complexity.LOW,
                true));
    }

    @Override
    public ProcessingMetrics processingMetrics() {
        return new ProcessingMetrics(1, 2, 3, 4, Duration.ofMillis(5));
    }

    @Override
    public Mono<View> render(String operation, Flux<Batch> data, Map<String, Object> params) {
        return render(operation, data, params, RenderConfig.DEFAULT);
    }

    @Override
    public Mono<View> render(String operation, Flux<Batch> data, Map<String, Object> params, RenderConfig config) {
        return rows(data).map(rows -> new Picture(rows, "default", config));
    }

    @Override
    public Mono<View> resize(View view, Dimensions to) {
        Picture picture = (Picture) view;
        return Mono.just(new Picture(picture.rows, to.width() + "x" + to.height(), picture.config));
    }

    @Override
    public Mono<Void> destroy(View view) {
        destroyed.add(text((Picture) view));
        return destroyed.size() == 1 ? Mono.error(new IllegalStateException("stuck")) : Mono.empty();
    }

    @Override
    public Mono<Rendering> export(View view, ExportFormat format) {
        return Mono.just(new Rendering(format, text((Picture) view).getBytes()));
    }

    private static String text(Picture picture) {
        return picture.rows + " rows, " + picture.size + ", " + picture.config.theme() + picture.config.styles();
    }

    @Override
    public List<VisualizationType> visualizationTypes() {
        return List.of(new VisualizationType(
                "count", "Counts.", VisualizationType.Category.CUSTOM, List.of("n"), List.of(), null));
    }

    @Override
    public List<InteractionFeature> interactionFeatures() {
        return List.of(new InteractionFeature("point", "Points.", List.of("pointermove")));
    }

    @Override
    public RenderConfig configuration() {
        return new RenderConfig(RenderConfig.Theme.DARK, true, false, false, Map.of("a", "b"));
    }

    @Override
    public Mono<List<RemoteTable>> discover() {
        return Mono.just(
                List.of(new RemoteTable("far", List.of(new RemoteTable.Column("n", "int8", false)), 7L, true)));
    }

    @Override
    public Flux<Batch> read(String table, Map<String, Object> params, Checkpoint checkpoint) {
        long from = checkpoint.value() == null ? 0 : ((Number) checkpoint.value()).longValue();
        if (params.containsKey("large")) {
            checkpoint.reached("x".repeat(70_000));
        } else {
            checkpoint.reached(from + 2);
        }
        return params.containsKey("fail")
                ? Flux.error(new PluginException("PLUGIN_FAILED", "The other side is gone."))
                : Flux.just(numbers(from, from + 1));
    }

    @Override
    public Mono<WriteReport> write(String table, Flux<Batch> data, Map<String, Object> params) {
        return rows(data).map(rows -> new WriteReport(table, rows));
    }

    @Override
    public Mono<Object> runTask(String name, ScheduledRun run) {
        return Mono.just(name + " runs " + run.operation() + ", due " + run.due() + ", last " + run.lastRun());
    }

    private static Mono<Long> rows(Flux<Batch> batches) {
        return batches.map(batch -> {
                    try (batch) {
                        return (long) batch.rowCount();
                    }
                })
                .reduce(0L, Long::sum);
    }

    private static Batch numbers(long... values) {
        BigIntVector vector = new BigIntVector("n", ALLOCATOR);
        vector.allocateNew(values.length);
        for (int row = 0; row < values.length; row++) {
            vector.set(row, values[row]);
        }
        vector.setValueCount(values.length);
        VectorSchemaRoot root = new VectorSchemaRoot(List.of(vector));
        root.setRowCount(values.length);
        return new Batch(root);
    }
}
