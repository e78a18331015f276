package io.dataprism.host;

import io.dataprism.bus.Addresses;
import io.dataprism.bus.CallerContext;
import io.dataprism.bus.PermissionInterceptors;
import io.dataprism.bus.Replies;
import io.dataprism.core.catalog.CatalogEntry;
import io.dataprism.core.confinement.PluginProcess;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Permission;
import io.dataprism.plugin.PluginLogger.Level;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The host's side of one running plugin: the only door between it and the rest. Speaks as its plugin from {@link #start} to
 * {@link #stop}, whichever version runs: a new one is made ready beside the old one, takes over between two calls, and the
 * old one ends when it has finished what it has. Fields belong to its event loop; the package-private methods may be called
 * on any context, and answer on the caller's.
 */
final class PluginVerticle extends VerticleBase {

    private static final long PULSE_MILLIS = 5_000;
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(10);
    /** The longest that a call may take, and a reader of its dataset. */
    private static final Duration RETIRE_LIMIT = Duration.ofMinutes(10);

    private final HostParts parts;
    private final PermissionInterceptors guard;
    private final CatalogEntry first;
    private final Function<CatalogEntry, Path> packages;
    private final PluginLog log;
    private final Standing standing;
    private final Consumer<String> crashed;

    /** Every version that has a process here: the one that takes calls, one that is made ready, those that finish. */
    private final List<RunningVersion> versions = new ArrayList<>();

    private @Nullable RunningVersion ready;
    private boolean serving;
    private boolean draining;
    private boolean stopped;

    /** Read by any thread. */
    private volatile @Nullable RunningVersion current;

    private volatile Set<Permission> requested = Set.of();

    /**
     * @param packages where the package of an entry's current version lies
     * @param standing what it is among others
     * @param crashed told, once, why the process that takes calls ended by itself; on the verticle's context
     */
    PluginVerticle(
            HostParts parts,
            PermissionInterceptors guard,
            CatalogEntry entry,
            Function<CatalogEntry, Path> packages,
            PluginLog log,
            Standing standing,
            Consumer<String> crashed) {
        this.parts = parts;
        this.guard = guard;
        this.first = entry;
        this.packages = packages;
        this.log = log;
        this.standing = standing;
        this.crashed = crashed;
    }

    @Override
    public Future<?> start() {
        guard.bind(context.deploymentID(), name());
        vertx.setPeriodic(PULSE_MILLIS, timer -> versions.forEach(RunningVersion::pulse));
        return vertx.eventBus()
                .<JsonObject>localConsumer(Addresses.plugin(name()), this::serve)
                .completion();
    }

    @Override
    public Future<?> stop() {
        stopped = true;
        serving = false;
        guard.unbind(context.deploymentID());
        return Future.all(List.copyOf(versions).stream().map(this::end).toList());
    }

    /** Starts the process and initialises the plugin. */
    Future<Void> launch(Path directory) {
        return here(() -> {
            RunningVersion launched = added(first);
            current = launched;
            return launch(launched, directory);
        });
    }

    /** Takes calls from now on. */
    Future<Void> activate() {
        return here(() -> running().activate().onSuccess(active -> {
            serving = true;
            running().beginSchedules(Future.succeededFuture());
        }));
    }

    /** Refuses new calls, waits for those under way, bounded, and deactivates the plugin. */
    Future<Void> drain() {
        return here(() -> {
            serving = false;
            draining = true;
            versions.forEach(RunningVersion::endSchedules);
            return Future.all(versions.stream()
                            .map(version -> version.finish(DRAIN_LIMIT, HostProblems.notActive(name(), "draining")))
                            .toList())
                    .compose(idled -> running().deactivate())
                    .onComplete(done -> draining = false);
        });
    }

    /** Lets the plugin clean up; undeploying ends the process afterwards. */
    Future<Void> cleanUp() {
        return here(() -> running().cleanUp());
    }

    /** Hands over settings that were checked. */
    Future<Void> configure(Map<String, @Nullable Object> settings) {
        return here(() -> running().configure(settings));
    }

    /**
     * Makes another version ready beside the one that runs: starts it, initialises it, hears it answer and, where the one that
     * runs is active, activates it. Where that fails, nothing has changed.
     */
    Future<Void> prepare(CatalogEntry next, Path directory) {
        return here(() -> {
            RunningVersion fresh = added(next);
            fresh.holdEvents();
            return launch(fresh, directory)
                    .compose(launched ->
                            serving ? fresh.activate().compose(active -> fresh.rehearse()) : Future.succeededFuture())
                    .onSuccess(prepared -> ready = fresh)
                    .recover(failure -> end(fresh).transform(gone -> Future.failedFuture(failure)));
        });
    }

    /** The version that was made ready is not wanted after all: it ends, and the one that runs goes on. */
    Future<Void> giveUp() {
        return here(() -> {
            RunningVersion fresh = ready;
            ready = null;
            return fresh == null ? Future.succeededFuture() : end(fresh);
        });
    }

    /** From the next call on, the version that was made ready takes them; the old one finishes what it has and ends. */
    Future<Void> switchOver() {
        return here(() -> {
            RunningVersion fresh = Objects.requireNonNull(ready, "prepare comes first");
            RunningVersion old = running();
            ready = null;
            if (fresh.ending() || stopped) {
                return end(fresh)
                        .compose(gone -> Future.failedFuture(
                                HostProblems.crashed(name(), "the new version ended before it took over.")));
            }
            current = fresh;
            fresh.takeEventsOver(old);
            Future<Void> oldRuns = old.endSchedules();
            if (serving) {
                fresh.beginSchedules(oldRuns);
            }
            retire(old);
            return Future.succeededFuture();
        });
    }

    /** The process that takes calls, or null where there is none yet. Any thread. */
    @Nullable
    PluginProcess process() {
        RunningVersion version = current;
        return version == null ? null : version.process();
    }

    /** What the version that takes calls says of itself; empty before there is one. Any thread. */
    JsonObject shown() {
        RunningVersion version = current;
        return version == null ? new JsonObject() : version.shown();
    }

    /** What the versions that have a process here ask for. Any thread. */
    Set<Permission> requested() {
        return requested;
    }

    /** A message that has come from another node. Any thread. */
    void take(Message<JsonObject> message, Caller caller) {
        context.runOnContext(go -> serve(message, caller));
    }

    private void serve(Message<JsonObject> message) {
        serve(message, Objects.requireNonNull(CallerContext.sender(), "the inbound interceptor has set it"));
    }

    private void serve(Message<JsonObject> message, Caller caller) {
        try {
            if (message.body().getValue("cancel") instanceof String callId) {
                versions.forEach(version -> version.cancel(callId, caller));
                message.reply(new JsonObject());
            } else if (serving && message.body().containsKey("message")) {
                running().deliver(caller, message.body().getValue("message"));
                message.reply(new JsonObject());
            } else if (serving) {
                running().serve(message, caller);
            } else {
                NotBegun.refuse(message, HostProblems.notActive(name(), draining ? "draining" : "loaded"));
            }
        } catch (RuntimeException refused) {
            Replies.fail(message, refused);
        }
    }

    private void retire(RunningVersion old) {
        old.finish(RETIRE_LIMIT, HostProblems.notActive(name(), "reloaded"))
                .compose(idle -> serving ? old.deactivate() : Future.succeededFuture())
                .compose(deactivated -> old.cleanUp())
                .onFailure(failure -> log.add(
                        Level.WARN, "version " + old.entry().version() + " did not end well: " + failure.getMessage()))
                .onComplete(done -> end(old));
    }

    private Future<Void> launch(RunningVersion version, Path directory) {
        return version.launch(packages.apply(version.entry()), directory, reason -> exited(version, reason));
    }

    private void exited(RunningVersion version, String reason) {
        if (version == current) {
            serving = false;
            crashed.accept(reason);
        } else {
            log.add(Level.WARN, "the process of version " + version.entry().version() + " ended: " + reason);
        }
    }

    private RunningVersion added(CatalogEntry entry) {
        RunningVersion version = new RunningVersion(parts, guard, context, entry, log, standing);
        versions.add(version);
        showRequested();
        return version;
    }

    private Future<Void> end(RunningVersion version) {
        return version.end().onComplete(gone -> {
            versions.remove(version);
            showRequested();
        });
    }

    private void showRequested() {
        requested = versions.stream()
                .flatMap(version -> version.entry().manifest().permissions().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    private <T extends @Nullable Object> Future<T> here(Callable<Future<T>> task) {
        return Contexts.run(vertx, context, task);
    }

    private RunningVersion running() {
        RunningVersion running = current;
        if (running == null) {
            throw HostProblems.notActive(name(), "not started");
        }
        return running;
    }

    private String name() {
        return first.name();
    }
}
