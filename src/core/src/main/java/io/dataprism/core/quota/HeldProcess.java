package io.dataprism.core.quota;

import io.dataprism.plugin.ResourceQuota;
import io.dataprism.sandbox.kernel.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that is held to its quota: by a control group where it has one, else by limits of the process and a watch that stops
 * it, lets it go on, and says when it must be ended. Its folder is measured in either case. Any thread.
 */
public final class HeldProcess implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HeldProcess.class);
    private static final long SAMPLE_MILLIS = 50;
    private static final long FOLDER_MILLIS = 2_000;
    private static final long ENTRIES_LIMIT = 20_000;
    private static final long MIB = 1L << 20;

    private final ChildProcess process;
    private final long processId;
    private final @Nullable ControlGroup group;
    private final ProcessLimits limits;
    private volatile Path folder;
    private final long folderLimitBytes;
    private final Runnable reservation;
    private final List<ScheduledFuture<?>> watches = new ArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile long folderBytes;
    private volatile long stops;
    private boolean stopped;

    /**
     * What the process uses.
     *
     * @param residentBytes -1: it is gone; as with time and threads
     * @param throttled how often the processor was taken away from it
     * @param folderBytes of its folder, at most two seconds ago
     */
    public record Usage(long residentBytes, long cpuMillis, int threads, long throttled, long folderBytes) {}

    HeldProcess(
            ChildProcess process,
            long processId,
            @Nullable ControlGroup group,
            ResourceQuota quota,
            Path folder,
            Runnable reservation) {
        this.process = process;
        this.processId = processId;
        this.group = group;
        this.limits = ProcessLimits.of(quota);
        this.folder = folder;
        this.folderLimitBytes = quota.storageBytes();
        this.reservation = reservation;
    }

    /** How firmly it is held. */
    public IsolationLevel level() {
        return group == null ? IsolationLevel.NO_CGROUP : IsolationLevel.FULL;
    }

    /**
     * Holds the processor as well, from now on: what comes before is the JVM's start and none of the plugin's.
     *
     * @param timer runs the watch
     * @param exceeded told, at least once and on the timer's thread, what the process has used too much of: end it
     */
    public synchronized void begin(ScheduledExecutorService timer, Consumer<String> exceeded) throws IOException {
        if (group != null) {
            group.limitProcessor();
        } else {
            ProcessSample now = ProcessSample.of(processId);
            ProcessorBudget budget = new ProcessorBudget(limits.cpus(), System.nanoTime(), now.cpuMillis());
            watches.add(timer.scheduleWithFixedDelay(
                    () -> watch(budget, exceeded), SAMPLE_MILLIS, SAMPLE_MILLIS, TimeUnit.MILLISECONDS));
        }
        watches.add(timer.scheduleWithFixedDelay(
                () -> measureFolder(exceeded), FOLDER_MILLIS, FOLDER_MILLIS, TimeUnit.MILLISECONDS));
        if (closed.get()) {
            endWatches();
        }
    }

    /** Its folder has another name now. */
    public void moveFolder(Path name) {
        folder = name;
    }

    /** A timer gives a task up that lets anything escape, and a process that stands still would do so for good. */
    private void watch(ProcessorBudget budget, Consumer<String> exceeded) {
        try {
            sample(budget, exceeded);
        } catch (RuntimeException escaped) {
            LOG.warn("The process {} of a plugin could not be looked at", processId, escaped);
        }
    }

    private void sample(ProcessorBudget budget, Consumer<String> exceeded) {
        ProcessSample now = ProcessSample.of(processId);
        if (now.isGone()) {
            return;
        }
        if (now.residentBytes() > limits.memoryBytes()) {
            exceeded.accept("used " + now.residentBytes() / MIB + " MiB of memory and may use "
                    + limits.memoryBytes() / MIB + ", its heap, batches beside it and the JVM together");
        }
        if (now.threads() > limits.threads()) {
            exceeded.accept("had " + now.threads() + " threads and may have " + limits.threads()
                    + ", those of the JVM among them");
        }
        boolean mayRun = budget.mayRun(System.nanoTime(), now.cpuMillis());
        if (mayRun == stopped) {
            stopped = !mayRun;
            if (mayRun) {
                process.resume();
            } else {
                process.stop();
                stops++;
            }
        }
    }

    private void measureFolder(Consumer<String> exceeded) {
        try {
            FolderSize size = FolderSize.of(folder, processId, ENTRIES_LIMIT);
            folderBytes = size.bytes();
            if (size.bytes() > folderLimitBytes) {
                exceeded.accept("has " + size.bytes() + " bytes in its folder and may have " + folderLimitBytes);
            } else if (size.closed() != null) {
                exceeded.accept("has a folder in its folder that cannot be measured: " + size.closed());
            } else if (size.entries() > ENTRIES_LIMIT) {
                exceeded.accept("has more than " + ENTRIES_LIMIT + " files and folders in its folder");
            }
        } catch (IOException unreadable) {
            LOG.warn("The folder {} of a plugin cannot be measured", folder, unreadable);
        }
    }

    /** What it uses now; files of the kernel are read. */
    public Usage usage() {
        ProcessSample now = ProcessSample.of(processId);
        return new Usage(
                now.residentBytes(),
                now.cpuMillis(),
                now.threads(),
                group == null ? stops : group.throttledPeriods(),
                folderBytes);
    }

    /** Why the kernel has ended it, where it was for its memory. Ask before {@link #close}. */
    public Optional<String> outOfMemory() {
        return group != null && group.outOfMemoryKills() > 0
                ? Optional.of("used more than the " + limits.memoryBytes() / MIB
                        + " MiB of memory that its heap, batches beside it and the JVM may use together")
                : Optional.empty();
    }

    /** After the process has ended: gives everything back. Again: nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            endWatches();
            if (group != null) {
                group.close();
            }
            process.close();
            reservation.run();
        }
    }

    private synchronized void endWatches() {
        watches.forEach(watch -> watch.cancel(false));
    }
}
