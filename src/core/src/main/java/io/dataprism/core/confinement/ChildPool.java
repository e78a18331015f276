package io.dataprism.core.confinement;

import io.dataprism.core.confinement.PluginProcesses.Launch;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.quota.ProcessQuotas;
import io.dataprism.plugin.ResourceQuota;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Children that are booted and confined and wait for a plugin. One serves once, and never for two plugins. It has the quota of a manifest
 * that asks for nothing, and reaches no folder but its own: a plugin that asks for another quota, fonts or mounts, or whose folder is not
 * empty, gets a child of its own making, later.
 *
 * <p>The memory of those that wait is set aside like that of others, and given up as soon as a plugin needs it. Any thread.
 */
final class ChildPool implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ChildPool.class);
    private static final String NAME = "pool";
    /** A plugin that has just been started uses the processors meanwhile. */
    private static final long FILL_DELAY_MILLIS = 500;

    private static final long END_WAIT_SECONDS = 5;

    private final PoolSettings settings;
    private final ChildStarter starter;
    private final ProcessQuotas quotas;
    private final ScheduledExecutorService timer;
    private final ResourceQuota quota;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private boolean filling;
    private boolean closed;

    private record Waiting(StartedChild child, PoolSlot slot) {}

    /** Begins to fill itself. */
    ChildPool(PoolSettings settings, ChildStarter starter, ProcessQuotas quotas, ScheduledExecutorService timer) {
        this.settings = settings;
        this.starter = starter;
        this.quotas = quotas;
        this.timer = timer;
        this.quota = quotas.policy().cap(ResourceQuota.DEFAULT);
        if (settings.size() > 0) {
            PoolSlot.remove(settings.folder());
        }
        fillLater();
    }

    /** How many wait. */
    synchronized int waiting() {
        return waiting.size();
    }

    /** One for a plugin, whose it is from now on; empty where none waits or none fits. Blocks for a moment. */
    Optional<StartedChild> take(Launch launch) {
        if (!fits(launch)) {
            return Optional.empty();
        }
        Waiting found = next();
        if (found == null) {
            return Optional.empty();
        }
        fillLater();
        try {
            if (found.slot().assign(launch.packageFile(), launch.directory())) {
                found.child().held().moveFolder(launch.directory());
                return Optional.of(found.child());
            }
        } catch (IOException failure) {
            LOG.warn("A waiting child cannot become plugin {}", launch.name(), failure);
            end(List.of(found));
            return Optional.empty();
        }
        giveBack(found);
        return Optional.empty();
    }

    /** Ends those that wait, for the memory that they have. @return whether there were any */
    boolean giveUp() {
        List<Waiting> all = drain();
        end(all);
        return !all.isEmpty();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        end(drain());
        if (settings.size() > 0) {
            PoolSlot.remove(settings.folder());
        }
    }

    private boolean fits(Launch launch) {
        ResourceQuota asked = launch.quota();
        return launch.mounts().isEmpty()
                && !launch.fonts()
                && asked.memoryBytes() == quota.memoryBytes()
                && asked.cpus() == quota.cpus()
                && asked.threads() == quota.threads()
                && asked.storageBytes() == quota.storageBytes();
    }

    private @Nullable Waiting next() {
        while (true) {
            Waiting first;
            synchronized (this) {
                first = waiting.poll();
            }
            if (first == null || first.child().process().isAlive()) {
                return first;
            }
            LOG.warn("A child that waited for a plugin had ended by itself");
            end(List.of(first));
        }
    }

    private void giveBack(Waiting unused) {
        boolean late;
        synchronized (this) {
            late = closed;
            if (!late) {
                waiting.addFirst(unused);
            }
        }
        if (late) {
            end(List.of(unused));
        }
    }

    private synchronized List<Waiting> drain() {
        List<Waiting> all = new ArrayList<>(waiting);
        waiting.clear();
        return all;
    }

    private synchronized void fillLater() {
        if (filling || closed || settings.size() == 0) {
            return;
        }
        filling = true;
        try {
            // on a thread that may wait for the one that starts it
            timer.schedule(
                    () -> Thread.ofPlatform().daemon().name("dataprism-pool").start(this::fill),
                    FILL_DELAY_MILLIS,
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closing) {
            filling = false;
        }
    }

    /** Until it is full, or there is no memory for more: then the next plugin that is started has it filled again. */
    private void fill() {
        try {
            while (wantsOne()) {
                giveBack(make());
            }
        } catch (DataPrismException noMemory) {
            LOG.info("No child waits for a plugin: {}", noMemory.detail());
        } catch (IOException | RuntimeException failure) {
            LOG.warn("No child can be made to wait for a plugin", failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            synchronized (this) {
                filling = false;
            }
        }
    }

    private synchronized boolean wantsOne() {
        return !closed && waiting.size() < settings.size();
    }

    private Waiting make() throws IOException, InterruptedException {
        Runnable reservation = quotas.reserve(NAME, quota);
        PoolSlot slot = null;
        try {
            slot = PoolSlot.in(settings.folder());
            StartedChild child = starter.start(
                    NAME,
                    slot.reach(),
                    slot.packageFile(),
                    ChildCommand.Kind.WAITING,
                    quota,
                    reservation,
                    slot::remove);
            return new Waiting(child, slot);
        } catch (IOException | RuntimeException | InterruptedException failure) {
            reservation.run();
            if (slot != null) {
                slot.remove();
            }
            throw failure;
        }
    }

    private static void end(List<Waiting> all) {
        all.forEach(each -> StartedChild.kill(each.child().process()));
        for (Waiting each : all) {
            try {
                if (!each.child().process().waitFor(END_WAIT_SECONDS, TimeUnit.SECONDS)) {
                    LOG.warn(
                            "The process {} of the pool does not end",
                            each.child().process().pid());
                }
                each.child().process().getOutputStream().close();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            } catch (IOException broken) {
                LOG.debug("The pipe of a child that waited is broken", broken);
            } finally {
                each.child().release();
            }
        }
    }
}
