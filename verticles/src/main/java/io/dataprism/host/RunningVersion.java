package io.dataprism.host;

import io.dataprism.bus.PermissionInterceptors;
import io.dataprism.bus.Replies;
import io.dataprism.core.catalog.CatalogEntry;
import io.dataprism.core.confinement.PluginProcess;
import io.dataprism.core.confinement.PluginProcess.ViewAction;
import io.dataprism.core.confinement.PluginProcesses.Launch;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.manifest.Manifest;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.dataprism.plugin.PluginLogger.Level;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * One process of one version of a plugin, with the calls that it serves. Belongs to its verticle's context, on which every
 * method is called and every future completes.
 */
final class RunningVersion {

    private static final Logger LOG = LoggerFactory.getLogger(RunningVersion.class);
    private static final int CALLS_LIMIT = 256;
    private static final Duration STEP_LIMIT = Duration.ofSeconds(10);
    private static final Duration END_LIMIT = Duration.ofSeconds(5);

    private final HostParts parts;
    private final Vertx vertx;
    private final Context context;
    private final CatalogEntry entry;
    private final PluginLog log;
    private final Map<String, ServedCall> calls = new HashMap<>();
    private final LiveViews views;
    private final OperationServer server;
    private final Schedules schedules;
    private final Wellbeing wellbeing;
    private final PluginConnections connections;
    private final Inbox inbox;
    private final VersionSubscriptions subscriptions;
    private final Standing standing;

    private volatile @Nullable PluginProcess process;
    private @Nullable Promise<Void> idle;
    private boolean active;
    private boolean ending;

    /** @param standing what its instance is among others */
    RunningVersion(
            HostParts parts,
            PermissionInterceptors guard,
            Context context,
            CatalogEntry entry,
            PluginLog log,
            Standing standing) {
        this.standing = standing;
        this.parts = parts;
        this.vertx = parts.vertx();
        this.context = context;
        this.entry = entry;
        this.log = log;
        this.views = new LiveViews(parts, guard.node(), entry.name(), context);
        this.server = new OperationServer(parts, guard, entry.manifest(), views);
        this.schedules = new Schedules(parts, guard.node(), entry.manifest(), context, standing.first());
        this.wellbeing = new Wellbeing(parts, guard.node(), entry, context);
        this.connections = new PluginConnections(entry.name());
        this.inbox = new Inbox(entry.name(), parts.meters());
        this.subscriptions = new VersionSubscriptions(parts.subscriptions(), context);
    }

    CatalogEntry entry() {
        return entry;
    }

    /** Null until it has started. Any thread. */
    @Nullable
    PluginProcess process() {
        return process;
    }

    /** Whether the process has ended, or is about to. */
    boolean ending() {
        return ending;
    }

    /**
     * Starts the process and initialises the plugin.
     *
     * @param exited told, once, why the process ended by itself
     */
    Future<Void> launch(Path packageFile, Path directory, Consumer<String> exited) {
        ChildDoor door = new ChildDoor(
                parts, name(), context, calls::get, log, connections, inbox, subscriptions, standing.calls());
        return Contexts.future(
                        vertx,
                        parts.processes().start(launchOf(packageFile, directory), door),
                        STEP_LIMIT.multipliedBy(2))
                .compose(started -> {
                    process = started;
                    started.exited().whenComplete((reason, never) -> context.runOnContext(go -> ended(reason, exited)));
                    return step(started.initialize(), "initialize")
                            .compose(done -> entry.configuration().isEmpty()
                                    ? Future.succeededFuture()
                                    : step(started.configure(entry.configuration()), "configure"))
                            .compose(done -> step(started.ping(), "answer"))
                            .compose(done -> step(wellbeing.describe(started), "say what it can do"));
                })
                .compose(initialized -> ending
                        ? Future.failedFuture(HostProblems.crashed(name(), "it ended while it was starting."))
                        : Future.succeededFuture());
    }

    /** The process tells its heap with each answer; one that does not answer is shown by its last one. */
    void pulse() {
        PluginProcess running = process;
        if (running != null && !ending) {
            running.ping().subscribe(answered -> {}, silent -> LOG.debug("Plugin {} did not answer", name(), silent));
            if (active) {
                wellbeing.ask(running);
            }
        }
    }

    /** Lets the process warm up for calls that come at once. Never fails. */
    Future<Void> rehearse() {
        return step(running().rehearse(), "rehearse").otherwiseEmpty();
    }

    Future<Void> activate() {
        return step(running().activate(), "activate").onSuccess(done -> active = true);
    }

    /**
     * Begins to run the schedules of the manifest.
     *
     * @param before the runs of the version that this one takes over from
     */
    void beginSchedules(Future<Void> before) {
        before.otherwiseEmpty().compose(ended -> schedules.begin()).onFailure(failure -> {
            LOG.error("The schedules of plugin {} do not run", name(), failure);
            log.add(Level.ERROR, "the schedules do not run: " + failure.getMessage());
        });
    }

    /** Begins no run any more; completes when those under way have ended. */
    Future<Void> endSchedules() {
        return schedules.end();
    }

    /** {@code {capabilities, features, health, schedules}}. Any thread. */
    JsonObject shown() {
        return wellbeing.shown().put("schedules", schedules.shown());
    }

    Future<Void> deactivate() {
        active = false;
        return step(running().deactivate(), "deactivate");
    }

    Future<Void> cleanUp() {
        ending = true;
        return step(running().cleanup(), "clean up");
    }

    Future<Void> configure(Map<String, @Nullable Object> settings) {
        return step(running().configure(settings), "configure");
    }

    /** Waits for the calls under way; those that take longer fail. */
    Future<Void> finish(Duration limit, DataPrismException late) {
        Promise<Void> empty = idle;
        if (empty == null || empty.future().isComplete()) {
            empty = ((ContextInternal) context).promise();
            idle = empty;
        }
        if (calls.isEmpty()) {
            empty.tryComplete();
        }
        return empty.future().timeout(limit.toMillis(), TimeUnit.MILLISECONDS).otherwise(timeout -> {
            failAll(late);
            return null;
        });
    }

    /** Takes one call; {@code OVERLOADED} and what {@link CallRequest#of} throws. */
    void serve(Message<JsonObject> message, Caller caller) {
        PluginProcess running = running();
        if (calls.size() >= CALLS_LIMIT) {
            NotBegun.refuse(
                    message,
                    new DataPrismException(
                            ErrorCode.OVERLOADED,
                            "Plugin " + name() + " is serving " + calls.size() + " calls; it takes at most "
                                    + CALLS_LIMIT + ".",
                            "Try again later."));
            return;
        }
        if (message.body().containsKey("run") && !(caller.principal() instanceof Principal.Node)) {
            throw HostProblems.request("Only the node itself begins runs of schedules.", "Leave `run` out.");
        }
        if (caller.principal() instanceof Principal.Plugin && hasStreams(message.body())) {
            throw HostProblems.request(
                    "Streams go to and come from clients alone: plugins can call operations of kind value and rendering.",
                    "Leave `stream` and `input.offered` out.");
        }
        LiveViews.Step step = views.stepOf(message.body(), caller);
        CallRequest request = step == null
                ? CallRequest.of(entry.manifest(), message.body())
                : CallRequest.of(entry.manifest(), step.call(), step.toProcess());
        if (step != null && step.action() == ViewAction.OPEN) {
            views.makeRoom()
                    .ifPresent(gone -> server.letGo(
                            running,
                            CallRequest.of(
                                    entry.manifest(),
                                    new JsonObject()
                                            .put("operation", gone.operation())
                                            .put("format", gone.format())),
                            gone.id()));
        }
        if (step != null) {
            views.begin(step, request, caller);
        }
        ServedCall call = new ServedCall(
                message,
                request.operation().name(),
                caller,
                request.timeout(parts.quota(entry.manifest()).operationTimeout()));
        calls.put(call.id(), call);
        server.serve(running, request, call, context).onComplete(done -> {
            if (step != null && views.ended(step, done.failed())) {
                server.letGo(running, request, step.id());
            }
            finished(call, done.cause());
        });
    }

    private static boolean hasStreams(JsonObject body) {
        return body.containsKey("stream")
                || body.getValue("input") instanceof JsonObject input && input.containsKey("offered");
    }

    /** Takes a message of another plugin's, for who listens; {@code PAYLOAD_TOO_LARGE}. */
    void deliver(Caller sender, @Nullable Object message) {
        inbox.offer(sender.principal().uri(), message);
    }

    /** Hears no event before it takes over; before {@link #launch}. */
    void holdEvents() {
        subscriptions.hold();
    }

    /** Hears the events from now on that the old version would have heard. */
    void takeEventsOver(RunningVersion old) {
        subscriptions.takeOver(old.subscriptions);
    }

    /** Only who has made a call can cancel it. */
    void cancel(String callId, Caller caller) {
        List.copyOf(calls.values()).stream()
                .filter(call -> callId.equals(call.callersId()) && call.caller().equals(caller))
                .forEach(call -> {
                    finished(call, HostProblems.cancelled(name(), call.operation()));
                    call.cancel();
                });
    }

    /** Fails what is under way and ends the process, bounded. */
    Future<Void> end() {
        letGo("the plugin's process was ended", "it was ended by the host.");
        server.close();
        PluginProcess running = process;
        if (running == null) {
            return Future.succeededFuture();
        }
        running.close();
        return Contexts.future(vertx, Mono.fromCompletionStage(running.exited()), END_LIMIT)
                .<Void>mapEmpty()
                .otherwiseEmpty();
    }

    /** The first to say how a call has ended is heard. */
    private void finished(ServedCall call, @Nullable Throwable failure) {
        if (calls.remove(call.id()) == null) {
            return;
        }
        call.end();
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
                                .put("instance", standing.id().get())
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
        if (calls.isEmpty() && idle != null) {
            idle.tryComplete();
        }
    }

    private void ended(String reason, Consumer<String> exited) {
        if (ending) {
            return;
        }
        letGo(reason, reason);
        exited.accept(reason);
    }

    /** Nothing begins any more, and nobody waits for what was under way. */
    private void letGo(String toldViewers, String toldCallers) {
        ending = true;
        schedules.end();
        connections.close();
        inbox.close();
        views.close(toldViewers);
        failAll(HostProblems.crashed(name(), toldCallers));
    }

    private void failAll(DataPrismException failure) {
        List.copyOf(calls.values()).forEach(call -> finished(call, failure));
    }

    private Future<Void> step(Mono<Void> mono, String what) {
        return Contexts.future(vertx, mono, STEP_LIMIT)
                .recover(failure -> Future.failedFuture(HostProblems.named(failure, name(), what)));
    }

    private PluginProcess running() {
        PluginProcess running = process;
        if (running == null) {
            throw HostProblems.notActive(name(), "not started");
        }
        return running;
    }

    private Launch launchOf(Path packageFile, Path directory) {
        Manifest manifest = entry.manifest();
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
                manifest.document(),
                GrantedFolders.of(parts.mounts(), entry.grants()));
    }

    private String name() {
        return entry.name();
    }
}
