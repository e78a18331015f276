package io.dataprism.core.confinement;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.quota.IsolationLevel;
import io.dataprism.core.quota.ProcessQuotas;
import io.dataprism.core.quota.ResourcePolicy;
import io.dataprism.sandbox.kernel.KernelSupport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** Plugins' processes on Linux, confined with Landlock and seccomp. Fails closed: nothing is started that is not confined. */
public final class ConfinedPluginProcesses implements PluginProcesses {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration BETWEEN_TWO_FROM_THE_POOL = Duration.ofSeconds(30);
    private static final long END_WAIT_SECONDS = 5;
    private static final Logger LOG = LoggerFactory.getLogger(ConfinedPluginProcesses.class);

    private final BufferAllocator allocator;
    private final ProcessQuotas quotas;
    private final List<String> missing;
    private final boolean unconfined;
    private final Set<HostChild> children = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("dataprism-deadlines").factory());
    private final ChildStarter starter;
    private final ChildPool pool;
    /** How many processes there are in each folder. */
    private final Map<Path, Integer> atWork = new HashMap<>();
    /** When the process for a folder came from the pool, while that is not long ago. */
    private final Map<Path, Long> takenAt = new HashMap<>();

    private volatile boolean closed;

    /**
     * @param runtime where the child's own code lies
     * @param allocator of the batches that come from children; the caller's to close, afterwards
     * @param quotas what holds the children; the caller's to close, afterwards
     * @param pool how many children wait for plugins
     * @param caches a folder of this node alone for the class caches of packages; made when it is needed
     * @param allowUnconfined whether plugins run with all the rights of this user where this machine cannot confine them; never
     *     where the policy demands {@code full}
     */
    public ConfinedPluginProcesses(
            SandboxRuntime runtime,
            BufferAllocator allocator,
            ProcessQuotas quotas,
            PoolSettings pool,
            Path caches,
            boolean allowUnconfined) {
        this(runtime, allocator, quotas, pool, caches, Restriction.KERNEL, KernelSupport.missing(), allowUnconfined);
    }

    ConfinedPluginProcesses(
            SandboxRuntime runtime,
            BufferAllocator allocator,
            ProcessQuotas quotas,
            PoolSettings pool,
            Path caches,
            Restriction restriction,
            List<String> missing,
            boolean allowUnconfined) {
        this.allocator = allocator;
        this.quotas = quotas;
        this.missing = missing;
        this.unconfined =
                allowUnconfined && !missing.isEmpty() && quotas.policy().minimum() != IsolationLevel.FULL;
        if (unconfined) {
            LOG.warn(
                    "PLUGINS RUN UNCONFINED, with all the rights of this user: {} Take --allow-unconfined away where people"
                            + " register plugins whom you would not give your password.",
                    String.join(" ", missing));
        }
        this.starter = new ChildStarter(runtime, quotas, restriction, caches, timer);
        this.pool = new ChildPool(
                missing.isEmpty() && lacking().isEmpty() ? pool : new PoolSettings(0, pool.folder()),
                starter,
                quotas,
                timer);
    }

    @Override
    public Mono<PluginProcess> start(Launch launch, HostDoor door) {
        Mono<PluginProcess> once = Mono.create(sink -> Thread.ofPlatform()
                .daemon()
                .name("dataprism-start-" + launch.name())
                .start(() -> start(launch, door, sink)));
        // what has just come from the pool does not come from there again
        return once.onErrorResume(EndedAsItWaited.class, ended -> {
            LOG.warn(
                    "A child that waited for a plugin ended when it was to become {}", launch.name(), ended.getCause());
            return once;
        });
    }

    /** The process came from the pool and never said hello: none of that is the plugin's doing. */
    private static final class EndedAsItWaited extends RuntimeException {

        private static final long serialVersionUID = 1L;

        EndedAsItWaited(Throwable cause) {
            super(cause);
        }
    }

    /** How many children wait for a plugin. */
    public int waiting() {
        return pool.waiting();
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
        pool.close();
        starter.close();
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
        try {
            HostChild child = child(started(launch), launch, door);
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
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            sink.error(failures.unavailable("its process could not be started: " + cause.getMessage(), failure));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            sink.error(ending());
        }
    }

    private HostChild child(StartedChild started, Launch launch, HostDoor door) {
        try {
            return new HostChild(started, policy(), launch, door, allocator, timer);
        } catch (RuntimeException | Error failure) {
            started.end();
            throw failure;
        }
    }

    /** One that has waited, or a new one. */
    private StartedChild started(Launch launch) throws IOException, InterruptedException {
        try {
            Optional<StartedChild> waited = enter(launch);
            return waited.isPresent() ? waited.get().thatWaited(() -> released(launch)) : fresh(launch);
        } catch (IOException | RuntimeException | InterruptedException | Error failure) {
            leave(launch);
            throw failure;
        }
    }

    private StartedChild fresh(Launch launch) throws IOException, InterruptedException {
        if (unconfined) {
            LOG.warn("Plugin {} is started UNCONFINED", launch.name());
        }
        Runnable reservation = reserved(launch);
        try {
            return starter.start(
                    launch.name(),
                    ChildReach.of(launch),
                    launch.packageFile(),
                    unconfined ? ChildCommand.Kind.UNCONFINED : ChildCommand.Kind.USUAL,
                    launch.quota(),
                    reservation,
                    () -> released(launch));
        } catch (IOException | RuntimeException | InterruptedException | Error failure) {
            reservation.run();
            throw failure;
        }
    }

    /**
     * The first process in a folder may have waited: it brings the folder with it, which others would not know. Not again at once: one
     * that crashes over and over would use them up, and each costs more than a usual start.
     */
    private Optional<StartedChild> enter(Launch launch) {
        synchronized (atWork) {
            long now = System.nanoTime();
            takenAt.values().removeIf(then -> now - then > BETWEEN_TWO_FROM_THE_POOL.toNanos());
            boolean first = atWork.merge(launch.directory(), 1, Integer::sum) == 1;
            if (!first || takenAt.containsKey(launch.directory())) {
                return Optional.empty();
            }
            Optional<StartedChild> taken = pool.take(launch);
            taken.ifPresent(child -> takenAt.put(launch.directory(), now));
            return taken;
        }
    }

    private void leave(Launch launch) {
        synchronized (atWork) {
            atWork.merge(launch.directory(), -1, (count, less) -> count + less == 0 ? null : count + less);
        }
    }

    /** There is memory again. */
    private void released(Launch launch) {
        leave(launch);
        pool.fillLater();
    }

    /** Plugins come before those that wait for one. */
    private Runnable reserved(Launch launch) {
        try {
            return quotas.reserve(launch.name(), launch.quota());
        } catch (DataPrismException full) {
            boolean some = starter.giveUp();
            if (!pool.giveUp() && !some) {
                throw full;
            }
            return quotas.reserve(launch.name(), launch.quota());
        }
    }

    /** What this machine lacks for the least that the operator demands. */
    private List<String> lacking() {
        if (unconfined) {
            return List.of();
        }
        return quotas.suffices() ? missing : missing();
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
                    sink.error(ofStart(child, Exceptions.unwrap(failure)));
                }
            });
        });
        if (closed) {
            child.kill(ending());
        }
    }

    private static Throwable ofStart(HostChild child, Throwable failure) {
        boolean unavailable =
                failure instanceof DataPrismException known && known.code() == ErrorCode.SANDBOX_UNAVAILABLE;
        return unavailable && child.endedAsItWaited() ? new EndedAsItWaited(failure) : failure;
    }

    private static DataPrismException ending() {
        return new DataPrismException(
                ErrorCode.DRAINING, "This node ends its plugins' processes.", "Send the request to another node.");
    }
}
