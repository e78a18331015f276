package io.dataprism.plugins.errors;

import io.dataprism.plugin.Event;
import io.dataprism.plugin.PluginContext;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugin.UtilityPlugin;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Errors, grouped, retried, or kept: the operations {@code groups}, {@code dead-letters}, {@code retry} and {@code clear}. */
public final class ErrorHandler implements UtilityPlugin {

    static final String DEAD_LETTER = "plugin:error-handler:dead-letter";
    static final List<String> FOLLOWED =
            List.of("core:error", "eventbus:*", "plugin:failed", "plugin:quarantined", "plugin:*:error");

    private final ErrorGroups groups = new ErrorGroups();
    private final DeadLetters deadLetters = new DeadLetters();
    private final Scheduler timer;
    private volatile RetryPolicy policy = RetryPolicy.of(Map.of());
    private volatile Disposable running = Disposables.disposed();
    private volatile @Nullable Retries retries;
    private @Nullable PluginContext context;

    /** As the host makes it. */
    public ErrorHandler() {
        this(Schedulers.parallel());
    }

    ErrorHandler(Scheduler timer) {
        this.timer = timer;
    }

    @Override
    public Mono<Void> initialize(PluginContext context) {
        return Mono.fromRunnable(() -> {
            this.context = context;
            policy = RetryPolicy.of(context.configuration());
        });
    }

    @Override
    public Mono<Void> configure(Map<String, @Nullable Object> settings) {
        return Mono.fromRunnable(() -> policy = RetryPolicy.of(settings));
    }

    @Override
    public Mono<Void> activate() {
        return Mono.fromRunnable(() -> {
            Retries started = new Retries(this::call, deadLetters, this::announce, timer);
            Disposable.Composite all = Disposables.composite(started);
            for (String pattern : FOLLOWED) {
                all.add(context()
                        .events()
                        .subscribe(pattern)
                        .subscribe(
                                event -> take(event, started),
                                failure -> context()
                                        .logger()
                                        .error("'" + pattern + "' is not followed: " + failure.getMessage())));
            }
            retries = started;
            running = all;
        });
    }

    @Override
    public Mono<Void> deactivate() {
        return Mono.fromRunnable(() -> running.dispose());
    }

    private void take(Event event, Retries to) {
        if (event.source().equals("/plugins/" + context().pluginName())) {
            return;
        }
        ErrorReport report = ErrorReport.of(event);
        groups.add(report);
        if (report.call() != null) {
            to.take(report, report.call(), policy);
        }
    }

    private Mono<Object> call(FailedCall call) {
        return context().services().callPlugin(call.plugin(), call.operation(), call.params());
    }

    private void announce(DeadLetter letter) {
        context()
                .events()
                .publish(DEAD_LETTER, letter.toJson())
                .subscribe(
                        cursor -> {},
                        failure -> context().logger().error("A dead letter was not told: " + failure.getMessage()));
    }

    @Override
    public Mono<Object> execute(String operation, Map<String, @Nullable Object> params) {
        return switch (operation) {
            case "groups" ->
                Mono.fromSupplier(() -> Map.of("groups", groups.list(limit(params)), "forgotten", groups.forgotten()));
            case "dead-letters" -> Mono.fromSupplier(() -> deadLetters(limit(params)));
            case "retry" -> Mono.defer(() -> retry(params));
            case "clear" -> Mono.fromSupplier(() -> clear(params));
            default -> Mono.error(PluginException.unknownOperation(operation));
        };
    }

    private Map<String, @Nullable Object> deadLetters(int limit) {
        Retries now = retries;
        return Map.of(
                "deadLetters", deadLetters.list(limit),
                "dropped", deadLetters.dropped(),
                "waiting", now == null ? 0 : now.waiting());
    }

    private Mono<Object> retry(Map<String, @Nullable Object> params) {
        if (!(params.get("ids") instanceof List<?> ids) || !ids.stream().allMatch(Number.class::isInstance)) {
            throw PluginException.invalidParameter(
                    "ids", "is " + params.get("ids") + ", and must be a list of ids as dead-letters has them");
        }
        return Flux.fromIterable(ids)
                .concatMap(id -> retry(((Number) id).longValue()))
                .collectList()
                .map(results -> Map.of("results", results));
    }

    private Mono<Map<String, @Nullable Object>> retry(long id) {
        DeadLetter letter = deadLetters.find(id).orElse(null);
        if (letter == null) {
            return Mono.just(result(id, "failed", "there is no dead letter with this id"));
        }
        return call(letter.call())
                .then(Mono.fromSupplier(() -> {
                    deadLetters.remove(id);
                    return result(id, "succeeded", null);
                }))
                .onErrorResume(failure -> {
                    String error = String.valueOf(failure.getMessage());
                    deadLetters.failedAgain(letter, error);
                    return Mono.just(result(id, "failed", error));
                });
    }

    private static Map<String, @Nullable Object> result(long id, String outcome, @Nullable String error) {
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        result.put("id", id);
        result.put("outcome", outcome);
        result.put("error", error);
        return result;
    }

    private Map<String, @Nullable Object> clear(Map<String, @Nullable Object> params) {
        String what = params.get("what") instanceof String text ? text : "all";
        return Map.of(
                "groups", what.equals("dead-letters") ? 0 : groups.clear(),
                "deadLetters", what.equals("groups") ? 0 : deadLetters.clear());
    }

    private static int limit(Map<String, @Nullable Object> params) {
        return params.get("limit") instanceof Number number ? Math.max(1, number.intValue()) : 100;
    }

    private PluginContext context() {
        return Objects.requireNonNull(context, "initialize() comes before everything else");
    }
}
