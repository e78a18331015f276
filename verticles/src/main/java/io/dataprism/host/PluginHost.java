package io.dataprism.host;

import io.dataprism.bus.Addresses;
import io.dataprism.bus.PermissionInterceptors;
import io.dataprism.bus.Replies;
import io.dataprism.core.catalog.Catalog;
import io.dataprism.core.catalog.CatalogEntry;
import io.dataprism.core.catalog.FindingsPolicy;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The plugins of one node. Making it puts the guard on the bus; {@link #start} opens the catalog and brings back what is
 * wished for; {@link #stop} drains and ends every child.
 */
public final class PluginHost implements PluginService {

    /** The folder, within the data folder, of tables that plugins are loading; whoever starts a node empties it before. */
    public static final String LOADS_FOLDER = "plugin-loads";

    private static final long WAIT_SECONDS = 30;

    private final HostParts parts;
    private final FindingsPolicy policy;
    private final PermissionInterceptors guard;
    private final OperationClient client;
    private volatile @Nullable Opened opened;

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
        this.client = new OperationClient(parts, guard);
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
        return parts.vertx()
                .executeBlocking(
                        () -> {
                            Catalog catalog = Catalog.open(
                                    parts.dataDirectory(),
                                    parts.node().version(),
                                    policy,
                                    parts.sharing().maps(),
                                    parts.sharing().blobs());
                            SystemNotes begun = SystemNotes.open(catalog, parts.dataDirectory(), parts.sharing());
                            return new Kept(
                                    catalog, QuarantineNotes.open(parts.dataDirectory(), parts.sharing()), begun);
                        },
                        false)
                .compose(kept -> {
                    Catalog catalog = kept.catalog();
                    ReconcilerVerticle reconciler =
                            new ReconcilerVerticle(parts, guard, catalog, kept.quarantine(), first);
                    opened = new Opened(catalog, reconciler, new PluginJson(parts, catalog), kept.begun(), "");
                    return parts.vertx()
                            .deployVerticle(
                                    reconciler, new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER))
                            .map(id -> {
                                opened =
                                        new Opened(catalog, reconciler, new PluginJson(parts, catalog), kept.begun(), id);
                                return null;
                            });
                });
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
                .compose(drained -> parts.vertx().undeploy(here.deploymentId()));
    }

    /**
     * Takes every jar of a folder into the catalog as bundled, granting nothing. One that cannot be taken is logged and left
     * out.
     */
    public Future<Void> installBundled(Path folder) {
        return intake().takeBundled(folder, guard.node());
    }

    /**
     * Grants the system plugins that have not begun yet what they ask for, and wishes them active; call it after {@link
     * #installBundled}. Never fails: what cannot run is logged, and is tried again as after a crash.
     */
    public Future<Void> startSystem(List<String> names) {
        return new SystemPlugins(
                        opened().catalog(), opened().reconciler(), versions(), opened().begun())
                .start(names, guard.node());
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
    public Future<JsonObject> get(String name) {
        return answer(() -> json(name));
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
            return opened().reconciler().wish(name, Wish.INACTIVE).map(ended -> {
                opened().catalog().unregister(name); // first, since a cluster may refuse it
                new PluginFolders(parts.dataDirectory()).delete(name);
                Progress.of(parts).delete(name);
                PluginStorage.of(parts.dataDirectory(), parts.sharing()).forget(name);
                opened().reconciler().forget(name);
                audit("plugin.unregistered", caller, name, new JsonObject());
                return null;
            });
        }));
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
            PluginInstance instance = opened().reconciler().instance(entry);
            if (!instance.active()) {
                entry.grants().checkComplete(name);
                throw HostProblems.notActive(name, instance.state().label());
            }
            Manifest manifest = entry.manifest();
            OperationSpec operation = manifest.operation(execution.operation())
                    .orElseThrow(() -> HostProblems.noOperation(manifest, execution.operation()));
            return client.execute(manifest, operation, execution);
        } catch (RuntimeException refused) {
            return Future.failedFuture(refused);
        }
    }

    @Override
    public Future<JsonObject> view(String name, JsonObject message) {
        try {
            guard.check(speaker(), Addresses.plugin(name));
            return client.view(opened().catalog().get(name).manifest(), message);
        } catch (RuntimeException refused) {
            return Future.failedFuture(refused);
        }
    }

    @Override
    public Future<Void> cancel(Execution execution) {
        return client.cancel(execution);
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
        CatalogEntry entry = opened().catalog().get(name);
        return opened().json().of(entry, opened().reconciler().instance(entry));
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

    /** What there is once the catalog is open. */
    private record Opened(
            Catalog catalog, ReconcilerVerticle reconciler, PluginJson json, SystemNotes begun, String deploymentId) {

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
