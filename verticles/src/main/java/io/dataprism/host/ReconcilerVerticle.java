package io.dataprism.host;

import io.dataprism.bus.Addresses;
import io.dataprism.bus.CallerContext;
import io.dataprism.bus.PermissionInterceptors;
import io.dataprism.bus.Replies;
import io.dataprism.core.catalog.Catalog;
import io.dataprism.core.catalog.CatalogEntry;
import io.dataprism.core.catalog.Wish;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.lifecycle.PluginState;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes what runs here equal to what the catalog wishes: one step at a time for each plugin, level-triggered by changes, by
 * ends of processes and by a timer. The one owner of plugins' states. A worker: it writes the catalog. Package-private
 * methods may be called on any context and answer on the caller's, except where they say otherwise.
 */
final class ReconcilerVerticle extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(ReconcilerVerticle.class);
    private static final long PERIOD_MILLIS = 5_000;
    /** How long others wait for the plugins that begin before them. */
    private static final long FIRST_SECONDS = 15;

    private final HostParts parts;
    private final PermissionInterceptors guard;
    private final Catalog catalog;
    private final Lifecycle lifecycle;
    private final List<String> first;
    private final Map<String, PluginInstance> instances = new ConcurrentHashMap<>();
    private final QuarantineNotes quarantine;
    private final PluginMeters meters;
    private boolean begun;
    private boolean stopping;

    /** @param first the plugins that begin before all others, where they are wished for; when they have failed, others begin too */
    ReconcilerVerticle(
            HostParts parts,
            PermissionInterceptors guard,
            Catalog catalog,
            QuarantineNotes quarantine,
            List<String> first) {
        this.parts = parts;
        this.guard = guard;
        this.catalog = catalog;
        this.first = List.copyOf(first);
        this.quarantine = quarantine;
        this.meters = new PluginMeters(parts, catalog);
        this.lifecycle = new Lifecycle(parts, guard, catalog, this);
    }

    @Override
    public Future<?> start() {
        showStates();
        vertx.setPeriodic(PERIOD_MILLIS, tick -> {
            catalog.offer();
            reconcileAll();
        });
        context.runOnContext(go -> beginFirst().onComplete(over -> {
            begun = true;
            reconcileAll();
        }));
        return vertx.eventBus()
                .<JsonObject>localConsumer(Addresses.CONFIG_GET, this::ownConfiguration)
                .completion();
    }

    private Future<?> beginFirst() {
        List<Future<Void>> beginnings = first.stream()
                .flatMap(name -> catalog.find(name).stream())
                .filter(entry -> entry.wish() != Wish.INACTIVE)
                .map(entry -> startable(entry).compose(ready -> converge(instance(entry))))
                .toList();
        return Future.join(beginnings).timeout(FIRST_SECONDS, TimeUnit.SECONDS).otherwiseEmpty();
    }

    /**
     * Wishes a plugin active for the configuration. Where it cannot be made active, the wish stays, and it is tried again as
     * after a crash. On this context.
     */
    Future<Void> keepActive(String name) {
        return converge(instance(catalog.wish(name, Wish.ACTIVE)));
    }

    /** Ends every plugin; the wishes stay. */
    Future<Void> drainAll() {
        return on(() -> {
            stopping = true;
            List<Future<Void>> ends = new ArrayList<>();
            for (PluginInstance instance : instances.values()) {
                ends.add(converge(instance).otherwiseEmpty());
            }
            return Future.all(ends).mapEmpty();
        });
    }

    /** Runs a task on this verticle's context. */
    <T extends @Nullable Object> Future<T> on(Callable<Future<T>> task) {
        return Contexts.run(vertx, context, task);
    }

    /** What a plugin is here; made where it is new. Any thread. */
    PluginInstance instance(CatalogEntry entry) {
        return instances.computeIfAbsent(entry.name(), name -> {
            PluginInstance made = new PluginInstance(name, quarantine.first(name, entry.version()));
            meters.show(made);
            return made;
        });
    }

    /**
     * Sets a wish for an operator and waits until it holds; where it cannot be made to hold, the wish is what it was, and the
     * failure is the answer. Call on this context.
     */
    Future<Void> wish(String name, Wish wish) {
        CatalogEntry before = catalog.get(name);
        PluginInstance instance = instance(before);
        instance.begin("become " + wish.name().toLowerCase(Locale.ROOT));
        instance.attended(true);
        instance.backoff().reset();
        cancelRetry(instance);
        switch (instance.state()) {
            case PluginState.Quarantined quarantined -> {
                quarantine.lift(name);
                instance.state(quarantined.release());
            }
            case PluginState.Failed failed when wish == Wish.INACTIVE -> instance.state(failed.unload());
            default -> {}
        }
        catalog.wish(name, wish);
        return converge(instance)
                .onFailure(failure ->
                        catalog.wish(name, before.wish().compareTo(wish) < 0 ? before.wish() : Wish.INACTIVE))
                .onComplete(done -> {
                    instance.attended(false);
                    instance.end();
                });
    }

    /** Forgets a plugin that was unregistered. Call on this context. */
    void forget(String name) {
        quarantine.lift(name);
        PluginInstance gone = instances.remove(name);
        if (gone != null) {
            gone.log().close();
            meters.hide(name);
        }
    }

    /** Publishes {@code plugin:<what>} as the node. Any thread; a failure is logged. */
    void announce(String what, String name, String version, @Nullable String reason) {
        announce(what, name, version, reason, new JsonObject());
    }

    /** The same, with more to say. */
    void announce(String what, String name, String version, @Nullable String reason, JsonObject more) {
        JsonObject data = new JsonObject()
                .put("name", name)
                .put("version", version)
                .put("node", parts.node().id())
                .put("reason", reason)
                .mergeIn(more);
        context.runOnContext(go -> parts.events()
                .publish("plugin:" + what, data)
                .onFailure(failure -> LOG.warn("plugin:{} of {} could not be published", what, name, failure)));
        if (what.equals("registered")) {
            return; // its line says who did it, and is written there
        }
        parts.audit()
                .record(
                        "plugin." + what,
                        guard.node(),
                        name,
                        what.equals("failed") || what.equals("quarantined") ? "failed" : "ok",
                        new JsonObject()
                                .put("version", version)
                                .put("reason", reason)
                                .mergeIn(more));
    }

    /** The process of a plugin ended by itself. On this context. */
    void crashed(PluginInstance instance, PluginVerticle verticle, String reason) {
        if (instance.verticle() != verticle || instance.state() instanceof PluginState.Resolved) {
            return;
        }
        Future<Void> ended = fail(instance, HostProblems.crashed(instance.name(), reason));
        if (instance.converging() == null) {
            // Nothing starts before the old one is gone.
            instance.converging(ended);
            ended.onComplete(gone -> instance.converging(null));
        }
    }

    /** Takes note of a failure, ends what is left, and plans what comes next. On this context. */
    Future<Void> fail(PluginInstance instance, DataPrismException failure) {
        Optional<PluginState> failed = Lifecycle.failed(instance.state(), failure.detail());
        if (failed.isEmpty()) {
            return Future.succeededFuture();
        }
        instance.state(failed.get());
        instance.failed(failure);
        LOG.warn("Plugin {} failed: {}", instance.name(), failure.detail());
        count("failures", "Times that plugins failed: could not be started, or ended by themselves");
        announce("failed", instance.name(), instance.state().version(), failure.detail());
        boolean again = !instance.attended() && !stopping;
        return lifecycle.undeploy(instance).onComplete(gone -> {
            if (again) {
                planRestart(instance);
            }
        });
    }

    /** The steps of one plugin's life, from one state to the next. */
    Lifecycle lifecycle() {
        return lifecycle;
    }

    /** Does something to a plugin while nothing else happens to it, after what is under way. On this context. */
    <T> Future<T> alone(PluginInstance instance, Callable<Future<T>> task) {
        Future<Void> underWay = instance.converging();
        if (underWay != null) {
            return underWay.transform(done -> alone(instance, task));
        }
        Promise<Void> over = ((ContextInternal) context).promise();
        instance.converging(over.future());
        Future<T> outcome;
        try {
            outcome = task.call();
        } catch (Exception failure) {
            outcome = Future.failedFuture(failure);
        }
        return outcome.onComplete(done -> {
            instance.converging(null);
            over.complete();
        });
    }

    private void planRestart(PluginInstance instance) {
        Optional<CatalogEntry> entry = catalog.find(instance.name());
        if (entry.isEmpty() || entry.get().wish() == Wish.INACTIVE) {
            return;
        }
        Optional<Duration> pause =
                instance.backoff().failed(entry.get().manifest().crash(), Instant.now());
        if (pause.isPresent()) {
            instance.retryTimer(vertx.setTimer(pause.get().toMillis(), fired -> {
                instance.retryTimer(-1);
                instance.restarted();
                count("restarts", "Times that plugins were started again after a failure");
                converge(instance);
            }));
        } else if (instance.state() instanceof PluginState.Failed failed) {
            instance.state(failed.quarantine());
            quarantine.note(instance.name(), failed.reason());
            announce("quarantined", instance.name(), failed.version(), failed.reason());
        }
    }

    private void count(String what, String description) {
        Counter.builder("dataprism.plugin." + what)
                .description(description)
                .register(parts.meters())
                .increment();
    }

    /** How many plugins are in each state that an operator should know of. */
    private void showStates() {
        for (String state : List.of("active", "failed", "quarantined")) {
            Gauge.builder(
                            "dataprism.plugins",
                            instances,
                            all -> all.values().stream()
                                    .filter(instance -> instance.state().label().equals(state))
                                    .count())
                    .description("Plugins of this node by state")
                    .tag("state", state)
                    .register(parts.meters());
        }
    }

    private void cancelRetry(PluginInstance instance) {
        if (instance.retryTimer() >= 0) {
            vertx.cancelTimer(instance.retryTimer());
            instance.retryTimer(-1);
        }
    }

    private void reconcileAll() {
        if (!begun) {
            return;
        }
        for (CatalogEntry entry : catalog.all()) {
            PluginInstance instance = instance(entry);
            boolean settled = instance.converging() == null && !(instance.state() instanceof PluginState.Failed);
            if (settled) {
                startable(entry).onSuccess(ready -> converge(instance));
            }
        }
    }

    /** Dependencies first: a plugin waits, quietly, for those that are wished for and not active yet. */
    private Future<Void> startable(CatalogEntry entry) {
        if (entry.wish() == Wish.INACTIVE) {
            return Future.succeededFuture();
        }
        try {
            entry.grants().checkComplete(entry.name());
            for (String needed : catalog.startOrder(entry.name())) {
                CatalogEntry dependency = catalog.get(needed);
                boolean waits = !needed.equals(entry.name())
                        && dependency.wish() == Wish.ACTIVE
                        && !instance(dependency).active();
                if (waits) {
                    return Future.failedFuture(HostProblems.notActive(needed, "starting"));
                }
            }
            return Future.succeededFuture();
        } catch (DataPrismException notNow) {
            instance(entry).failed(notNow);
            return Future.failedFuture(notNow);
        }
    }

    /** Goes on, step by step, until what is wished for holds. On this context. */
    private Future<Void> converge(PluginInstance instance) {
        Future<Void> underWay = instance.converging();
        if (underWay != null) {
            return underWay.transform(done -> converge(instance));
        }
        Wish wish = stopping
                ? Wish.INACTIVE
                : catalog.find(instance.name()).map(CatalogEntry::wish).orElse(Wish.INACTIVE);
        if (lifecycle.holds(instance.state(), wish)) {
            return Future.succeededFuture();
        }
        Promise<Void> promise = ((ContextInternal) context).promise();
        instance.converging(promise.future());
        lifecycle
                .step(instance, wish)
                .recover(failure ->
                        fail(instance, Replies.toProblem(failure)).transform(done -> Future.failedFuture(failure)))
                .onComplete(done -> {
                    instance.converging(null);
                    if (done.failed()) {
                        promise.fail(done.cause());
                    } else if (instance.state() instanceof PluginState.Failed failed) {
                        promise.fail(HostProblems.crashed(instance.name(), failed.reason()));
                    } else {
                        if (instance.active()) {
                            context.runOnContext(go -> reconcileAll());
                        }
                        converge(instance).onComplete(promise);
                    }
                });
        return promise.future();
    }

    private void ownConfiguration(Message<JsonObject> message) {
        Caller sender = CallerContext.sender();
        if (sender != null && sender.principal() instanceof Principal.Plugin plugin) {
            message.reply(new JsonObject(catalog.get(plugin.name()).configuration()));
        } else {
            Replies.fail(
                    message, HostProblems.request("Only a plugin has a configuration of its own.", "Name the plugin."));
        }
    }
}
