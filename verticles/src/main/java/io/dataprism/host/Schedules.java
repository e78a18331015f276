package io.dataprism.host;

import io.dataprism.bus.Addresses;
import io.dataprism.bus.CallerContext;
import io.dataprism.bus.Replies;
import io.dataprism.core.manifest.Manifest;
import io.dataprism.core.manifest.ScheduleSpec;
import io.dataprism.core.permission.Caller;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The schedules of one running plugin. A run is a call that the node makes, so that it goes on the plugin's own grant. A run that
 * would begin while the last one is under way is left out; of those that were missed while the plugin did not run, one is made up
 * for. What is known of the last runs is on the disk before a run begins. Belongs to the verticle's context; {@link #shown()} may
 * be called by any thread.
 */
final class Schedules {

    private static final Logger LOG = LoggerFactory.getLogger(Schedules.class);
    private static final long TICK_MILLIS = 500;
    private static final long GRACE_MILLIS = 5_000;

    private final HostParts parts;
    private final Caller node;
    private final Manifest manifest;
    private final Progress progress;
    private final Context context;
    private final BooleanSupplier first;
    private final List<ScheduleState> states = new ArrayList<>();
    private final Set<Future<Void>> runs = new HashSet<>();
    private Future<Void> writing = Future.succeededFuture();
    private long timer = -1;
    private boolean ended;
    /** Whether this instance runs them, and has taken up the last runs of the one before. */
    private boolean watches;

    private boolean takingOver;
    private volatile JsonArray shown;

    /** @param first whether this instance is the one that runs them now */
    Schedules(HostParts parts, Caller node, Manifest manifest, Context context, BooleanSupplier first) {
        this.first = first;
        this.parts = parts;
        this.node = node;
        this.manifest = manifest;
        this.progress = Progress.of(parts);
        this.context = context;
        manifest.schedules().forEach(spec -> states.add(new ScheduleState(spec)));
        this.shown = show();
    }

    /** Takes up what is known of the last runs, and begins to watch the time. */
    Future<Void> begin() {
        if (manifest.schedules().isEmpty()) {
            return Future.succeededFuture();
        }
        return takeUp().map(known -> {
            watches = true;
            if (!ended) {
                timer = parts.vertx().setPeriodic(TICK_MILLIS, tick -> tick());
            }
            return null;
        });
    }

    /** What is known of the last runs, whichever instance made them. */
    private Future<Void> takeUp() {
        return parts.vertx()
                .executeBlocking(() -> progress.schedules(manifest.name()), false)
                .map(known -> {
                    Instant now = Instant.now();
                    states.forEach(state -> state.takeUp(known.getJsonObject(state.name()), now));
                    shown = show();
                    return null;
                });
    }

    /** Begins no run any more; completes when those under way have ended and that is on the disk. */
    Future<Void> end() {
        ended = true;
        if (timer >= 0) {
            parts.vertx().cancelTimer(timer);
            timer = -1;
        }
        return Future.join(List.copyOf(runs)).otherwiseEmpty().compose(done -> writing.otherwiseEmpty());
    }

    /** The schedules as the contract shows them. */
    JsonArray shown() {
        return shown;
    }

    /** Another instance has run them so far, and is gone: this one goes on from its last runs. */
    private void takeOver() {
        takingOver = true;
        takeUp().onFailure(failure -> LOG.warn(
                        "The runs of plugin {} so far cannot be read: they are taken up later",
                        manifest.name(),
                        failure))
                .onSuccess(known -> watches = true)
                .onComplete(done -> takingOver = false);
    }

    private void tick() {
        if (!first.getAsBoolean()) {
            watches = false;
            return;
        }
        if (!watches) {
            if (!takingOver) {
                takeOver();
            }
            return;
        }
        Instant now = Instant.now();
        for (ScheduleState state : states) {
            if (state.due(now)) {
                run(state, now);
            }
        }
    }

    private void run(ScheduleState state, Instant now) {
        Instant due = state.nextRun();
        Instant lastRun = state.lastRun();
        if (!state.begin(now)) {
            LOG.info("A run of schedule {} of plugin {} is left out: the last one runs", state.name(), manifest.name());
            shown = show();
            return;
        }
        Promise<Void> run = Promise.promise();
        runs.add(run.future());
        write().compose(written -> ended
                        ? Future.failedFuture(HostProblems.notActive(manifest.name(), "draining"))
                        : call(state.spec(), due, lastRun))
                .onComplete(done -> {
                    state.finish(done.succeeded() ? "completed" : "failed");
                    write();
                    runs.remove(run.future());
                    run.complete();
                    publish(state.spec(), due, now, done.cause());
                });
    }

    private Future<Void> call(ScheduleSpec spec, Instant due, @Nullable Instant lastRun) {
        JsonObject body = new JsonObject()
                .put("operation", spec.operation())
                .put(
                        "run",
                        new JsonObject()
                                .put("schedule", spec.name())
                                .put("due", due.toString())
                                .put("lastRun", lastRun == null ? null : lastRun.toString()));
        DeliveryOptions options = new DeliveryOptions()
                .setLocalOnly(true)
                .setSendTimeout(manifest.resources().operationTimeout().toMillis() + GRACE_MILLIS);
        return Contexts.run(
                parts.vertx(),
                CallerContext.duplicateFor(context, node),
                () -> parts.vertx()
                        .eventBus()
                        .request(Addresses.plugin(manifest.name()), body, options)
                        .<Void>mapEmpty());
    }

    /** One write after the other, each of what is known by then. */
    private Future<Void> write() {
        shown = show();
        writing = writing.otherwiseEmpty()
                .compose(before -> {
                    JsonObject all = new JsonObject();
                    states.forEach(state -> all.put(state.name(), state.kept()));
                    return parts.vertx()
                            .<Void>executeBlocking(
                                    () -> {
                                        progress.keepSchedules(manifest.name(), all);
                                        return null;
                                    },
                                    false);
                })
                .onFailure(failure -> LOG.warn("Runs of plugin {} could not be kept", manifest.name(), failure));
        return writing;
    }

    private void publish(ScheduleSpec spec, Instant due, Instant began, @Nullable Throwable failure) {
        JsonObject data = new JsonObject()
                .put("name", manifest.name())
                .put("schedule", spec.name())
                .put("operation", spec.operation())
                .put("due", due.toString())
                .put("startedAt", began.toString())
                .put("millis", Instant.now().toEpochMilli() - began.toEpochMilli())
                .put(
                        "reason",
                        failure == null ? null : Replies.toProblem(failure).detail());
        String topic = failure == null ? "plugin:task:completed" : "plugin:task:failed";
        CallerContext.duplicateFor(context, node)
                .runOnContext(go -> parts.events().tell(topic, data));
    }

    private JsonArray show() {
        JsonArray all = new JsonArray();
        states.forEach(state -> all.add(state.shown()));
        return all;
    }
}
