package io.dataprism.host;

import io.dataprism.bus.Addresses;
import io.dataprism.bus.CallerContext;
import io.dataprism.bus.PermissionInterceptors;
import io.dataprism.bus.Replies;
import io.dataprism.cluster.Members;
import io.dataprism.core.catalog.Catalog;
import io.dataprism.core.catalog.CatalogEntry;
import io.dataprism.core.catalog.Wish;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.lifecycle.PluginState;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes what runs here equal to what the catalog wishes: one step at a time for each plugin, level-triggered by changes, by
 * ends of processes and by a timer. The one owner of plugins' states. A worker: it reads and deletes files. Package-private
 * methods may be called on any context and answer on the caller's, except where they say otherwise.
 */
final class ReconcilerVerticle extends VerticleBase {

    private static final long PERIOD_MILLIS = 5_000;
    private static final long REPORT_MILLIS = 5;
    private static final long PASS_MILLIS = 20;
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
    private final InstanceReports reports;
    private final PluginPlaces places;
    private final Residence residence;
    private final VersionFollower follower;
    private final Restarts restarts;
    private final PluginCalls calls;
    private boolean begun;
    private boolean stopped;
    private boolean offering;
    private volatile boolean stopping;
    private volatile @Nullable Parts here;

    /** What there is once it is deployed. */
    private record Parts(
            LifecycleNews news, Awaited awaited, Coalesced reporting, Coalesced reconciling, CatalogChanges changes) {}

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
        this.reports = new InstanceReports(
                parts.cluster(),
                name -> Optional.ofNullable(instances.get(name)).map(PluginInstance::report));
        this.places = new PluginPlaces(parts.cluster(), reports);
        this.residence = new Residence(parts.cluster(), places, reports);
        this.follower = new VersionFollower(catalog, this);
        this.restarts = new Restarts(parts, catalog, quarantine, this);
        PendingReplies pending = new PendingReplies(parts.cluster().members());
        this.calls = new PluginCalls(
                parts,
                guard,
                catalog,
                new PluginRoute(catalog, parts.cluster(), reports, places, pending::count, () -> stopping),
                pending);
    }

    @Override
    public Future<?> start() {
        here = new Parts(
                new LifecycleNews(parts, guard.node(), context),
                new Awaited(vertx, context),
                new Coalesced(context, REPORT_MILLIS, this::report),
                new Coalesced(context, PASS_MILLIS, this::reconcileAll),
                new CatalogChanges(vertx, this::ask));
        showStates();
        vertx.setPeriodic(PERIOD_MILLIS, tick -> {
            if (!offering) {
                offering = true;
                changes().ask(this::offer).onComplete(offered -> offering = false);
            }
            reports.readAll();
            reports.publishAnew();
            changedElsewhere();
        });
        listen();
        context.runOnContext(go -> beginFirst().onComplete(over -> {
            begun = true;
            parts().reporting().ask();
            reconcileAll();
        }));
        return vertx.eventBus()
                .<JsonObject>localConsumer(Addresses.CONFIG_GET, this::ownConfiguration)
                .completion();
    }

    @Override
    public Future<?> stop() {
        stopped = true;
        reports.withdraw();
        return Future.join(parts().changes().close(), lifecycle.close());
    }

    /** How plugins are called, wherever they run. */
    PluginCalls calls() {
        return calls;
    }

    /** The verticle of a plugin that has a process here; null: none. Any thread. */
    @Nullable
    PluginVerticle running(String plugin) {
        PluginInstance instance = instances.get(plugin);
        return instance == null ? null : instance.verticle();
    }

    private boolean offer() {
        catalog.offer();
        return true;
    }

    private void listen() {
        reports.readAll();
        parts.cluster().members().onChange(() -> {
            reports.readAll();
            changedElsewhere();
        });
        parts.cluster().states().onChange(InstanceReports.SECTION, node -> {
            if (!node.equals(parts.cluster().self())) {
                reports.read(node);
                changedElsewhere();
            }
        });
        catalog.onChange(name -> changedElsewhere());
    }

    /** Of other nodes, or of the catalog. Any thread. */
    private void changedElsewhere() {
        calls.changed();
        parts().reporting().ask();
        parts().reconciling().ask();
    }

    /** Tells others what this node has, and whoever waits here what all have. On this context. */
    private void report() {
        if (begun && !stopped) {
            Map<String, InstanceReport> all = new TreeMap<>();
            instances.forEach((name, instance) -> {
                InstanceReport report = instance.report();
                if (report.failure() != null || !(instance.state() instanceof PluginState.Registered)) {
                    all.put(name, report);
                }
            });
            reports.publish(all);
        }
        parts().awaited().look();
    }

    private Parts parts() {
        return Objects.requireNonNull(here, "it is deployed");
    }

    private Future<?> beginFirst() {
        List<Future<Void>> beginnings = first.stream()
                .flatMap(name -> catalog.find(name).stream())
                .filter(entry -> wishHere(instance(entry)) != Wish.INACTIVE)
                .map(entry -> startable(entry).compose(ready -> converge(instance(entry))))
                .toList();
        return Future.join(beginnings).timeout(FIRST_SECONDS, TimeUnit.SECONDS).otherwiseEmpty();
    }

    /**
     * Wishes a plugin active for the configuration. Where it cannot be made active, the wish stays, and it is tried again as
     * after a crash. On this context.
     *
     * @param note what is written down when it is wished for
     */
    Future<Void> keepActive(String name, Note note) {
        PluginInstance instance = instance(catalog.get(name));
        return changes()
                .make(instance, () -> {
                    catalog.wish(name, Wish.ACTIVE);
                    note.write(name);
                    return true;
                })
                .compose(wished -> converge(instance));
    }

    /** Writes down of a plugin what is to outlive this node; blocks. */
    @FunctionalInterface
    interface Note {

        void write(String plugin) throws IOException;
    }

    /** What the cluster is to keep. */
    CatalogChanges changes() {
        return parts().changes();
    }

    /** Waits until other nodes have what this one has, while it is about to leave; after the limit, what is left is ended. */
    Future<Void> moveAway(Duration limit) {
        Members members = parts.cluster().members();
        if (!members.self().draining() || members.all().size() < 2) {
            return drainAll();
        }
        parts().reconciling().ask();
        return awaited()
                .until(
                        () -> instances.values().stream().noneMatch(each -> Residence.runs(each.state())) ? true : null,
                        limit)
                .otherwise(late -> false)
                .compose(moved -> drainAll());
    }

    /** Ends every plugin; the wishes stay. */
    Future<Void> drainAll() {
        return on(() -> {
            stopping = true;
            List<Future<Void>> ends = new ArrayList<>();
            for (PluginInstance instance : instances.values()) {
                ends.add(converge(instance).otherwiseEmpty());
            }
            return Future.all(ends).<Void>mapEmpty().onComplete(ended -> report());
        });
    }

    /** Runs a task on this verticle's context. */
    <T extends @Nullable Object> Future<T> on(Callable<Future<T>> task) {
        return Contexts.run(vertx, context, task);
    }

    /** What a plugin is here; made where it is new. Any thread. */
    PluginInstance instance(CatalogEntry entry) {
        return instances.computeIfAbsent(entry.name(), name -> {
            PluginInstance made = new PluginInstance(name, quarantine.first(name, entry.version()), this::changedHere);
            meters.show(made);
            return made;
        });
    }

    /** Sets a wish for an operator, as {@link WishChange#to}. On this context. */
    Future<Void> wish(String name, Wish wish) {
        return new WishChange(parts, catalog, this).to(name, wish);
    }

    /** The node itself. */
    Caller node() {
        return guard.node();
    }

    /** What follows when an instance has failed. On this context. */
    Restarts restarts() {
        return restarts;
    }

    /** Whether it ends all that it has. Any thread. */
    boolean stopping() {
        return stopping;
    }

    /** Looks at everything once more, soon. Any thread. */
    void ask() {
        parts().reconciling().ask();
    }

    /** What all nodes have. Any thread. */
    InstanceReports reports() {
        return reports;
    }

    /** Where plugins belong. Any thread. */
    PluginPlaces places() {
        return places;
    }

    /** Waits until nodes say something. Any context. */
    Awaited awaited() {
        return parts().awaited();
    }

    /** What becomes of plugins is told with it. Any thread. */
    LifecycleNews news() {
        return parts().news();
    }

    /** Whether this node is to have a process of it. On this context. */
    Wish wishHere(PluginInstance instance) {
        return stopping
                ? Wish.INACTIVE
                : catalog.find(instance.name())
                        .map(entry -> residence.of(entry, instance))
                        .orElse(Wish.INACTIVE);
    }

    /** Something is new of an instance of this node. Any thread. */
    private void changedHere() {
        calls.changed();
        Parts there = here;
        if (there != null) {
            there.reporting().ask();
        }
    }

    /** Forgets a plugin that was unregistered. Call on this context. */
    void forget(String name) {
        changes().note(quarantine.lift(name));
        PluginInstance gone = instances.remove(name);
        if (gone != null) {
            gone.log().close();
            meters.hide(name);
        }
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

    private void reconcileAll() {
        if (!begun || stopped) {
            return;
        }
        for (CatalogEntry entry : catalog.all()) {
            PluginInstance instance = instance(entry);
            if (isFree(instance)) {
                reconcile(entry, instance);
            }
        }
        for (PluginInstance instance : List.copyOf(instances.values())) {
            if (isFree(instance) && catalog.find(instance.name()).isEmpty()) {
                forgetGone(instance);
            }
        }
    }

    private static boolean isFree(PluginInstance instance) {
        return instance.converging() == null && !instance.sharing();
    }

    private void reconcile(CatalogEntry entry, PluginInstance instance) {
        Wish wish = wishHere(instance);
        if (instance.state() instanceof PluginState.Failed failed) {
            restarts.reconcile(entry, instance, failed, wish);
        } else if (!lifecycle.holds(instance.state(), wish)) {
            (wish == Wish.INACTIVE ? Future.<Void>succeededFuture() : startable(entry))
                    .onSuccess(ready -> converge(instance));
        } else if (!instance.changing()) {
            settleDispute(entry, instance);
            follower.follow(entry, instance);
        }
    }

    /** Two that began at once, each without knowing of the other, may have the same number. */
    private void settleDispute(CatalogEntry entry, PluginInstance instance) {
        int replica = instance.replica();
        if (replica != InstanceReport.NONE && places.isDisputed(entry.name(), replica)) {
            instance.replica(places.replica(entry));
        }
    }

    /** Somebody has unregistered it, here or on another node. */
    private void forgetGone(PluginInstance instance) {
        if (Residence.runs(instance.state())) {
            converge(instance).onComplete(ended -> parts().reconciling().ask());
        } else {
            new PluginFolders(parts.dataDirectory()).delete(instance.name());
            forget(instance.name());
        }
    }

    /** Dependencies first: a plugin waits, quietly, for those that are wished for and not active yet. */
    Future<Void> startable(CatalogEntry entry) {
        if (entry.wish() == Wish.INACTIVE) {
            return Future.succeededFuture();
        }
        try {
            entry.grants().checkComplete(entry.name());
            for (String needed : catalog.startOrder(entry.name())) {
                CatalogEntry dependency = catalog.get(needed);
                boolean waits =
                        !needed.equals(entry.name()) && dependency.wish() == Wish.ACTIVE && !reports.anyActive(needed);
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
    Future<Void> converge(PluginInstance instance) {
        Future<Void> underWay = instance.converging();
        if (underWay != null) {
            return underWay.transform(done -> converge(instance));
        }
        Optional<CatalogEntry> entry = catalog.find(instance.name());
        Wish wish = wishHere(instance);
        entry.ifPresent(known -> instance.follow(known.generation()));
        if (lifecycle.holds(instance.state(), wish)) {
            if (entry.isEmpty() || VersionFollower.hasCaughtUp(entry.get(), instance)) {
                instance.settle();
            }
            return Future.succeededFuture();
        }
        Promise<Void> promise = ((ContextInternal) context).promise();
        instance.converging(promise.future());
        lifecycle
                .step(instance, wish)
                .recover(failure -> restarts.fail(instance, Replies.toProblem(failure))
                        .transform(done -> Future.failedFuture(failure)))
                .onComplete(done -> {
                    instance.converging(null);
                    if (done.failed()) {
                        promise.fail(done.cause());
                    } else if (instance.state() instanceof PluginState.Failed failed) {
                        promise.fail(HostProblems.crashed(instance.name(), failed.reason()));
                    } else {
                        if (instance.active()) {
                            parts().reconciling().ask();
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
