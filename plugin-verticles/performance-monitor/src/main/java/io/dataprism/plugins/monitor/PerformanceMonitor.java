package io.dataprism.plugins.monitor;

import io.dataprism.plugin.PluginContext;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugin.UtilityPlugin;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Queries, queues and memory of the node: the operations {@code report} and {@code thresholds}, and an event at a threshold. */
public final class PerformanceMonitor implements UtilityPlugin {

    static final String QUERIES = "core:query:complete";
    static final String THRESHOLD = "plugin:performance-monitor:threshold";
    private static final Duration SAMPLE_LIMIT = Duration.ofSeconds(5);

    private final InstantSource clock;
    private @Nullable PluginContext context;
    private volatile Watching watching = new Watching(Settings.of(Map.of()));
    private volatile @Nullable NodeSample sample;
    private volatile @Nullable String problem;
    private volatile boolean active;
    private volatile Disposable following = Disposables.disposed();
    private volatile Disposable sampling = Disposables.disposed();

    /** What belongs to one configuration. */
    private record Watching(Settings settings, SlidingWindow window, Watch watch) {

        Watching(Settings settings) {
            this(settings, new SlidingWindow(settings.windowSeconds()), new Watch(settings.thresholds()));
        }
    }

    /** As the host makes it. */
    public PerformanceMonitor() {
        this(InstantSource.system());
    }

    PerformanceMonitor(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Mono<Void> initialize(PluginContext context) {
        return Mono.fromRunnable(() -> {
            this.context = context;
            watching = new Watching(Settings.of(context.configuration()));
        });
    }

    /** Queries are followed on: a new subscription would miss those that end until it stands. */
    @Override
    public Mono<Void> configure(Map<String, @Nullable Object> settings) {
        return Mono.fromRunnable(() -> {
            Settings wanted = Settings.of(settings);
            Watching before = watching;
            watching = before.settings().windowSeconds() == wanted.windowSeconds()
                    ? new Watching(wanted, before.window(), new Watch(wanted.thresholds()))
                    : new Watching(wanted);
            if (active) {
                sampling.dispose();
                sampling = startSampling();
            }
        });
    }

    @Override
    public Mono<Void> activate() {
        return Mono.fromRunnable(() -> {
            active = true;
            following = startFollowing();
            sampling = startSampling();
        });
    }

    @Override
    public Mono<Void> deactivate() {
        return Mono.fromRunnable(() -> {
            active = false;
            following.dispose();
            sampling.dispose();
        });
    }

    private Disposable startFollowing() {
        return context()
                .events()
                .subscribe(QUERIES)
                .subscribe(
                        event -> QueryEvent.of(event)
                                .ifPresent(query -> watching.window().add(query)),
                        failure -> context().logger().error("Queries are not followed: " + failure.getMessage()));
    }

    private Disposable startSampling() {
        return Flux.interval(Duration.ofSeconds(watching.settings().sampleSeconds()))
                .onBackpressureDrop()
                .concatMap(tick -> tick(), 1)
                .subscribe();
    }

    /** Samples the node, compares, and tells what changed. Never fails. */
    Mono<Void> tick() {
        return Mono.zip(
                        context().services().metrics().metrics(),
                        context().services().metrics().memoryUsage(),
                        (metrics, memory) -> NodeSample.of(clock.instant(), metrics, memory))
                .timeout(SAMPLE_LIMIT)
                .doOnNext(taken -> {
                    sample = taken;
                    problem = null;
                })
                .onErrorResume(failure -> {
                    problem = String.valueOf(failure.getMessage());
                    return Mono.empty();
                })
                .thenMany(Flux.defer(() -> Flux.fromIterable(watching.watch().changes(figures(), sample))))
                .concatMap(change -> context().events().publish(THRESHOLD, change))
                .onErrorResume(failure -> {
                    context().logger().error("A threshold's event was not published: " + failure.getMessage());
                    return Mono.empty();
                })
                .then();
    }

    @Override
    public Mono<Object> execute(String operation, Map<String, @Nullable Object> params) {
        return switch (operation) {
            case "report" -> Mono.fromSupplier(this::report);
            case "thresholds" ->
                Mono.fromSupplier(() -> Map.of("thresholds", watching.watch().state(figures(), sample)));
            default -> Mono.error(PluginException.unknownOperation(operation));
        };
    }

    private Map<String, @Nullable Object> report() {
        NodeSample node = sample;
        Map<String, @Nullable Object> report = new LinkedHashMap<>();
        report.put("windowSeconds", watching.settings().windowSeconds());
        report.put("queries", figures().toJson());
        report.put("node", node == null ? null : node.toJson());
        report.put("problem", problem);
        return report;
    }

    private QueryFigures figures() {
        return watching.window().figures(clock.instant());
    }

    private PluginContext context() {
        return Objects.requireNonNull(context, "initialize() comes before everything else");
    }
}
