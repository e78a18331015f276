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
    /** From the decision to fill until whoever fills has ended. */
    private Filling filling = Filling.NOT;
    /** How many want nobody to fill. */
    private int holding;

    private boolean closed;

    private enum Filling {
        NOT,
        SOON,
        NOW
    }

    private record Waiting(StartedChild child, PoolSlot slot) {}

    /** Begins to fill itself. */
    ChildPool(PoolSettings settings, ChildStarter starter, ProcessQuotas quotas, ScheduledExecutorService timer) {
        this.settings = settings;
        this.starter = starter;
        this.quotas = quotas;
        this.timer = timer;
        this.quota = quotas.policy().cap(ResourceQuota.DEFAULT);
        removeFolder();
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
        fillLater();
        if (found == null) {
            return Optional.empty();
        }
        try {
            if (found.slot().assign(launch.packageFile(), launch.directory())) {
                found.child().held().moveFolder(launch.directory());
                return Optional.of(found.child());
            }
        } catch (IOException | RuntimeException failure) {
            LOG.warn("A waiting child cannot become plugin {}", launch.name(), failure);
            end(List.of(found));
            return Optional.empty();
        }
        giveBack(found);
        return Optional.empty();
    }

    /** Ends those that wait, for the memory that they have. @return whether there were any */
    boolean giveUp() {
        beginHolding();
        try {
            List<Waiting> all = drain();
            end(all);
            return !all.isEmpty();
        } finally {
            endHolding();
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        beginHolding();
        end(drain());
        removeFolder();
    }

    /** Waits until nobody fills, bounded; nobody begins to before {@link #endHolding}. */
    private synchronized void beginHolding() {
        holding++;
        if (filling == Filling.SOON) {
            filling = Filling.NOT;
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_WAIT_SECONDS);
        try {
            for (long left = end - System.nanoTime();
                    filling == Filling.NOW && left > 0;
                    left = end - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void endHolding() {
        holding--;
    }

    private void removeFolder() {
        if (!settings.equals(PoolSettings.NONE)) {
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
            if (first == null || first.child().isAlive()) {
                return first;
            }
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
        } else if (!unused.child().isAlive()) {
            ended(unused);
        }
    }

    /**
     * Not by {@link Process#onExit()}: that has the common pool make threads out of the restricted one that started the process, and they
     * would be restricted likewise, whoever uses them.
     */
    private void awaitEnd(Waiting child) {
        try {
            child.child().process().waitFor();
            ended(child);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** One that ended while it waited; no other is made in its place before a plugin asks, since that one may end likewise. */
    private void ended(Waiting gone) {
        boolean waited;
        synchronized (this) {
            waited = waiting.remove(gone);
        }
        if (waited) {
            LOG.warn("A child that waited for a plugin has ended by itself");
            end(List.of(gone));
        }
    }

    private synchronized List<Waiting> drain() {
        List<Waiting> all = new ArrayList<>(waiting);
        waiting.clear();
        return all;
    }

    /** Fills itself in a while, if it is not full: for when a plugin has taken one, or has given memory back. */
    synchronized void fillLater() {
        if (filling != Filling.NOT || closed || waiting.size() >= settings.size()) {
            return;
        }
        filling = Filling.SOON;
        try {
            timer.schedule(this::beginToFill, FILL_DELAY_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closing) {
            filling = Filling.NOT;
        }
    }

    private void beginToFill() {
        synchronized (this) {
            if (filling != Filling.SOON) {
                return;
            }
            filling = Filling.NOW;
        }
        try {
            // not on the timer's: it may not wait for a process to start
            Thread.ofPlatform().daemon().name("dataprism-pool").start(this::fill);
        } catch (RuntimeException | Error noThread) {
            filled();
            throw noThread;
        }
    }

    private synchronized void filled() {
        filling = Filling.NOT;
        notifyAll();
    }

    /** Until it is full, or there is no memory for more: then the next plugin that is started has it filled again. */
    private void fill() {
        try {
            while (wantsOne()) {
                Waiting made = make();
                giveBack(made);
                Thread.ofPlatform().daemon().name("dataprism-pool-end").start(() -> awaitEnd(made));
            }
        } catch (DataPrismException noMemory) {
            LOG.info("No child waits for a plugin: {}", noMemory.detail());
        } catch (IOException | RuntimeException failure) {
            LOG.warn("No child can be made to wait for a plugin", failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            filled();
        }
    }

    private synchronized boolean wantsOne() {
        return !closed && holding == 0 && waiting.size() < settings.size();
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
        } catch (IOException | RuntimeException | InterruptedException | Error failure) {
            reservation.run();
            if (slot != null) {
                slot.remove();
            }
            throw failure;
        }
    }

    private static void end(List<Waiting> all) {
        all.forEach(each -> each.child().kill());
        all.forEach(each -> each.child().end());
    }
}
