package io.dataprism.core.wasm;

import io.dataprism.core.confinement.HostDoor;
import io.dataprism.core.confinement.PluginProcess;
import io.dataprism.core.confinement.PluginProcesses.Launch;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.quota.IsolationLevel;
import io.dataprism.core.quota.ProcessorBudget;
import io.dataprism.core.quota.RequestRate;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * A plugin that is a module: one instance at a time, on one thread, which does one thing after another. What is late or
 * cancelled is interrupted; after that, and after each trap, a fresh instance is brought where the last one was.
 */
final class WasmPlugin implements PluginProcess {

    private static final Logger LOG = LoggerFactory.getLogger(WasmPlugin.class);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** How deep a module's functions can call one another: the thread's stack. */
    private static final long STACK_BYTES = 1 << 20;

    private static final int MOST_WAITING = 512;
    /** The part of its memory that a batch of its input may fill: it has to copy it, and to make something of it. */
    private static final int MEMORY_FOR_A_BATCH = 4;

    private static final Executor SIGNALS =
            signal -> Thread.ofVirtual().name("dataprism-signals").start(signal);
    private static final long LAST_WORDS_MILLIS = 2000;
    private static final long PATIENCE_MILLIS = 5000;
    private static final long PAUSE_MILLIS = 10;

    private final Launch launch;
    private final LoadedModule module;
    private final BufferAllocator allocator;
    private final ScheduledExecutorService timer;
    private final Runnable whenOver;
    private final WasmFailures failures;
    private final WasmLife life;
    private final DoorThread door;
    private final HostFunctions functions;
    private final Traps traps = new Traps();
    private final BlockingQueue<WasmTask<?>> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
    private final CompletableFuture<String> exited = new CompletableFuture<>();
    private final Thread thread;
    private volatile @Nullable WasmInstance instance;
    private volatile @Nullable DataPrismException end;
    private volatile long throttled;

    /**
     * @param launch with its quota capped
     * @param allocator of the batches that it emits
     * @param whenOver told, once, when nothing of it runs any more
     */
    WasmPlugin(
            Launch launch,
            LoadedModule module,
            HostDoor hostDoor,
            RequestRate rate,
            BufferAllocator allocator,
            ScheduledExecutorService timer,
            Runnable whenOver) {
        this.launch = launch;
        this.module = module;
        this.allocator = allocator;
        this.timer = timer;
        this.whenOver = whenOver;
        this.failures = new WasmFailures(launch.name());
        this.life = new WasmLife(launch);
        this.door = new DoorThread(launch.name());
        this.functions = new HostFunctions(new HostRequests(hostDoor, rate), door, failures);
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("dataprism-wasm-" + launch.name())
                .stackSize(STACK_BYTES)
                .unstarted(this::work);
    }

    /** Makes the first instance. */
    Mono<Void> begin(Duration timeout) {
        thread.start();
        return submit("its start", timeout, live -> true).then();
    }

    /** Of the node's own process: there is no other. */
    @Override
    public long pid() {
        return ProcessHandle.current().pid();
    }

    @Override
    public String level() {
        return IsolationLevel.NO_CGROUP.text();
    }

    @Override
    public Mono<Void> initialize() {
        return step("initialize", life::initialize);
    }

    @Override
    public Mono<Void> configure(Map<String, @Nullable Object> settings) {
        return step("configure", live -> life.configure(live, settings));
    }

    @Override
    public Mono<Void> activate() {
        return step("activate", life::activate);
    }

    @Override
    public Mono<Void> deactivate() {
        return step("deactivate", life::deactivate);
    }

    @Override
    public Mono<Void> cleanup() {
        return step("cleanup", life::cleanUp);
    }

    /** A module that computes cannot be asked; what is late is ended by its deadline. */
    @Override
    public Mono<Void> ping() {
        return Mono.defer(() -> {
            DataPrismException over = end;
            return over == null ? Mono.empty() : Mono.error(over);
        });
    }

    @Override
    public Mono<Answer> execute(Call call) {
        if (call.kind() == Kind.RENDERING || call.extras().view() != null) {
            return Mono.error(failures.unfit("operations that draw"));
        }
        return Mono.create(sink -> {
            int mostBytes = (int)
                    Math.min(HostRequests.MOST_ANSWER_BYTES, launch.quota().memoryBytes() / MEMORY_FOR_A_BATCH);
            WasmOperation operation =
                    new WasmOperation(call, sink, failures, SIGNALS, allocator, mostBytes, this::stop);
            sink.onCancel(operation::cancel);
            operation.begin();
            submit(operation.task(), call.timeout());
        });
    }

    @Override
    public Usage usage() {
        WasmInstance live = instance;
        long cpuNanos = THREADS.getThreadCpuTime(thread.threadId());
        return new Usage(
                live == null ? 0 : live.memoryBytes(),
                -1,
                cpuNanos < 0 ? -1 : TimeUnit.NANOSECONDS.toMillis(cpuNanos),
                thread.isAlive() ? 1 : 0,
                throttled,
                0);
    }

    @Override
    public CompletionStage<String> exited() {
        return exited.minimalCompletionStage();
    }

    @Override
    public void close() {
        DataPrismException closed = failures.ended("was ended by the host");
        WasmTask<Boolean> last = new WasmTask<>("its end", live -> true, ended -> kill(closed), failed -> kill(closed));
        if (!waiting.offer(last) || !later(() -> kill(closed), LAST_WORDS_MILLIS)) {
            kill(closed);
        }
    }

    /** Ends it now: everything under way fails with that reason. */
    void kill(DataPrismException reason) {
        synchronized (this) {
            if (end != null) {
                return;
            }
            end = reason;
        }
        thread.interrupt();
        if (!later(this::giveUp, PATIENCE_MILLIS)) {
            LOG.debug("Nobody watches how plugin {} ends, since the node does", launch.name());
        }
    }

    private Mono<Void> step(String what, java.util.function.Consumer<WasmInstance> work) {
        return submit(what, launch.quota().operationTimeout(), live -> {
                    work.accept(live);
                    return true;
                })
                .then();
    }

    private <T> Mono<T> submit(String what, Duration timeout, WasmTask.Work<? extends T> work) {
        return Mono.create(sink -> submit(what, timeout, work, sink));
    }

    private <T> void submit(String what, Duration timeout, WasmTask.Work<? extends T> work, MonoSink<T> sink) {
        WasmTask<? extends T> task = task(what, work, sink);
        sink.onCancel(() -> stop(task));
        submit(task, timeout);
    }

    private void submit(WasmTask<?> task, Duration timeout) {
        DataPrismException over = end;
        if (over != null || !waiting.offer(task)) {
            task.fail(over != null ? over : failures.busy(waiting.size()));
            return;
        }
        try {
            task.deadline(timer.schedule(
                    () -> {
                        task.fail(failures.timeout(task.what(), timeout));
                        stop(task);
                    },
                    timeout.toNanos(),
                    TimeUnit.NANOSECONDS));
        } catch (RejectedExecutionException closing) {
            stop(task);
            task.fail(failures.ended("was ended by the host"));
        }
        if (end != null) {
            failWaiting();
        }
    }

    private static <T, R extends T> WasmTask<R> task(String what, WasmTask.Work<R> work, MonoSink<T> sink) {
        return new WasmTask<>(what, work, sink::success, failure -> SIGNALS.execute(() -> sink.error(failure)));
    }

    /** A stopped task that runs on is a defect of the engine's: then nothing of the plugin is waited for any more. */
    private void stop(WasmTask<?> task) {
        if (task.stop()) {
            later(
                    () -> {
                        if (task.stuck()) {
                            kill(failures.ended("could not be interrupted in " + task.what()));
                            giveUp();
                        }
                    },
                    PATIENCE_MILLIS);
        }
    }

    private void giveUp() {
        DataPrismException reason = end;
        if (reason != null && !exited.isDone()) {
            LOG.error("The thread of plugin {} cannot be interrupted and is left to itself", launch.name());
            failWaiting();
            exited.complete(reason.detail());
        }
    }

    private boolean later(Runnable what, long millis) {
        try {
            timer.schedule(what, millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (RejectedExecutionException closing) {
            return false;
        }
    }

    private void work() {
        ProcessorBudget budget = new ProcessorBudget(launch.quota().cpus(), System.nanoTime(), cpuMillis());
        try {
            while (end == null) {
                try {
                    pace(budget);
                    WasmTask<?> task = waiting.take();
                    if (task.begin()) {
                        serve(task);
                    }
                } catch (InterruptedException ending) {
                    LOG.debug("Plugin {} is interrupted where it waits", launch.name());
                }
            }
        } finally {
            over();
        }
    }

    private void over() {
        DataPrismException reason = end == null ? failures.ended("lost its thread") : end;
        end = reason;
        instance = null;
        failWaiting();
        door.close();
        whenOver.run();
        LOG.info("The module of plugin {} ended: {}", launch.name(), reason.detail());
        exited.complete(reason.detail());
    }

    private void failWaiting() {
        DataPrismException reason = end;
        for (WasmTask<?> task = waiting.poll(); task != null; task = waiting.poll()) {
            task.stop();
            task.fail(reason == null ? failures.ended("was ended by the host") : reason);
        }
    }

    /** Between two tasks: who has used more of the processor than its share waits until it has earned that. */
    private void pace(ProcessorBudget budget) throws InterruptedException {
        boolean waited = false;
        while (launch.quota().cpus() < 1 && !budget.mayRun(System.nanoTime(), cpuMillis())) {
            waited = true;
            Thread.sleep(PAUSE_MILLIS);
        }
        if (waited) {
            throttled++;
        }
    }

    private void serve(WasmTask<?> task) {
        try {
            task.run(live());
        } catch (DataPrismException failed) {
            task.end();
            task.fail(failed);
        } catch (RuntimeException | StackOverflowError | LinkageError trap) {
            boolean stopped = task.end();
            instance = null;
            DataPrismException reason = end;
            task.fail(reason != null ? reason : failures.trapped(task.what(), trap));
            if (!stopped && reason == null) {
                trapped(task, trap);
            }
        }
    }

    private void trapped(WasmTask<?> task, Throwable trap) {
        LOG.info("The module of plugin {} trapped in {}: {}", launch.name(), task.what(), WasmFailures.reason(trap));
        if (traps.add(System.nanoTime())) {
            kill(failures.ended("trapped more than " + Traps.MOST + " times in " + Traps.WINDOW.toSeconds()
                    + " s, the last time in " + task.what() + ": " + WasmFailures.reason(trap)));
        }
    }

    private WasmInstance live() {
        WasmInstance known = instance;
        if (known != null) {
            return known;
        }
        WasmInstance fresh = new WasmInstance(module, functions, launch.quota().memoryBytes());
        life.replay(fresh);
        instance = fresh;
        return fresh;
    }

    private static long cpuMillis() {
        return TimeUnit.NANOSECONDS.toMillis(THREADS.getCurrentThreadCpuTime());
    }
}
