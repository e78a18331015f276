package io.dataprism.host;

import io.dataprism.bus.Addresses;
import io.dataprism.bus.CallerContext;
import io.dataprism.bus.PermissionInterceptors;
import io.dataprism.bus.Replies;
import io.dataprism.core.catalog.CatalogEntry;
import io.dataprism.core.confinement.PluginProcess;
import io.dataprism.core.confinement.PluginProcess.Pulse;
import io.dataprism.core.confinement.PluginProcesses.Launch;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.manifest.Manifest;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * The host's side of one running plugin: the only door between it and the rest. Speaks as its plugin from {@link #start} to
 * {@link #stop}. Fields belong to its event loop; the package-private methods may be called on any context, and answer on
 * the caller's.
 */
final class PluginVerticle extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(PluginVerticle.class);
    private static final int CALLS_LIMIT = 256;
    private static final long PULSE_MILLIS = 5_000;
    private static final Duration STEP_LIMIT = Duration.ofSeconds(10);
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(10);
    private static final Duration END_LIMIT = Duration.ofSeconds(5);

    private final HostParts parts;
    private final PermissionInterceptors guard;
    private final CatalogEntry entry;
    private final Path packageFile;
    private final LogRing log;
    private final Consumer<String> crashed;
    private final Map<String, ServedCall> calls = new HashMap<>();
    private final OperationServer server;

    private @Nullable Schedules schedules;
    private @Nullable PluginProcess process;
    private @Nullable Promise<Void> drained;
    private boolean serving;
    private boolean ending;

    /** Read by any thread, for status. */
    private volatile @Nullable PluginProcess visibleProcess;

    private volatile @Nullable Schedules visibleSchedules;
    private volatile JsonObject description = new JsonObject();
    private volatile Pulse health = new Pulse(true, "", null);
    private volatile @Nullable Instant healthAt;

    /**
     * @param crashed told, once, why the process ended by itself; on the verticle's context
     */
    PluginVerticle(
            HostParts parts,
            PermissionInterceptors guard,
            CatalogEntry entry,
            Path packageFile,
            LogRing log,
            Consumer<String> crashed) {
        this.parts = parts;
        this.guard = guard;
        this.entry = entry;
        this.packageFile = packageFile;
        this.log = log;
        this.crashed = crashed;
        this.server = new OperationServer(parts, guard, manifest());
    }

    @Override
    public Future<?> start() {
        guard.bind(context.deploymentID(), name());
        Schedules own = new Schedules(parts, guard.node(), manifest(), context);
        schedules = own;
        visibleSchedules = own;
        vertx.setPeriodic(PULSE_MILLIS, timer -> pulse());
        return vertx.eventBus()
                .<JsonObject>consumer(Addresses.plugin(name()), this::serve)
                .completion();
    }

    @Override
    public Future<?> stop() {
        ending = true;
        serving = false;
        schedules().end();
        failAll(HostProblems.crashed(name(), "it was ended by the host."));
        guard.unbind(context.deploymentID());
        PluginProcess running = process;
        if (running == null) {
            return Future.succeededFuture();
        }
        running.close();
        return Contexts.future(vertx, Mono.fromCompletionStage(running.exited()), END_LIMIT)
                .otherwiseEmpty();
    }

    /** Starts the process and initialises the plugin. */
    Future<Void> launch(Path directory) {
        return here(() -> Contexts.future(
                        vertx, parts.processes().start(launchOf(directory), door()), STEP_LIMIT.multipliedBy(2))
                .compose(started -> {
                    process = started;
                    visibleProcess = started;
                    started.exited().whenComplete((reason, never) -> context.runOnContext(go -> exited(reason)));
                    return step(started.initialize(), "initialize")
                            .compose(done -> step(started.ping(), "answer"))
                            .compose(done -> step(
                                    started.describe()
                                            .doOnNext(told -> description = JsonObject.mapFrom(told))
                                            .then(),
                                    "say what it can do"));
                })
                .compose(initialized -> ending
                        ? Future.failedFuture(HostProblems.crashed(name(), "it ended while it was starting."))
                        : Future.succeededFuture()));
    }

    /** The process tells its heap with each answer; one that does not answer is shown by its last one. */
    private void pulse() {
        PluginProcess running = process;
        if (running != null && !ending) {
            running.ping().subscribe(answered -> {}, silent -> LOG.debug("Plugin {} did not answer", name(), silent));
            if (serving) {
                running.health()
                        .subscribe(
                                pulse -> context.runOnContext(go -> feels(pulse)),
                                silent -> LOG.debug("Plugin {} did not say how it feels", name(), silent));
            }
        }
    }

    /** The first unhealthy answer in a row is an event. */
    private void feels(Pulse pulse) {
        boolean turned = !pulse.healthy() && health.healthy();
        health = pulse;
        healthAt = Instant.now();
        if (turned && !ending) {
            JsonObject data = new JsonObject()
                    .put("name", name())
                    .put("version", entry.version())
                    .put("node", parts.node().id())
                    .put("reason", pulse.detail());
            CallerContext.duplicateFor(context, guard.node())
                    .runOnContext(go -> parts.events()
                            .publish("plugin:unhealthy", data)
                            .onFailure(lost -> LOG.warn("plugin:unhealthy of {} was not published", name(), lost)));
        }
    }

    private Schedules schedules() {
        return Objects.requireNonNull(schedules, "made at the start");
    }

    /** The schedules as the contract shows them. Any thread. */
    JsonArray shownSchedules() {
        Schedules own = visibleSchedules;
        return own == null ? new JsonArray() : own.shown();
    }

    /** What the plugin says that it can do; empty until it is initialised. Any thread. */
    JsonObject description() {
        return description;
    }

    /** How the plugin felt when it was last asked; null: not asked yet. Any thread. */
    @Nullable
    JsonObject health() {
        Instant at = healthAt;
        Pulse pulse = health;
        return at == null
                ? null
                : new JsonObject()
                        .put("healthy", pulse.healthy())
                        .put("detail", pulse.detail())
                        .put("metrics", pulse.metrics())
                        .put("time", at.toString())
                        .copy();
    }

    /** Takes calls from now on. */
    Future<Void> activate() {
        return here(() -> step(running().activate(), "activate").compose(active -> {
            serving = true;
            return schedules().begin();
        }));
    }

    /** Refuses new calls, waits for those under way, bounded, and deactivates the plugin. */
    Future<Void> drain() {
        return here(() -> {
            serving = false;
            schedules().end();
            Promise<Void> idle = Promise.promise();
            drained = idle;
            if (calls.isEmpty()) {
                idle.complete();
            }
            return idle.future()
                    .timeout(DRAIN_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .otherwise(late -> {
                        failAll(HostProblems.notActive(name(), "draining"));
                        return null;
                    })
                    .compose(idled -> step(running().deactivate(), "deactivate"));
        });
    }

    /** Lets the plugin clean up; undeploying ends the process afterwards. */
    Future<Void> cleanUp() {
        return here(() -> {
            ending = true;
            return step(running().cleanup(), "clean up");
        });
    }

    /** Hands over settings that were checked. */
    Future<Void> configure(Map<String, @Nullable Object> settings) {
        return here(() -> step(running().configure(settings), "configure"));
    }

    /** The process, or null where there is none yet. Any thread. */
    @Nullable
    PluginProcess process() {
        return visibleProcess;
    }

    private void serve(Message<JsonObject> message) {
        Caller caller = Objects.requireNonNull(CallerContext.sender(), "the inbound interceptor has set it");
        PluginProcess running = process;
        try {
            if (message.body().getValue("cancel") instanceof String callId) {
                cancel(callId, caller);
                message.reply(new JsonObject());
                return;
            }
            if (!serving || running == null) {
                throw HostProblems.notActive(name(), drained == null ? "loaded" : "draining");
            }
            if (calls.size() >= CALLS_LIMIT) {
                throw new DataPrismException(
                        ErrorCode.OVERLOADED,
                        "Plugin " + name() + " is serving " + calls.size() + " calls; it takes at most " + CALLS_LIMIT
                                + ".",
                        "Try again later.");
            }
            if (message.body().containsKey("run") && !(caller.principal() instanceof Principal.Node)) {
                throw HostProblems.request("Only the node itself begins runs of schedules.", "Leave `run` out.");
            }
            CallRequest request = CallRequest.of(manifest(), message.body());
            ServedCall call = new ServedCall(
                    message,
                    request.operation().name(),
                    caller,
                    request.timeout(manifest().resources().operationTimeout()));
            calls.put(call.id(), call);
            server.serve(running, request, call, context).onComplete(done -> finished(call, done.cause()));
        } catch (RuntimeException refused) {
            Replies.fail(message, refused);
        }
    }

    /** Only who has made a call can cancel it. */
    private void cancel(String callId, Caller caller) {
        List.copyOf(calls.values()).stream()
                .filter(call -> callId.equals(call.callersId()) && call.caller().equals(caller))
                .forEach(call -> {
                    finished(call, HostProblems.cancelled(name(), call.operation()));
                    call.cancel();
                });
    }

    /** The first to say how a call has ended is heard. */
    private void finished(ServedCall call, @Nullable Throwable failure) {
        if (calls.remove(call.id()) == null) {
            return;
        }
        call.discardInput();
        if (failure != null) {
            call.fail(failure);
        }
        parts.audit()
                .record(
                        "plugin.executed",
                        call.caller(),
                        name(),
                        failure == null ? "ok" : "failed",
                        new JsonObject()
                                .put("operation", call.operation())
                                .put("version", entry.version())
                                .put("callId", call.id())
                                .put("millis", call.millis())
                                .put("requests", call.requests())
                                .put(
                                        "code",
                                        failure == null
                                                ? null
                                                : Replies.toProblem(failure)
                                                        .code()
                                                        .name()));
        if (calls.isEmpty() && drained != null) {
            drained.tryComplete();
        }
    }

    private void exited(String reason) {
        if (ending) {
            return;
        }
        ending = true;
        serving = false;
        schedules().end();
        failAll(HostProblems.crashed(name(), reason));
        crashed.accept(reason);
    }

    private void failAll(DataPrismException failure) {
        List.copyOf(calls.values()).forEach(call -> finished(call, failure));
    }

    private Future<Void> step(Mono<Void> mono, String what) {
        return Contexts.future(vertx, mono, STEP_LIMIT)
                .recover(failure -> Future.failedFuture(HostProblems.named(failure, name(), what)));
    }

    private <T extends @Nullable Object> Future<T> here(Callable<Future<T>> task) {
        return Contexts.run(vertx, context, task);
    }

    private PluginProcess running() {
        PluginProcess running = process;
        if (running == null) {
            throw HostProblems.notActive(name(), "not started");
        }
        return running;
    }

    private ChildDoor door() {
        return new ChildDoor(parts, name(), context, calls::get, log);
    }

    private Launch launchOf(Path directory) {
        Manifest manifest = manifest();
        return new Launch(
                manifest.name(),
                manifest.version(),
                parts.node().version(),
                manifest.category(),
                packageFile,
                manifest.entryPoint(),
                directory,
                manifest.resources(),
                manifest.drawing(),
                entry.configuration(),
                manifest.document());
    }

    private Manifest manifest() {
        return entry.manifest();
    }

    private String name() {
        return entry.name();
    }
}
