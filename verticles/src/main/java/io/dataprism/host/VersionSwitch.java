package io.dataprism.host;

import io.dataprism.bus.Replies;
import io.dataprism.core.catalog.Catalog;
import io.dataprism.core.catalog.CatalogEntry;
import io.dataprism.core.catalog.Wish;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.lifecycle.PluginState;
import io.dataprism.core.permission.Permission;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Takes a plugin from one registered version to another. One that runs goes on serving until the other has proven itself, and
 * after it where the other has not. Used on the reconciler's context.
 */
final class VersionSwitch {

    /** The method by which a node that has an instance is asked to be the first that goes over. */
    static final String SWITCH = "plugins.switch";

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration SEEN_LIMIT = Duration.ofSeconds(5);

    private final HostCluster cluster;
    private final Catalog catalog;
    private final ReconcilerVerticle reconciler;
    private final String coreVersion;

    /**
     * What came of it.
     *
     * @param pending what must be granted before it happens; empty: it has
     */
    record Switched(String from, String to, long millis, List<Permission> pending) {

        JsonObject toJson() {
            return new JsonObject().put("from", from).put("to", to).put("millis", millis);
        }
    }

    VersionSwitch(HostCluster cluster, Catalog catalog, ReconcilerVerticle reconciler, String coreVersion) {
        this.cluster = cluster;
        this.catalog = catalog;
        this.reconciler = reconciler;
        this.coreVersion = coreVersion;
    }

    /**
     * Makes a version the current one. One that asks for more than is granted waits, and takes over when it is.
     *
     * @throws DataPrismException {@code REQUEST_INVALID} for an unknown version; {@code INCOMPATIBLE_CORE}, {@code
     *     DEPENDENCY_*}, {@code CONFIGURATION_INVALID} or the failure of the new version, which the future has too
     */
    Future<Switched> to(String name, String version) {
        CatalogEntry entry = catalog.get(name);
        check(entry, version);
        CatalogEntry next = entry.choosing(version);
        next.manifest().compatibility().check(name, coreVersion);
        List<Permission> pending = next.grants().pending();
        PluginInstance instance = reconciler.instance(entry);
        if (entry.wish() == Wish.INACTIVE) {
            return reconciler
                    .changes()
                    .make(
                            instance,
                            () -> catalog.change(
                                    name, before -> before.wish() == Wish.INACTIVE ? before.choosing(version) : before))
                    // somebody may have wished for it while this waited for its turn: then it goes over in order
                    .compose(after -> after.wish() == Wish.INACTIVE
                            ? Future.succeededFuture(new Switched(entry.version(), version, 0, pending))
                            : to(name, version));
        }
        catalog.checkFits(next);
        if (!pending.isEmpty()) {
            return reconciler
                    .changes()
                    .make(instance, () -> catalog.change(name, before -> before.withTarget(version)))
                    .map(new Switched(entry.version(), version, 0, pending));
        }
        List<String> elsewhere = reconciler.reports().runningElsewhere(name);
        if (!runs(instance) && !elsewhere.isEmpty()) {
            return ask(elsewhere.getFirst(), name, version).compose(switched -> untilAllHave(entry, switched));
        }
        return here(instance, next)
                .compose(switched -> runs(instance) ? untilAllHave(entry, switched) : start(entry, switched));
    }

    /** This node's instance goes over first; the others follow the catalog. */
    private Future<Switched> here(PluginInstance instance, CatalogEntry next) {
        instance.begin("switch to " + next.version());
        return checkSettings(next)
                .compose(fits -> reconciler.alone(instance, () -> replace(instance, next.version())))
                .onComplete(done -> instance.end());
    }

    /** Does what another node asks for with {@link #SWITCH}: that node may know of the version a moment before this one. */
    Future<Switched> first(String name, String version) {
        return reconciler
                .awaited()
                .until(
                        () -> catalog.find(name)
                                .filter(entry -> entry.versions().containsKey(version))
                                .orElse(null),
                        SEEN_LIMIT)
                .compose(entry -> reconciler.on(() -> here(reconciler.instance(entry), entry.choosing(version))));
    }

    private Future<Switched> ask(String node, String name, String version) {
        JsonObject asked = new JsonObject().put("name", name).put("version", version);
        return cluster.calls()
                .call(node, SWITCH, reconciler.node(), asked, LIMIT)
                .map(done ->
                        new Switched(done.getString("from"), done.getString("to"), done.getLong("millis"), List.of()));
    }

    /** Waits for all other instances, too; where one cannot go over, all go back. */
    private Future<Switched> untilAllHave(CatalogEntry before, Switched switched) {
        long began = System.nanoTime();
        return reconciler
                .awaited()
                .until(() -> allHave(before, switched) ? true : null, LIMIT)
                .map(all -> new Switched(
                        switched.from(),
                        switched.to(),
                        switched.millis() + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began),
                        List.of()))
                .recover(failure -> failure instanceof DataPrismException
                        ? chooseAgain(before, switched.to()).transform(CatalogChanges.takenBack(before.name(), failure))
                        : Future.failedFuture(failure));
    }

    private boolean allHave(CatalogEntry before, Switched switched) {
        boolean all = true;
        for (Map.Entry<String, InstanceReport> other :
                reconciler.reports().of(before.name()).entrySet()) {
            InstanceReport report = other.getValue();
            if (switched.to().equals(report.refused())) {
                throw WishChange.failure(before, other.getKey(), report).with("lastGood", before.version());
            }
            all &= !report.loaded() || report.version().equals(switched.to());
        }
        return all;
    }

    /** Fails with {@code REQUEST_INVALID} for a version that is not registered; null: none was named. */
    static void check(CatalogEntry entry, @Nullable String version) {
        if (version != null && !entry.versions().containsKey(version)) {
            throw HostProblems.request(
                    "Plugin " + entry.name() + " has no version '" + version + "'; it has "
                            + entry.versions().keySet() + ".",
                    "PUT /v1/plugins/" + entry.name() + "/package registers another one.");
        }
    }

    private static boolean runs(PluginInstance instance) {
        return instance.state() instanceof PluginState.Active || instance.state() instanceof PluginState.Loaded;
    }

    /** One that had failed, or is quarantined, gets a new start with the other version. */
    private Future<Switched> start(CatalogEntry before, Switched switched) {
        return reconciler
                .wish(before.name(), before.wish())
                .map(switched)
                .recover(failure -> back(
                                before,
                                current -> before.version().equals(current.version())
                                        ? current
                                        : current.choosing(before.version()))
                        .transform(CatalogChanges.takenBack(before.name(), failure)));
    }

    private Future<Switched> replace(PluginInstance instance, String version) {
        long began = System.nanoTime();
        String name = instance.name();
        CatalogEntry before = catalog.get(name);
        CatalogEntry next = before.choosing(version);
        if (!runs(instance)) {
            return reconciler
                    .changes()
                    .make(instance, () -> catalog.change(name, current -> current.choosing(version)))
                    .map(new Switched(before.version(), version, 0, List.of()));
        }
        return reconciler
                .lifecycle()
                .prepare(instance, next)
                .compose(ready -> choose(instance, before, version)
                        .compose(chosen -> reconciler.lifecycle().switchOver(instance, next))
                        .recover(failure -> chooseAgain(before, version)
                                .transform(CatalogChanges.takenBack(before.name(), failure))))
                .map(switched -> {
                    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
                    instance.follow(catalog.get(name).generation());
                    instance.settle();
                    reconciler
                            .news()
                            .tell(
                                    "reloaded",
                                    name,
                                    version,
                                    null,
                                    new JsonObject()
                                            .put("instance", instance.id())
                                            .put("from", before.version()));
                    return new Switched(before.version(), version, millis, List.of());
                })
                .recover(failure -> Future.failedFuture(broken(instance, before, version, failure)));
    }

    /** Where the catalog takes no change, the version that was prepared is not needed. */
    private Future<CatalogEntry> choose(PluginInstance instance, CatalogEntry before, String version) {
        return reconciler
                .changes()
                .make(
                        instance,
                        () -> catalog.changeAnyway(instance.name(), current -> chosenAfter(before, current, version)))
                .recover(refused ->
                        reconciler.lifecycle().giveUp(instance).transform(gone -> Future.failedFuture(refused)));
    }

    /** Back to the version that serves, unless somebody has chosen another since. */
    private Future<CatalogEntry> chooseAgain(CatalogEntry before, String version) {
        return back(
                before,
                current ->
                        before.version().equals(version) || !current.version().equals(version)
                                ? current
                                : current.choosing(before.version()));
    }

    private Future<CatalogEntry> back(CatalogEntry before, UnaryOperator<CatalogEntry> change) {
        return reconciler.on(() -> reconciler
                .changes()
                .make(reconciler.instance(before), () -> catalog.changeAnyway(before.name(), change)));
    }

    /** Grants and settings may have changed while the version was made ready, but not what it takes over from. */
    private static CatalogEntry chosenAfter(CatalogEntry before, CatalogEntry current, String version) {
        if (!current.version().equals(before.version())) {
            throw new DataPrismException(
                    ErrorCode.STATE_CONFLICT,
                    "Version " + version + " of plugin " + current.name() + " was to take over from " + before.version()
                            + ", and meanwhile somebody has chosen " + current.version() + ".",
                    "Look at GET /v1/plugins/" + current.name() + "/deployment, and choose again.");
        }
        return current.choosing(version);
    }

    private DataPrismException broken(
            PluginInstance instance, CatalogEntry serving, String version, Throwable failure) {
        DataPrismException problem = Replies.toProblem(failure);
        DataPrismException told = new DataPrismException(
                        problem.code(),
                        "Version " + version + " of plugin " + instance.name() + " did not start, and "
                                + serving.version() + " goes on serving: " + problem.detail(),
                        problem.hint(),
                        problem)
                .with("lastGood", serving.version());
        instance.failed(told);
        reconciler
                .news()
                .tell(
                        "failed",
                        instance.name(),
                        version,
                        problem.detail(),
                        new JsonObject().put("instance", instance.id()).put("lastGood", serving.version()));
        return told;
    }

    /** On a worker: the schema is the plugin's. Settings that nobody made are the plugin's own business. */
    private Future<Void> checkSettings(CatalogEntry next) {
        if (next.configuration().isEmpty()) {
            return Future.succeededFuture();
        }
        return SchemaThread.checkSettings(
                Vertx.currentContext().owner(),
                next.name(),
                () -> new SchemaCheck(next.manifest().configuration())
                        .check(
                                new JsonObject(next.configuration()),
                                ErrorCode.CONFIGURATION_INVALID,
                                "The settings of " + next.name() + ", which version " + next.version()
                                        + " would get,"));
    }
}
