package io.dataprism.core.confinement;

import io.dataprism.core.quota.HeldProcess;
import io.dataprism.core.quota.ProcessQuotas;
import io.dataprism.plugin.ResourceQuota;
import io.dataprism.sandbox.kernel.ChildInput;
import io.dataprism.sandbox.stream.BatchArea;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/** Starts the processes of children: confined, held to a quota, and sharing memory with the host. Any platform thread; blocks. */
final class ChildStarter implements AutoCloseable {

    private final SandboxRuntime runtime;
    private final ProcessQuotas quotas;
    private final Restriction restriction;
    private final Supplier<Optional<Path>> own;
    private final PluginCaches caches;

    /** @param caches a folder of this node alone for the class caches of packages */
    ChildStarter(
            SandboxRuntime runtime,
            ProcessQuotas quotas,
            Restriction restriction,
            Path caches,
            ScheduledExecutorService timer) {
        this.runtime = runtime;
        this.quotas = quotas;
        this.restriction = restriction;
        this.own = ChildCache.lookedFor(runtime);
        this.caches = new PluginCaches(caches, runtime, own, quotas, restriction, timer);
        SharedMemory.removeLeftOnes();
    }

    /**
     * Starts one.
     *
     * @param name of the plugin, or of what waits for one
     * @param packageFile where the plugin's jar will lie
     * @param reservation of its memory; the child gives it back when it is released; not where this fails
     * @param whenEnded run when it is released
     */
    StartedChild start(
            String name,
            ChildReach reach,
            Path packageFile,
            ChildCommand.Kind kind,
            ResourceQuota quota,
            Runnable reservation,
            Runnable whenEnded)
            throws IOException, InterruptedException {
        boolean unconfined = kind == ChildCommand.Kind.UNCONFINED;
        Optional<SharedMemory> shared = unconfined
                ? Optional.empty()
                : SharedMemory.create(() -> quotas.reserveShared(name, BatchArea.SIZE_BYTES));
        try {
            ChildCommand command = new ChildCommand(
                    runtime, cache(packageFile, kind), shared.map(SharedMemory::path), reach, quota, kind);
            Process process = ConfinedStart.start(
                    name, command.line(), reach.folder(), command.files(), unconfined ? Restriction.NONE : restriction);
            return started(name, process, !unconfined, reach, packageFile, quota, reservation, shared, whenEnded);
        } catch (IOException | RuntimeException | InterruptedException | Error refused) {
            shared.ifPresent(SharedMemory::close);
            throw refused;
        }
    }

    /** Begins nothing more of its own; what it has started goes on. */
    @Override
    public void close() {
        caches.close();
    }

    /** Gives up what is made aside, for the memory that it has. @return whether there was anything */
    boolean giveUp() {
        return caches.giveUp();
    }

    private Optional<ClassCache> cache(Path packageFile, ChildCommand.Kind kind) {
        return (kind == ChildCommand.Kind.USUAL ? caches.forStartOf(packageFile) : Optional.<ClassCache>empty())
                .or(() -> own.get().map(file -> new ClassCache(file, Optional.empty())));
    }

    private StartedChild started(
            String name,
            Process process,
            boolean confined,
            ChildReach reach,
            Path packageFile,
            ResourceQuota quota,
            Runnable reservation,
            Optional<SharedMemory> shared,
            Runnable whenEnded)
            throws IOException {
        Optional<ProcessHandle> handle = ProcessHandle.of(process.pid());
        // before the child puts something else there
        Optional<ChildInput> input = ChildInput.of(process.pid());
        try {
            boolean largeFiles = reach.mounts().stream().anyMatch(PluginProcesses.Mount::writable);
            HeldProcess held = quotas.hold(name, process.pid(), quota, reach.folder(), reservation, largeFiles);
            return new StartedChild(process, handle, input, confined, held, packageFile, shared, false, whenEnded);
        } catch (IOException | RuntimeException | Error refused) {
            handle.ifPresent(ProcessHandle::destroyForcibly);
            input.ifPresent(ChildInput::close);
            throw refused;
        }
    }
}
