package io.dataprism.host;

import io.dataprism.bus.Addresses;
import io.dataprism.bus.PermissionInterceptors;
import io.dataprism.bus.Replies;
import io.dataprism.core.catalog.Catalog;
import io.dataprism.core.catalog.CatalogEntry;
import io.dataprism.core.catalog.FindingsPolicy;
import io.dataprism.core.catalog.PackageVersion;
import io.dataprism.core.catalog.Wish;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.manifest.Manifest;
import io.dataprism.core.manifest.OperationSpec;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Grants;
import io.dataprism.core.permission.Permission;
import io.dataprism.core.permission.PermissionTable;
import io.dataprism.core.storage.PluginStorage;
import io.dataprism.plugin.PluginLogger;
import io.dataprism.plugin.ResourceQuota;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The plugins of one node. Making it puts the guard on the bus; {@link #start} opens the catalog and brings back what is
 * wished for; {@link #stop} drains and ends every child.
 */
public final class PluginHost implements PluginService {

    /** The folder, within the data folder, of tables that plugins are loading; whoever starts a node empties it before. */
    public static final String LOADS_FOLDER = "plugin-loads";

    private static final long WAIT_SECONDS = 30;

    private static final Duration AS_LONG_AS_IT_TAKES = Duration.ofDays(7);

    private final HostParts parts;
    private final FindingsPolicy policy;
    private final PermissionInterceptors guard;
    private volatile @Nullable Opened opened;
    private volatile Future<Void> bundled = Future.succeededFuture();

    /** Installs the permission interceptors; make it before anything is sent. */
    public PluginHost(HostParts parts) {
        this(parts, FindingsPolicy.WARN);
    }

    /** The same, with a policy for packages in which something is found. */
    public PluginHost(HostParts parts, FindingsPolicy policy) {
        this.parts = parts;
        this.policy = policy;
        PermissionTable table = new PermissionTable(this::grantsOf);
        this.guard =
                PermissionInterceptors.install(parts.vertx(), parts.node().id(), table, parts.audit(), parts.meters());
    }

    /** The guard of the bus. */
    public PermissionInterceptors guard() {
        return guard;
    }

    /** Opens the catalog and deploys the reconciler. Nothing else may be called before it has succeeded. */
    public Future<Void> start() {
        return start(List.of());
    }

    /** The same, with plugins that begin before all others: the system plugins. */
    public Future<Void> start(List<String> first) {
        return start(
                first, () -> Catalog.open(parts.dataDirectory(), parts.node().version(), policy, parts.sharing()));
    }

    /** The same, with a catalog that may be others' too. @param opening may block */
    Future<Void> start(List<String> first, Supplier<Catalog> opening) {
        return parts.vertx()
                .executeBlocking(
                        () -> {
                            Catalog catalog = opening.get();
                            SystemNotes begun = SystemNotes.open(catalog, parts.dataDirectory(), parts.sharing());
                            return new Kept(
                                    catalog, QuarantineNotes.open(parts.dataDirectory(), parts.sharing()), begun);
                        },
                        false)
                .compose(kept -> {
                    Catalog catalog = kept.catalog();
                    ReconcilerVerticle reconciler =
                            new ReconcilerVerticle(parts, guard, catalog, kept.quarantine(), first);
                    Opened made = new Opened(
                            catalog,
                            reconciler,
                            new PluginJson(parts, catalog),
                            new OperationClient(parts, guard, reconciler.calls()),
                            kept.begun(),
                            List.of());
                    opened = made;
                    return deploy(reconciler, made);
                });
    }

    /**
     * The door first: what is said to run here is called. It outlasts the plugins and ends with the Vert.x: what is on its way to one that
     * has ended is to hear that it was not begun.
     */
    private Future<Void> deploy(ReconcilerVerticle reconciler, Opened made) {
        return parts.vertx()
                .deployVerticle(new PluginDoor(parts.node().id(), reconciler::running))
                .compose(door -> parts.vertx()
                        .deployVerticle(
                                reconciler,
                                new DeploymentOptions()
                                        .setThreadingModel(ThreadingModel.WORKER)
                                        .setWorkerPoolName("reconciler")
                                        .setWorkerPoolSize(1))
                        .map(id -> {
                            opened = made.deployed(List.of(id));
                            new PluginAnswers(reconciler, settings(), versions(), made.json(), made.catalog())
                                    .serve(parts.cluster().calls());
                            return null;
                        }));
    }

    /** The packages that the catalog names, by digest. Any thread, once it has started. */
    public Set<String> packageDigests() {
        return opened().catalog().all().stream()
                .flatMap(entry -> entry.versions().values().stream())
                .map(PackageVersion::digest)
                .collect(Collectors.toSet());
    }

    /** Adds a listener, told on any thread after a plugin's entry has changed; it must not block. Once it has started. */
    public void onCatalogChange(Runnable listener) {
        opened().catalog().onChange(name -> listener.run());
    }

    /**
     * Waits until other nodes have the plugins of this one, which its members see leaving by now, and ends them here; those that nobody else
     * has in that time, too. A node that is alone ends them. Calls are served meanwhile.
     */
    public Future<Void> drain(Duration limit) {
        Opened here = opened;
        return here == null || here.deployments().isEmpty()
                ? Future.succeededFuture()
                : here.reconciler().moveAway(limit);
    }

    /** Drains and ends every plugin, bounded; wishes stay, so that the next start brings them back. */
    public Future<Void> stop() {
        Opened here = opened;
        if (here == null) {
            return Future.succeededFuture();
        }
        return here.reconciler()
                .drainAll()
                .timeout(WAIT_SECONDS, TimeUnit.SECONDS)
                .otherwiseEmpty()
                .compose(drained -> Future.join(here.deployments().stream()
                                .map(parts.vertx()::undeploy)
                                .toList())
                        .mapEmpty());
    }

    /**
     * Takes every jar of a folder into the catalog as bundled, granting nothing. One that cannot be taken is logged and left
     * out.
     */
    public Future<Void> installBundled(Path folder) {
        bundled = withMajority(() -> intake().takeBundled(folder, guard.node()));
        return unlessItWaits(bundled);
    }

    /**
     * Grants the system plugins that have not begun yet what they ask for, and wishes them active; call it after {@link
     * #installBundled}. Never fails: what cannot run is logged, and is tried again as after a crash.
     */
    public Future<Void> startSystem(List<String> names) {
        SystemPlugins system =
                new SystemPlugins(opened().catalog(), opened().reconciler(), versions(), opened().begun());
        return unlessItWaits(bundled.compose(taken -> withMajority(() -> system.start(names, guard.node()))));
    }

    /** The catalog takes changes then; the first node of a cluster that starts does not keep the others waiting for each other. */
    private Future<Void> withMajority(Supplier<Future<Void>> task) {
        return parts.cluster().members().hasMajority()
                ? task.get()
                : opened().reconciler()
                        .awaited()
                        .until(() -> parts.cluster().members().hasMajority() ? true : null, AS_LONG_AS_IT_TAKES)
                        .compose(there -> task.get());
    }

    private Future<Void> unlessItWaits(Future<Void> task) {
        return parts.cluster().members().hasMajority() ? task : Future.succeededFuture();
    }

    /**
     * Looks after folders, taking packages that come there; deploy what it answers as a worker, after {@link #installBundled}.
     */
    public Deployable watching(List<Path> folders) {
        return new FolderVerticle(folders, versions().ofFolders(guard.node()));
    }

    @Override
    public Future<Registered> register(Path file, boolean activate) {
        return intake().take(file, speaker()).compose(registration -> {
            CatalogEntry entry = registration.entry();
            if (!activate) {
                return Future.succeededFuture(new Registered(json(entry.name()), registration.created()));
            }
            return activate(entry.name())
                    .map(plugin -> new Registered(plugin, registration.created()))
                    .otherwise(failure -> new Registered(
                            json(entry.name())
                                    .put(
                                            "problem",
                                            new JsonObject(
                                                    Replies.toProblem(failure).toJson())),
                            registration.created()));
        });
    }

    @Override
    public Future<JsonArray> list(@Nullable String category, @Nullable String state) {
        return answer(() -> {
            JsonArray plugins = new JsonArray();
            for (CatalogEntry entry : opened().catalog().all()) {
                JsonObject plugin = json(entry.name());
                boolean wanted = (category == null || category.equals(plugin.getString("category")))
                        && (state == null || state.equals(plugin.getString("state")));
                if (wanted) {
                    plugins.add(plugin);
                }
            }
            return plugins;
        });
    }

    @Override
    public List<OperationSpec> operations(String name) {
        return manifest(name).operations();
    }

    @Override
    public Future<JsonObject> get(String name) {
        return answer(() -> json(name)).compose(known -> {
            List<String> elsewhere = opened().reconciler().reports().runningElsewhere(name);
            return opened().reconciler().running(name) != null || elsewhere.isEmpty()
                    ? Future.succeededFuture(known)
                    : new PluginAnswers.Asking(parts.cluster().calls(), guard.node())
                            .process(elsewhere.getFirst(), name)
                            .map(told -> json(name, told));
        });
    }

    @Override
    public Future<JsonObject> grants(String name) {
        return answer(() -> {
            CatalogEntry entry = opened().catalog().get(name);
            return new JsonObject(entry.asked().toJson())
                    .copy()
                    .put("findings", new JsonArray(entry.asking().findings()));
        });
    }

    @Override
    public Future<JsonObject> grant(String name, JsonObject request) {
        return bounded(name, "take over", versions().grant(name, plain(request), speaker()));
    }

    @Override
    public Future<Change> reload(String name, Path file) {
        return bounded(name, "take over", versions().reload(name, file, speaker()));
    }

    @Override
    public Future<JsonObject> deployment(String name) {
        return answer(() -> versions().deployment(name));
    }

    @Override
    public Future<Change> deploy(String name, JsonObject request) {
        return bounded(name, "take over", versions().deploy(name, request, speaker()));
    }

    @Override
    public Future<JsonObject> load(String name) {
        return bounded(name, "load", wishes().load(name, speaker())).map(done -> json(name));
    }

    @Override
    public Future<JsonObject> activate(String name) {
        return bounded(name, "activate", wishes().activate(name, speaker())).map(done -> json(name));
    }

    @Override
    public Future<JsonObject> deactivate(String name) {
        return bounded(name, "deactivate", wishes().lower(name, "deactivate", Wish.LOADED, speaker()))
                .map(done -> json(name));
    }

    @Override
    public Future<JsonObject> unload(String name) {
        return bounded(name, "unload", wishes().lower(name, "unload", Wish.INACTIVE, speaker()))
                .map(done -> json(name));
    }

    @Override
    public Future<Void> unregister(String name) {
        Caller caller = speaker();
        return bounded(name, "unregister", owner(() -> {
            wishes().checkUnregister(name, caller);
            ReconcilerVerticle reconciler = opened().reconciler();
            return reconciler
                    .wish(name, Wish.INACTIVE)
                    .compose(ended -> reconciler.on(() -> {
                        PluginInstance instance =
                                reconciler.instance(opened().catalog().get(name));
                        instance.begin("be unregistered"); // nobody registers and begins it anew before all is gone
                        return reconciler
                                .changes()
                                .make(instance, () -> erase(name))
                                .onComplete(done -> instance.end());
                    }))
                    .compose(erased -> reconciler.on(() -> {
                        if (opened().catalog().find(name).isEmpty()) { // else it was registered again meanwhile
                            reconciler.forget(name);
                        }
                        audit("plugin.unregistered", caller, name, new JsonObject());
                        return Future.succeededFuture();
                    }));
        }));
    }

    private boolean erase(String name) {
        Wish wish = opened().catalog().upToDate(name).wish();
        if (wish != Wish.INACTIVE) {
            throw HostProblems.underWay(name, "become " + wish.name().toLowerCase(Locale.ROOT), "be unregistered");
        }
        opened().catalog().unregister(name); // before all else, since a cluster may refuse it
        new PluginFolders(parts.dataDirectory()).delete(name);
        Progress.of(parts).delete(name);
        PluginStorage.of(parts.dataDirectory(), parts.sharing()).forget(name);
        return true;
    }

    @Override
    public Future<JsonObject> configuration(String name) {
        return answer(() -> settings().shown(name));
    }

    @Override
    public Future<JsonObject> configure(String name, JsonObject settings) {
        return bounded(name, "configure", settings().configure(name, settings, speaker()));
    }

    /** The manifest of the version that is meant to run; {@code PLUGIN_NOT_FOUND}. Any thread. */
    public Manifest manifest(String name) {
        return opened().catalog().get(name).manifest();
    }

    /** What a plugin may use. */
    public ResourceQuota quota(String name) {
        return parts.quota(manifest(name));
    }

    /** Adds a line to a plugin's log, which counts as the plugin's own. Any thread. */
    public void log(String name, PluginLogger.Level level, String message, JsonObject fields) {
        opened().reconciler().instance(opened().catalog().get(name)).log().addFromPlugin(level, message, fields);
    }

    @Override
    public Future<PluginLog> log(String name) {
        return answer(() ->
                opened().reconciler().instance(opened().catalog().get(name)).log());
    }

    @Override
    public Future<Outcome> execute(Execution execution) {
        try {
            String name = execution.plugin();
            // Scope comes before existence: who may not call a plugin does not learn whether it is there.
            guard.check(speaker(), Addresses.plugin(name));
            CatalogEntry entry = opened().catalog().get(name);
            requireActive(entry);
            Manifest manifest = entry.manifest();
            OperationSpec operation = manifest.operation(execution.operation())
                    .orElseThrow(() -> HostProblems.noOperation(manifest, execution.operation()));
            return opened().client().execute(manifest, operation, execution);
        } catch (RuntimeException refused) {
            return Future.failedFuture(refused);
        }
    }

    /** Who asks a plugin that does not run for an operation which there is not hears of the plugin first. */
    private void requireActive(CatalogEntry entry) {
        if (entry.wish() != Wish.ACTIVE && !opened().reconciler().reports().anyActive(entry.name())) {
            entry.grants().checkComplete(entry.name());
            throw HostProblems.notActive(entry.name(), json(entry.name()).getString("state"));
        }
    }

    @Override
    public Future<JsonObject> view(String name, JsonObject message) {
        try {
            guard.check(speaker(), Addresses.plugin(name));
            return opened().client().view(opened().catalog().get(name).manifest(), message);
        } catch (RuntimeException refused) {
            return Future.failedFuture(refused);
        }
    }

    @Override
    public Future<Void> cancel(Execution execution) {
        return opened().client().cancel(execution);
    }

    private static <T extends @Nullable Object> Future<T> bounded(String name, String what, Future<T> future) {
        return future.timeout(WAIT_SECONDS, TimeUnit.SECONDS)
                .recover(failure -> Future.failedFuture(HostProblems.named(failure, name, what)));
    }

    private <T extends @Nullable Object> Future<T> owner(Callable<Future<T>> task) {
        return opened().reconciler().on(task);
    }

    private <T> Future<T> answer(Callable<T> task) {
        try {
            return Future.succeededFuture(task.call());
        } catch (Exception failure) {
            return Future.failedFuture(failure);
        }
    }

    private JsonObject json(String name) {
        return json(name, new JsonObject());
    }

    private JsonObject json(String name, JsonObject told) {
        CatalogEntry entry = opened().catalog().get(name);
        ReconcilerVerticle reconciler = opened().reconciler();
        PluginInstance own = reconciler.instance(entry);
        return opened().json().of(entry, own, reconciler.reports().of(name), told);
    }

    private PluginWishes wishes() {
        return new PluginWishes(parts, opened().catalog(), opened().reconciler());
    }

    private PluginSettings settings() {
        return new PluginSettings(parts, opened().catalog(), opened().reconciler());
    }

    private PluginVersions versions() {
        return new PluginVersions(parts, opened().catalog(), opened().reconciler(), intake());
    }

    private PackageIntake intake() {
        return new PackageIntake(parts, opened().catalog(), opened().reconciler());
    }

    /** For whom the current context speaks; the node where nothing else is said, for what a role has admitted already. */
    private Caller speaker() {
        Caller speaker = guard.speaker();
        return speaker == null ? guard.node() : speaker;
    }

    private void audit(String action, Caller caller, String name, JsonObject details) {
        parts.audit().record(action, caller, name, "ok", details);
    }

    private Grants grantsOf(String plugin) {
        Opened here = opened;
        return here == null ? Grants.NONE : here.grants(plugin);
    }

    @SuppressWarnings("unchecked")
    static Map<String, @Nullable Object> plain(JsonObject json) {
        return ChildDoor.plain(json) instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : Map.of();
    }

    private Opened opened() {
        Opened here = opened;
        if (here == null) {
            throw new DataPrismException(
                    ErrorCode.DRAINING, "The plugin host has not started yet.", "Wait until /health/ready says so.");
        }
        return here;
    }

    /** What outlives the node. */
    private record Kept(Catalog catalog, QuarantineNotes quarantine, SystemNotes begun) {}

    /** What there is once the catalog is open. @param deployments in the order in which they end */
    private record Opened(
            Catalog catalog,
            ReconcilerVerticle reconciler,
            PluginJson json,
            OperationClient client,
            SystemNotes begun,
            List<String> deployments) {

        Opened deployed(List<String> ids) {
            return new Opened(catalog, reconciler, json, client, begun, ids);
        }

        /** Of the version that is current and of those that run here beside it while one takes over from another. */
        Grants grants(String plugin) {
            CatalogEntry entry = catalog.find(plugin).orElse(null);
            PluginVerticle running =
                    entry == null ? null : reconciler.instance(entry).verticle();
            if (entry == null || running == null) {
                return entry == null ? Grants.NONE : entry.grants();
            }
            Set<Permission> requested = new LinkedHashSet<>(entry.manifest().permissions());
            requested.addAll(running.requested());
            return new Grants(List.copyOf(requested), entry.granted());
        }
    }
}
