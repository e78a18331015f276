package io.dataprism.host;

import io.dataprism.bus.PermissionInterceptors;
import io.dataprism.core.catalog.Catalog;
import io.dataprism.core.catalog.CatalogEntry;
import io.dataprism.core.catalog.Wish;
import io.dataprism.core.lifecycle.PluginState;
import io.dataprism.plugin.PluginLogger.Level;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/** The steps of a plugin's life, each from one state to the next. Used on the reconciler's context. */
final class Lifecycle {

    private static final int FETCHES_AT_ONCE = 4;

    private final HostParts parts;
    private final PermissionInterceptors guard;
    private final Catalog catalog;
    private final ReconcilerVerticle reconciler;
    private final PluginFolders folders;
    /** The reconciler has one thread, which does not wait for packages. */
    private final WorkerExecutor fetches;

    Lifecycle(HostParts parts, PermissionInterceptors guard, Catalog catalog, ReconcilerVerticle reconciler) {
        this.parts = parts;
        this.guard = guard;
        this.catalog = catalog;
        this.reconciler = reconciler;
        this.folders = new PluginFolders(parts.dataDirectory());
        this.fetches = parts.vertx().createSharedWorkerExecutor("package-fetches", FETCHES_AT_ONCE);
    }

    /** Whether nothing is to be done. What failed while nobody wishes for it stays to be seen. */
    boolean holds(PluginState state, Wish wish) {
        return switch (state) {
            case PluginState.Registered registered -> wish == Wish.INACTIVE;
            case PluginState.Unloaded unloaded -> wish == Wish.INACTIVE;
            case PluginState.Failed failed -> wish == Wish.INACTIVE;
            case PluginState.Quarantined quarantined -> true;
            case PluginState.Loaded loaded -> wish == Wish.LOADED;
            case PluginState.Active active -> wish == Wish.ACTIVE;
            case PluginState.Resolved resolved -> true;
            case PluginState.Draining draining -> true;
        };
    }

    /** One step towards the wish. */
    Future<Void> step(PluginInstance instance, Wish wish) {
        return switch (instance.state()) {
            case PluginState.Registered registered -> start(instance, registered::resolve);
            case PluginState.Unloaded unloaded -> start(instance, unloaded::resolve);
            case PluginState.Failed failed -> start(instance, failed::resolve);
            case PluginState.Loaded loaded ->
                wish == Wish.ACTIVE ? activate(instance, loaded) : unload(instance, loaded);
            case PluginState.Active active -> drain(instance, active);
            case PluginState.Quarantined quarantined -> Future.succeededFuture();
            case PluginState.Resolved resolved -> Future.succeededFuture();
            case PluginState.Draining draining -> Future.succeededFuture();
        };
    }

    /** The state after a failure, where the state has such an exit. */
    static Optional<PluginState> failed(PluginState state, String reason) {
        return switch (state) {
            case PluginState.Resolved resolved -> Optional.of(resolved.fail(reason));
            case PluginState.Loaded loaded -> Optional.of(loaded.fail(reason));
            case PluginState.Active active -> Optional.of(active.fail(reason));
            case PluginState.Draining draining -> Optional.of(draining.fail(reason));
            case PluginState.Registered registered -> Optional.empty();
            case PluginState.Unloaded unloaded -> Optional.empty();
            case PluginState.Failed failed -> Optional.empty();
            case PluginState.Quarantined quarantined -> Optional.empty();
        };
    }

    /** Another version beside the one that runs, healthy and as far as that one is; where it fails, nothing has changed. */
    Future<Void> prepare(PluginInstance instance, CatalogEntry next) {
        return fetched(next).compose(here -> running(instance).prepare(next, folders.open(next.name())));
    }

    /** Nothing is fetched any more. */
    Future<Void> close() {
        return fetches.close();
    }

    /** The version that was prepared is not needed after all. */
    Future<Void> giveUp(PluginInstance instance) {
        return running(instance).giveUp();
    }

    /** The version that was prepared takes over. */
    Future<Void> switchOver(PluginInstance instance, CatalogEntry next) {
        String version = next.version();
        return running(instance).switchOver().onSuccess(switched -> {
            instance.settings(next.configuration());
            instance.refused(null);
            switch (instance.state()) {
                case PluginState.Active active -> instance.state(active.reloaded(version));
                case PluginState.Loaded loaded -> instance.state(loaded.reloaded(version));
                // Its process has ended since: what comes next is planned already.
                default -> {}
            }
        });
    }

    /** One that was registered on another node may not be here yet. */
    private Future<Void> fetched(CatalogEntry entry) {
        String digest = entry.current().digest();
        return catalog.packages().has(digest)
                ? Future.succeededFuture()
                : fetches.executeBlocking(() -> catalog.packages().fetched(digest), false)
                        .mapEmpty();
    }

    private Path packageOf(CatalogEntry entry) {
        return catalog.packages().path(entry.current().digest());
    }

    /** Ends the process and takes the verticle away, whatever its state. */
    Future<Void> undeploy(PluginInstance instance) {
        String deploymentId = instance.deploymentId();
        instance.deployed(null, null);
        return deploymentId == null
                ? Future.succeededFuture()
                : parts.vertx().undeploy(deploymentId).otherwiseEmpty();
    }

    private Future<Void> start(PluginInstance instance, Function<String, PluginState.Resolved> resolve) {
        CatalogEntry entry = catalog.get(instance.name());
        PluginState.Resolved resolved = resolve.apply(entry.version());
        if (instance.replica() == InstanceReport.NONE) {
            instance.replica(reconciler.places().replica(entry));
        }
        instance.settings(entry.configuration());
        instance.state(resolved);
        Context own = Vertx.currentContext();
        PluginVerticle[] made = new PluginVerticle[1];
        PluginVerticle verticle = new PluginVerticle(
                parts,
                guard,
                entry,
                this::packageOf,
                instance.log(),
                new Standing(instance::id, () -> reconciler.places().isFirst(instance.name()), reconciler.calls()),
                reason -> own.runOnContext(go -> reconciler.restarts().crashed(instance, made[0], reason)));
        made[0] = verticle;
        return fetched(entry)
                .compose(here -> parts.vertx().deployVerticle(verticle))
                .compose(deploymentId -> {
                    instance.deployed(verticle, deploymentId);
                    return verticle.launch(folders.open(entry.name()));
                })
                .onSuccess(launched -> {
                    instance.state(resolved.loaded());
                    announce("loaded", instance);
                });
    }

    private Future<Void> activate(PluginInstance instance, PluginState.Loaded loaded) {
        return running(instance).activate().onSuccess(active -> {
            // Its process may have ended meanwhile: then it has failed, and stays so.
            if (instance.state() == loaded) {
                instance.state(loaded.activate());
                announce("activated", instance);
            }
        });
    }

    private Future<Void> drain(PluginInstance instance, PluginState.Active active) {
        PluginState.Draining draining = active.drain();
        instance.state(draining);
        return running(instance).drain().onSuccess(drained -> {
            if (instance.state() == draining) {
                instance.state(draining.drained());
                announce("deactivated", instance);
            }
        });
    }

    /** A plugin that does not clean up as it should is ended all the same. */
    private Future<Void> unload(PluginInstance instance, PluginState.Loaded loaded) {
        return running(instance)
                .cleanUp()
                .onFailure(failure -> instance.log().add(Level.WARN, "cleanup failed: " + failure.getMessage()))
                .otherwiseEmpty()
                .compose(cleaned -> undeploy(instance))
                .onSuccess(gone -> {
                    String id = instance.id();
                    instance.state(loaded.unload());
                    reconciler.news().tell("unloaded", instance, id, null);
                });
    }

    private void announce(String what, PluginInstance instance) {
        reconciler.news().tell(what, instance, instance.id(), null);
    }

    private static PluginVerticle running(PluginInstance instance) {
        PluginVerticle verticle = instance.verticle();
        if (verticle == null) {
            throw HostProblems.notActive(instance.name(), instance.state().label());
        }
        return verticle;
    }
}
