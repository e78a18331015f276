package io.dataprism.sandbox.child;

import io.dataprism.plugin.Plugin;
import io.dataprism.plugin.PluginException;
import io.dataprism.sandbox.frame.Frame;
import io.dataprism.sandbox.frame.FrameType;
import io.dataprism.sandbox.frame.Json;
import io.dataprism.sandbox.frame.Link;
import io.dataprism.sandbox.frame.ProtocolException;
import io.dataprism.sandbox.stream.BatchArea;
import io.dataprism.sandbox.stream.BatchStreams;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Hooks;

/** One plugin's instance behind a link to the host. {@link #run} is the writer's loop; it ends when the host's end does. */
public final class ChildSession implements Link.Owner {

    private static final int WAITING_LIFE_CYCLE_CALLS = 64;
    private static final long IDLE_SECONDS = 2;

    private final Link link;
    private final ReadingTurns turns;
    private final BatchArea area;
    private final BatchStreams streams;
    private final ExecutorService signals = Executors.newCachedThreadPool(daemons("dataprism-signals"));
    /** As many as there are operations; soon given back, since the kernel counts them as the plugin's. */
    private final ExecutorService threads = new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            daemons("dataprism-operation"));

    private final ExecutorService lifeCycle = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_LIFE_CYCLE_CALLS),
            daemons("dataprism-life-cycle"));
    private final AtomicInteger operations = new AtomicInteger();
    /** Those under way, by the host's id of the call. */
    private final Map<String, OperationRun> runs = new ConcurrentHashMap<>();

    private final HealthCheck health = new HealthCheck(this::signal);
    private final Drawings drawings = new Drawings();

    private volatile @Nullable GoOrder order;
    private volatile @Nullable Plugin plugin;
    private volatile @Nullable HostContext context;

    /** Begins nothing. The streams are the caller's. @param area mapped or not; the host opens it */
    public ChildSession(InputStream in, OutputStream out, BufferAllocator allocator, BatchArea area) {
        this.area = area;
        this.link = new Link(Link.Side.CHILD, in, out, this);
        this.turns = new ReadingTurns(link, threads);
        this.streams = new BatchStreams(link, allocator, area, true, () -> {});
    }

    /**
     * Says hello and serves until the link ends.
     *
     * @param open what the canary found open
     */
    public void run(List<String> open) {
        turns.begin();
        link.send(new Frame(FrameType.HELLO, 0, Json.encode(Map.of("open", open, "shares", area.isMapped()))));
        link.write();
    }

    /**
     * From now on, what fails anywhere in this JVM and nobody handles is told to the host. For the one session of a process.
     */
    public void reportUnhandled() {
        Hooks.onErrorDropped(this::unhandled);
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> unhandled(failure));
    }

    /** What was cancelled and what ends with the link has failed for nobody. */
    private void unhandled(Throwable failure) {
        Throwable cause = Exceptions.unwrap(failure);
        boolean cancelled = cause instanceof InterruptedException || cause instanceof CancellationException;
        HostContext door = context;
        if (!cancelled && door != null && link.ended() == null) {
            door.requests().unhandled(cause);
        }
    }

    @Override
    public void onLinkFrame(Frame frame) {
        switch (frame.type()) {
            case GO -> lifeCycle.execute(() -> begin(GoOrder.parse(frame.payload())));
            case SHARED -> area.open();
            case FREED -> streams.freed(frame);
            case BYE -> link.end(new PluginException("ENDED", "The host ended this process."));
            default -> throw new ProtocolException("The host sent " + frame + ".");
        }
    }

    @Override
    public void onCall(Frame frame) {
        Map<String, @Nullable Object> call = Json.decodeObject(frame.payload());
        String method = Json.text(call, "method");
        if (method.equals("ping")) {
            Runtime memory = Runtime.getRuntime();
            result(frame.id(), Map.of("heapBytes", memory.totalMemory() - memory.freeMemory()));
            return;
        }
        Plugin instance = plugin;
        GoOrder launch = order;
        if (instance == null || launch == null) {
            link.send(Failures.frame(frame.id(), "PLUGIN_NOT_ACTIVE", "The plugin's instance is not made yet."));
        } else if (method.equals("health")) {
            health.ask(instance, answer -> result(frame.id(), answer));
        } else if (method.equals("rehearse")) {
            execute(frame.id(), new StandIn(), launch, call);
        } else if (method.equals("execute")) {
            execute(frame.id(), instance, launch, call);
        } else {
            callLifeCycle(frame.id(), instance, method, call);
        }
    }

    @Override
    public void onLateFrame(Frame frame) {
        streams.late(frame);
    }

    @Override
    public void onEnded(Throwable reason) {
        turns.end();
        signals.shutdown();
        lifeCycle.shutdown();
    }

    private void begin(GoOrder launch) {
        try {
            ModuleRights.append(launch.packageFile());
            order = launch;
            context = new HostContext(launch, new HostRequests(link, streams, this::signalsOf));
            plugin = Instance.make(launch.entryPoint(), launch.category());
            link.send(Frame.of(FrameType.READY, 0));
        } catch (PluginException failure) {
            link.send(Failures.frame(0, failure));
        }
    }

    private void callLifeCycle(long id, Plugin instance, String method, Map<String, @Nullable Object> call) {
        try {
            lifeCycle.execute(new LifeCycleCall(link, id, instance, door(), method, call));
        } catch (RejectedExecutionException full) {
            link.send(Failures.frame(id, "QUOTA_EXCEEDED", "Too many life-cycle calls wait for this plugin."));
        }
    }

    private HostContext door() {
        HostContext door = context;
        if (door == null) {
            throw new ProtocolException("The host called the plugin before go.");
        }
        return door;
    }

    private void execute(long id, Plugin instance, GoOrder launch, Map<String, @Nullable Object> call) {
        if (operations.incrementAndGet() > launch.operations()) {
            operations.decrementAndGet();
            link.send(Failures.frame(
                    id,
                    "QUOTA_EXCEEDED",
                    "The plugin '" + launch.name() + "' runs " + launch.operations()
                            + " operations already, as many as its threads ("
                            + launch.quota().threads() + ") allow."));
            return;
        }
        CallOrder ordered = CallOrder.parse(call);
        OperationRun run = new OperationRun(
                link,
                id,
                ordered,
                new OperationRun.Parts(instance, door(), drawings, streams, this::signal, threads),
                () -> {
                    operations.decrementAndGet();
                    runs.remove(ordered.id());
                });
        runs.put(ordered.id(), run);
        link.accept(id, run);
        turns.pass();
        run.start();
    }

    /** Where what was asked for a call is told; what flies past the plugin's operators there fails that call. */
    private Executor signalsOf(@Nullable String call) {
        return CallScope.within(call, task -> signal(() -> guard(call, task)));
    }

    private void guard(@Nullable String call, Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error flown) {
            OperationRun run = call == null ? null : runs.get(call);
            if (run == null) {
                throw flown;
            }
            run.failed(flown);
        }
    }

    private void signal(Runnable task) {
        try {
            signals.execute(task);
        } catch (RejectedExecutionException ended) {
            // the link has ended, and the process with it: nobody is left to be told
        }
    }

    private void result(long id, Object value) {
        link.send(new Frame(FrameType.RESULT, id, Json.encode(value)));
    }

    static ThreadFactory daemons(String name) {
        return Thread.ofPlatform().daemon().name(name + "-", 0).factory();
    }
}
