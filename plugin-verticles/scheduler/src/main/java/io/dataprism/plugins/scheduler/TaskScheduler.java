package io.dataprism.plugins.scheduler;

import io.dataprism.plugin.PluginContext;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugin.UtilityPlugin;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Tasks at their times: the operations {@code tasks} and {@code run}. */
public final class TaskScheduler implements UtilityPlugin {

    static final String RAN = "plugin:scheduler:ran";
    static final String ERROR = "plugin:scheduler:error";
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration RUN_LIMIT = Duration.ofMinutes(2);

    private final InstantSource clock;
    private @Nullable PluginContext context;
    private volatile List<Task> tasks = List.of();
    private volatile Disposable running = Disposables.disposed();

    /** As the host makes it. */
    public TaskScheduler() {
        this(InstantSource.system());
    }

    TaskScheduler(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Mono<Void> initialize(PluginContext context) {
        return Mono.defer(() -> {
            this.context = context;
            return configure(context.configuration());
        });
    }

    /** Tasks that stay as they are go on as they are; others go on from when one of their name last ran. */
    @Override
    public Mono<Void> configure(Map<String, @Nullable Object> settings) {
        return Mono.defer(() -> {
            List<Task> before = tasks;
            return Flux.fromIterable(Settings.tasks(settings))
                    .concatMap(spec -> same(before, spec).map(Mono::just).orElseGet(() -> task(spec)))
                    .collectList()
                    .doOnNext(all -> tasks = List.copyOf(all))
                    .then();
        });
    }

    private static Optional<Task> same(List<Task> tasks, TaskSpec spec) {
        return tasks.stream()
                .filter(task -> task.spec().name().equals(spec.name()) && sameCall(task.spec(), spec))
                .findFirst();
    }

    private static boolean sameCall(TaskSpec one, TaskSpec other) {
        return one.call().equals(other.call()) && one.plan().equals(other.plan());
    }

    private Mono<Task> task(TaskSpec spec) {
        return kept(spec)
                .map(lastRun -> new Task(spec, lastRun, clock.instant()))
                .switchIfEmpty(Mono.fromSupplier(() -> new Task(spec, null, clock.instant())));
    }

    /** When it last began; empty where it never did, or where that is not known. */
    private Mono<Instant> kept(TaskSpec spec) {
        return context()
                .services()
                .storage()
                .get(key(spec))
                .mapNotNull(TaskScheduler::time)
                .onErrorResume(failure -> {
                    context()
                            .logger()
                            .warn("When '" + spec.name() + "' last ran is not known: " + failure.getMessage());
                    return Mono.empty();
                });
    }

    private static @Nullable Instant time(Object stored) {
        try {
            return Instant.parse(String.valueOf(stored));
        } catch (DateTimeParseException other) {
            return null;
        }
    }

    private static String key(TaskSpec spec) {
        return "last-run:" + spec.name();
    }

    @Override
    public Mono<Void> activate() {
        return Mono.fromRunnable(
                () -> running = Flux.interval(TICK).onBackpressureDrop().subscribe(tick -> tick()));
    }

    @Override
    public Mono<Void> deactivate() {
        return Mono.fromRunnable(() -> running.dispose());
    }

    /** Begins what is due. */
    void tick() {
        Instant now = clock.instant();
        tasks.stream()
                .filter(task -> task.begin(now))
                .forEach(task -> kept(task.spec())
                        .map(lastRun -> task.leaveTo(lastRun, clock.instant()))
                        .defaultIfEmpty(false)
                        .subscribe(left -> {
                            if (!left) {
                                run(task, now);
                            }
                        }));
    }

    private void run(Task task, Instant began) {
        context()
                .services()
                .storage()
                .set(key(task.spec()), began.toString())
                .onErrorResume(failure -> {
                    context()
                            .logger()
                            .warn("When '" + task.spec().name() + "' ran is not kept: " + failure.getMessage());
                    return Mono.empty();
                })
                .then(Mono.defer(() -> call(task.spec())).timeout(RUN_LIMIT).then())
                .subscribe(nothing -> {}, failure -> ended(task, began, failure), () -> ended(task, began, null));
    }

    private Mono<Object> call(TaskSpec spec) {
        return context().services().callPlugin(spec.plugin(), spec.operation(), spec.params());
    }

    private void ended(Task task, Instant began, @Nullable Throwable failure) {
        String error = failure == null ? null : String.valueOf(failure.getMessage());
        task.ended(error);
        Map<String, @Nullable Object> event = new LinkedHashMap<>();
        event.put("task", task.spec().name());
        event.put("outcome", failure == null ? "succeeded" : "failed");
        event.put("durationMillis", Duration.between(began, clock.instant()).toMillis());
        publish(RAN, event);
        if (failure != null) {
            Map<String, @Nullable Object> problem = new LinkedHashMap<>();
            problem.put("task", task.spec().name());
            problem.put("code", failure instanceof PluginException known ? known.code() : "PLUGIN_FAILED");
            problem.put("detail", "The task '" + task.spec().name() + "' failed: " + error);
            problem.put("call", task.spec().call());
            publish(ERROR, problem);
        }
    }

    private void publish(String topic, Map<String, @Nullable Object> event) {
        context()
                .events()
                .publish(topic, event)
                .subscribe(
                        cursor -> {},
                        failure -> context().logger().error(topic + " was not published: " + failure.getMessage()));
    }

    @Override
    public Mono<Object> execute(String operation, Map<String, @Nullable Object> params) {
        return switch (operation) {
            case "tasks" ->
                Mono.fromSupplier(
                        () -> Map.of("tasks", tasks.stream().map(Task::toJson).toList()));
            case "run" -> Mono.defer(() -> call(find(params.get("task"))));
            default -> Mono.error(PluginException.unknownOperation(operation));
        };
    }

    private TaskSpec find(@Nullable Object name) {
        return tasks.stream()
                .map(Task::spec)
                .filter(spec -> spec.name().equals(name))
                .findFirst()
                .orElseThrow(() -> PluginException.invalidParameter(
                        "task",
                        "is '" + name + "'; the tasks are "
                                + tasks.stream().map(task -> task.spec().name()).toList()));
    }

    private PluginContext context() {
        return Objects.requireNonNull(context, "initialize() comes before everything else");
    }
}
