package io.dataprism.host;

import io.dataprism.core.catalog.Catalog;
import io.dataprism.core.catalog.CatalogEntry;
import io.dataprism.core.catalog.Wish;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.lifecycle.PluginState;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What follows when an instance of this node has failed: it is started again after a pause, or quarantined here, which gives another node its
 * turn. Used on the reconciler's context.
 */
final class Restarts {

    private static final Logger LOG = LoggerFactory.getLogger(Restarts.class);
    private static final Duration WITHOUT_MAJORITY = Duration.ofSeconds(1);

    private final HostParts parts;
    private final Catalog catalog;
    private final QuarantineNotes quarantine;
    private final ReconcilerVerticle reconciler;

    Restarts(HostParts parts, Catalog catalog, QuarantineNotes quarantine, ReconcilerVerticle reconciler) {
        this.parts = parts;
        this.catalog = catalog;
        this.quarantine = quarantine;
        this.reconciler = reconciler;
    }

    /** An operator acts on another node: what failed here is let go, and begins anew where it belongs here. On this context. */
    void releaseFor(PluginInstance instance, Wish wish) {
        release(instance, wish);
        if (instance.state() instanceof PluginState.Failed failed) {
            instance.state(failed.unload());
        }
        reconciler.ask();
    }

    /** An operator acts: what failed here gets another chance. On this context. */
    void release(PluginInstance instance, Wish wish) {
        instance.backoff().reset();
        cancelRetry(instance);
        switch (instance.state()) {
            case PluginState.Quarantined quarantined -> {
                reconciler.changes().note(quarantine.lift(instance.name()));
                instance.state(quarantined.release());
            }
            case PluginState.Failed failed when wish == Wish.INACTIVE -> instance.state(failed.unload());
            default -> {}
        }
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
        instance.settle();
        reconciler.news().tell("failed", instance, instance.id(), failure.detail());
        boolean again = !instance.attended() && !reconciler.stopping();
        return reconciler.lifecycle().undeploy(instance).onComplete(gone -> {
            if (again) {
                planRestart(instance);
            }
        });
    }

    /** One that may not be tried again here is let go; one that an operator has changed since gets another chance. */
    void reconcile(CatalogEntry entry, PluginInstance instance, PluginState.Failed failed, Wish wish) {
        boolean left = instance.retryTimer() < 0 && !instance.attended() && !instance.changing();
        if (wish != Wish.INACTIVE && left && entry.generation() > instance.followed()) {
            reconciler.startable(entry).onSuccess(ready -> reconciler.converge(instance));
        } else if (wish == Wish.INACTIVE
                && entry.wish() != Wish.INACTIVE
                && !instance.attended()
                && parts.cluster().members().hasMajority()) {
            cancelRetry(instance);
            instance.state(failed.unload());
        }
    }

    private void planRestart(PluginInstance instance) {
        Optional<CatalogEntry> entry = catalog.find(instance.name());
        if (entry.isEmpty() || entry.get().wish() == Wish.INACTIVE) {
            return;
        }
        Optional<Duration> pause =
                instance.backoff().failed(entry.get().manifest().crash(), Instant.now());
        if (pause.isPresent()) {
            retryAfter(instance, pause.get());
        } else if (instance.state() instanceof PluginState.Failed failed) {
            String id = instance.id();
            instance.state(failed.quarantine());
            reconciler.changes().note(quarantine.note(instance.name(), failed.reason()));
            reconciler.news().tell("quarantined", instance, id, failed.reason());
            reconciler.ask(); // another node may be given it
        }
    }

    private void retryAfter(PluginInstance instance, Duration pause) {
        instance.retryTimer(parts.vertx().setTimer(pause.toMillis(), fired -> {
            instance.retryTimer(-1);
            if (reconciler.wishHere(instance) != Wish.INACTIVE) {
                instance.restarted();
                count("restarts", "Times that plugins were started again after a failure");
                reconciler.converge(instance);
            } else if (!parts.cluster().members().hasMajority()) {
                retryAfter(instance, WITHOUT_MAJORITY);
            }
        }));
    }

    private void count(String what, String description) {
        Counter.builder("dataprism.plugin." + what)
                .description(description)
                .register(parts.meters())
                .increment();
    }

    private void cancelRetry(PluginInstance instance) {
        if (instance.retryTimer() >= 0) {
            parts.vertx().cancelTimer(instance.retryTimer());
            instance.retryTimer(-1);
        }
    }
}
