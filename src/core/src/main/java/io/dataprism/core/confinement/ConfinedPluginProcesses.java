package io.dataprism.core.confinement;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.quota.HeldProcess;
import io.dataprism.core.quota.IsolationLevel;
import io.dataprism.core.quota.ProcessQuotas;
import io.dataprism.core.quota.ResourcePolicy;
import io.dataprism.sandbox.kernel.KernelSupport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** Plugins' processes on Linux, confined with Landlock and seccomp. Fails closed: nothing is started that is not confined. */
public final class ConfinedPluginProcesses implements PluginProcesses {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(10);
    private static final long END_WAIT_SECONDS = 5;

    private final SandboxRuntime runtime;
    private final BufferAllocator allocator;
    private final Restriction restriction;
    private final ProcessQuotas quotas;
    private final List<String> missing = KernelSupport.missing();
    private final Set<HostChild> children = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("dataprism-deadlines").factory());
    private final Supplier<Optional<Path>> cache;
    private volatile boolean closed;

    /**
     * @param runtime where the child's own code lies
     * @param allocator of the batches that come from children; the caller's to close, afterwards
     * @param quotas what holds the children; the caller's to close, afterwards
     */
    public ConfinedPluginProcesses(SandboxRuntime runtime, BufferAllocator allocator, ProcessQuotas quotas) {
        this(runtime, allocator, quotas, Restriction.KERNEL);
    }

    ConfinedPluginProcesses(
            SandboxRuntime runtime, BufferAllocator allocator, ProcessQuotas quotas, Restriction restriction) {
        this.runtime = runtime;
        this.cache = ChildCache.lookedFor(runtime);
        this.allocator = allocator;
        this.quotas = quotas;
        this.restriction = restriction;
        SharedMemory.removeLeftOnes();
    }

    @Override
    public Mono<PluginProcess> start(Launch launch, HostDoor door) {
        return Mono.create(sink -> Thread.ofPlatform()
                .daemon()
                .name("dataprism-start-" + launch.name())
                .start(() -> start(launch, door, sink)));
    }

    @Override
    public ResourcePolicy policy() {
        return quotas.policy();
    }

    @Override
    public String level() {
        return (missing.isEmpty() ? quotas.level() : IsolationLevel.JVM_ONLY).text();
    }

    @Override
    public String mechanism() {
        return quotas.mechanism();
    }

    @Override
    public List<String> missing() {
        return Stream.concat(missing.stream(), quotas.missing().stream()).toList();
    }

    @Override
    public void close() {
        closed = true;
        List<HostChild> left = List.copyOf(children);
        left.forEach(child -> child.kill(ending()));
        CompletableFuture<?>[] ends =
                left.stream().map(child -> child.exited().toCompletableFuture()).toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(ends)
                .completeOnTimeout(null, END_WAIT_SECONDS, TimeUnit.SECONDS)
                .join();
        timer.shutdownNow();
    }

    private void start(Launch asked, HostDoor door, MonoSink<PluginProcess> sink) {
        Launch launch = asked.within(policy().cap(asked.quota()));
        ChildFailures failures = new ChildFailures(launch.name());
        List<String> lacking = lacking();
        if (closed || !lacking.isEmpty()) {
            sink.error(closed ? ending() : failures.unavailable(String.join(" ", lacking), null));
            return;
        }
        Runnable reservation = () -> {};
        try {
            reservation = quotas.reserve(launch.name(), launch.quota());
            HostChild child = child(launch, door, reservation);
            try {
                supervise(child, failures, sink);
            } catch (RejectedExecutionException closing) {
                sink.error(ending());
                child.kill(ending());
            }
            child.begin();
        } catch (DataPrismException refused) {
            sink.error(refused);
        } catch (IOException | RuntimeException failure) {
            reservation.run();
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            sink.error(failures.unavailable("its process could not be started: " + cause.getMessage(), failure));
        } catch (InterruptedException interrupted) {
            reservation.run();
            Thread.currentThread().interrupt();
            sink.error(ending());
        }
    }

    /** What this machine lacks for the least that the operator demands. */
    private List<String> lacking() {
        return quotas.suffices() ? missing : missing();
    }

    private HostChild child(Launch launch, HostDoor door, Runnable reservation)
            throws IOException, InterruptedException {
        Optional<SharedMemory> shared = SharedMemory.create();
        try {
            return child(launch, door, reservation, shared);
        } catch (IOException | RuntimeException | InterruptedException refused) {
            shared.ifPresent(SharedMemory::close);
            throw refused;
        }
    }

    private HostChild child(Launch launch, HostDoor door, Runnable reservation, Optional<SharedMemory> shared)
            throws IOException, InterruptedException {
        ChildCommand command = new ChildCommand(runtime, cache.get(), shared.map(SharedMemory::path), launch);
        Process process =
                ConfinedStart.start(launch.name(), command.line(), launch.directory(), command.files(), restriction);
        try {
            HeldProcess held = quotas.hold(
                    launch.name(),
                    process.pid(),
                    launch.quota(),
                    launch.directory(),
                    reservation,
                    launch.mounts().stream().anyMatch(Mount::writable));
            return new HostChild(process, held, policy(), launch, door, allocator, shared, timer);
        } catch (IOException | RuntimeException refused) {
            ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly);
            throw refused;
        }
    }

    private void supervise(HostChild child, ChildFailures failures, MonoSink<PluginProcess> sink) {
        children.add(child);
        child.exited().whenComplete((reason, never) -> children.remove(child));
        ScheduledFuture<?> deadline = timer.schedule(
                () -> child.kill(failures.timeout("its start", START_TIMEOUT)),
                START_TIMEOUT.toMillis(),
                TimeUnit.MILLISECONDS);
        sink.onCancel(() -> child.kill(ending()));
        child.ready().whenComplete((started, failure) -> {
            deadline.cancel(false);
            Thread.ofVirtual().name("dataprism-signals").start(() -> {
                if (failure == null) {
                    sink.success(started);
                } else {
                    sink.error(Exceptions.unwrap(failure));
                }
            });
        });
        if (closed) {
            child.kill(ending());
        }
    }

    private static DataPrismException ending() {
        return new DataPrismException(
                ErrorCode.DRAINING, "This node ends its plugins' processes.", "Send the request to another node.");
    }
}
