package io.dataprism.core.confinement;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.sandbox.kernel.KernelSupport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** Plugins' processes on Linux, confined with Landlock and seccomp. Fails closed: nothing is started that is not confined. */
public final class ConfinedPluginProcesses implements PluginProcesses {

    static final String LEVEL = "no-cgroup";
    private static final Duration START_TIMEOUT = Duration.ofSeconds(10);
    private static final long END_WAIT_SECONDS = 5;

    private final SandboxRuntime runtime;
    private final BufferAllocator allocator;
    private final Restriction restriction;
    private final List<String> missing = KernelSupport.missing();
    private final Set<HostChild> children = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("dataprism-deadlines").factory());
    private volatile boolean closed;

    /**
     * @param runtime where the child's own code lies
     * @param allocator of the batches that come from children; the caller's to close, afterwards
     */
    public ConfinedPluginProcesses(SandboxRuntime runtime, BufferAllocator allocator) {
        this(runtime, allocator, Restriction.KERNEL);
    }

    ConfinedPluginProcesses(SandboxRuntime runtime, BufferAllocator allocator, Restriction restriction) {
        this.runtime = runtime;
        this.allocator = allocator;
        this.restriction = restriction;
    }

    @Override
    public Mono<PluginProcess> start(Launch launch, HostDoor door) {
        return Mono.create(sink -> Thread.ofPlatform()
                .daemon()
                .name("dataprism-start-" + launch.name())
                .start(() -> start(launch, door, sink)));
    }

    @Override
    public String level() {
        return missing.isEmpty() ? LEVEL : "jvm-only";
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

    private void start(Launch launch, HostDoor door, MonoSink<PluginProcess> sink) {
        ChildFailures failures = new ChildFailures(launch.name());
        if (closed || !missing.isEmpty()) {
            sink.error(closed ? ending() : failures.unavailable(String.join(" ", missing), null));
            return;
        }
        try {
            ChildCommand command = new ChildCommand(runtime, launch);
            Process process = ConfinedStart.start(
                    launch.name(), command.line(), launch.directory(), command.files(), restriction);
            HostChild child = new HostChild(process, launch, door, allocator, timer);
            try {
                supervise(child, failures, sink);
            } catch (RejectedExecutionException closing) {
                sink.error(ending());
                child.kill(ending());
            }
            child.begin();
        } catch (IOException | RuntimeException failure) {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            sink.error(failures.unavailable("its process could not be started: " + cause.getMessage(), failure));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            sink.error(ending());
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
