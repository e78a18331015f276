package io.dataprism.core.confinement;

import io.dataprism.core.confinement.PluginProcesses.Launch;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.quota.HeldProcess;
import io.dataprism.core.quota.IsolationLevel;
import io.dataprism.core.quota.RequestRate;
import io.dataprism.core.quota.ResourcePolicy;
import io.dataprism.sandbox.frame.Frame;
import io.dataprism.sandbox.frame.FrameType;
import io.dataprism.sandbox.frame.Json;
import io.dataprism.sandbox.frame.Link;
import io.dataprism.sandbox.frame.ProtocolException;
import io.dataprism.sandbox.kernel.ChildInput;
import io.dataprism.sandbox.stream.BatchArea;
import io.dataprism.sandbox.stream.BatchStreams;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A child, from the host's side. Its state moves on the reader's thread: booting, making the instance, running. */
final class HostChild implements PluginProcess, Link.Owner {

    private static final Logger LOG = LoggerFactory.getLogger(HostChild.class);
    private static final Duration PING_TIMEOUT = Duration.ofSeconds(5);
    /** Enough for the first compiler. */
    private static final int REHEARSALS = 500;

    private static final int REHEARSALS_AT_ONCE = 4;
    private static final Duration REHEARSAL_LIMIT = Duration.ofSeconds(1);
    private static final long LAST_WORDS_MILLIS = 2000;
    private static final Duration STANDARD_ERROR_WAIT = Duration.ofSeconds(2);

    private enum Phase {
        BOOTING,
        MAKING,
        RUNNING
    }

    private final StartedChild started;
    private final Process process;
    private final HeldProcess held;
    private final Launch launch;
    private final AtomicBoolean sharing = new AtomicBoolean();
    private final BatchArea area = new BatchArea(Link.Side.HOST);
    private final BatchStreams streams;
    private final ScheduledExecutorService timer;
    /** Null where what the JDK has must do. */
    private final @Nullable ChildInput input;

    private final Link link;
    private final ChildFailures failures;
    private final ChildLog log;
    private final HostAnswers answers;
    private final Stragglers stragglers;
    private final ChildEnd end;
    private final Thread standardError;
    private final Executor signals =
            task -> Thread.ofVirtual().name("dataprism-signals").start(task);
    private final CompletableFuture<HostChild> ready = new CompletableFuture<>();
    private final CompletableFuture<String> exited = new CompletableFuture<>();
    private volatile Phase phase = Phase.BOOTING;
    private volatile boolean closing;
    private volatile boolean shares;
    private volatile long heapBytes = -1;

    HostChild(
            StartedChild started,
            ResourcePolicy policy,
            Launch launch,
            HostDoor door,
            BufferAllocator allocator,
            ScheduledExecutorService timer) {
        this.started = started;
        this.process = started.process();
        this.held = started.held();
        this.launch = launch;
        this.timer = timer;
        this.failures = new ChildFailures(launch.name());
        this.log = new ChildLog(door);
        this.input = started.input().orElse(null);
        this.link = new Link(
                Link.Side.HOST, process.getInputStream(), input == null ? process.getOutputStream() : input, this);
        this.streams = new BatchStreams(link, allocator, area, false, this::share);
        this.answers = new HostAnswers(
                link, door, failures, signals, streams, new RequestRate(launch.name(), policy, System::nanoTime));
        this.stragglers = new Stragglers(
                link,
                timer,
                () -> kill(failures.crashed("was ended by the host: " + Stragglers.MOST_STUCK
                        + " operations that were cancelled or late still ran " + Stragglers.PATIENCE_MILLIS
                        + " ms afterwards")));
        this.standardError = thread("stderr", () -> log.pump(process.getErrorStream()));
        this.end = new ChildEnd(process, held, standardError, log, failures);
    }

    /** Begins to read and write. */
    void begin() {
        standardError.start();
        thread("reader", link::read).start();
        thread("writer", link::write).start();
        thread("end", this::awaitEnd).start();
    }

    /** Completes when the instance is made, or fails. */
    CompletableFuture<HostChild> ready() {
        return ready;
    }

    /** Whether it came from the pool and has ended before it heard of its plugin. */
    boolean endedAsItWaited() {
        return started.waited() && phase == Phase.BOOTING && link.ended() != null;
    }

    /** Ends the child now: everything under way fails with that reason. */
    void kill(Throwable reason) {
        link.end(reason);
        kill();
    }

    private void kill() {
        started.kill();
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public String level() {
        return (started.confined() ? held.level() : IsolationLevel.JVM_ONLY).text();
    }

    @Override
    public Mono<Void> initialize() {
        return lifeCycle("initialize", Map.of());
    }

    @Override
    public Mono<Void> configure(Map<String, @Nullable Object> settings) {
        return lifeCycle("configure", Map.of("settings", settings));
    }

    @Override
    public Mono<Void> activate() {
        return lifeCycle("activate", Map.of());
    }

    @Override
    public Mono<Void> deactivate() {
        return lifeCycle("deactivate", Map.of());
    }

    @Override
    public Mono<Void> cleanup() {
        return lifeCycle("cleanup", Map.of());
    }

    @Override
    public Mono<Void> ping() {
        return request("ping", Map.of(), PING_TIMEOUT)
                .doOnNext(answer -> heapBytes = Json.number(answer, "heapBytes").longValue())
                .then();
    }

    @Override
    public Mono<Void> rehearse() {
        Map<String, @Nullable Object> call = CallMessage.of(new Call(
                "rehearsal", "rehearsal", Kind.VALUE, Map.of("text", "a text ".repeat(100)), null, null, PING_TIMEOUT));
        int atOnce = Math.clamp(launch.quota().threads() / 2, 1, REHEARSALS_AT_ONCE);
        return Flux.range(0, REHEARSALS)
                .flatMap(each -> request("rehearse", call, PING_TIMEOUT), atOnce)
                .take(REHEARSAL_LIMIT)
                .then()
                .onErrorComplete();
    }

    @Override
    public Mono<Pulse> health() {
        return request("health", Map.of(), PING_TIMEOUT).map(HostChild::pulse);
    }

    @Override
    public Mono<Map<String, @Nullable Object>> describe() {
        return request("describe", Map.of(), launch.quota().operationTimeout());
    }

    @Override
    public Mono<Answer> execute(Call call) {
        return Mono.create(sink -> {
            HostOperation operation = new HostOperation(
                    link, call, failures, sink, signals, streams, stragglers, () -> answers.ended(call.id()));
            answers.serve(call.id(), operation);
            sink.onCancel(operation::cancel);
            operation.start(timer);
        });
    }

    @Override
    public Usage usage() {
        HeldProcess.Usage usage = held.usage();
        return new Usage(
                heapBytes,
                usage.residentBytes(),
                usage.cpuMillis(),
                usage.threads(),
                usage.throttled(),
                usage.folderBytes());
    }

    @Override
    public CompletionStage<String> exited() {
        return exited.minimalCompletionStage();
    }

    @Override
    public void close() {
        if (!closing) {
            closing = true;
            link.send(Frame.of(FrameType.BYE, 0));
            timer.schedule(() -> kill(), LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void onLinkFrame(Frame frame) {
        switch (frame.type()) {
            case HELLO -> hello(frame);
            case READY -> {
                require(Phase.MAKING, frame);
                phase = Phase.RUNNING;
                ready.complete(this);
            }
            case FAILED -> {
                require(Phase.MAKING, frame);
                kill(failures.ofStart(frame.payload()));
            }
            case FREED -> streams.freed(frame);
            case LOG -> log.framed(frame.payload());
            default -> throw new ProtocolException("The child sent " + frame + ".");
        }
    }

    @Override
    public void onCall(Frame frame) {
        if (phase == Phase.BOOTING) {
            throw new ProtocolException("The child asked for something before it said hello.");
        }
        answers.answer(frame);
    }

    @Override
    public void onLateFrame(Frame frame) {
        streams.late(frame);
    }

    @Override
    public Throwable explain(Throwable reason) {
        return end.explain(reason, phase != Phase.BOOTING, closing);
    }

    @Override
    public void onEnded(Throwable reason) {
        ready.completeExceptionally(reason);
        kill();
    }

    private static Pulse pulse(Map<String, @Nullable Object> answer) {
        return new Pulse(
                Boolean.TRUE.equals(answer.get("healthy")),
                Json.text(answer, "detail"),
                answer.get("metrics") == null ? null : Json.object(answer.get("metrics")));
    }

    private void hello(Frame frame) {
        require(Phase.BOOTING, frame);
        Map<String, @Nullable Object> hello = Json.decodeObject(frame.payload());
        if (!(hello.get("open") instanceof List<?> open)) {
            throw new ProtocolException("The child's hello does not say what it found open.");
        }
        if (started.confined() && !open.isEmpty()) {
            kill(failures.unavailable("the kernel did not refuse " + open + " to its process.", null));
            return;
        }
        try {
            held.begin(timer, excess -> kill(failures.crashed("was ended by the host: it " + excess)));
        } catch (IOException refused) {
            kill(failures.unavailable("its processor could not be limited: " + refused.getMessage(), refused));
            return;
        }
        started.shared().ifPresent(SharedMemory::removeName);
        shares = Boolean.TRUE.equals(hello.get("shares"));
        phase = Phase.MAKING;
        link.send(new Frame(FrameType.GO, 0, Json.encode(order())));
    }

    /** Opens the memory that both share, once, when a large batch has shown that there is a use for it. */
    private void share() {
        if (shares && sharing.compareAndSet(false, true)) {
            started.shared().ifPresent(memory -> signals.execute(() -> share(memory)));
        }
    }

    private void share(SharedMemory memory) {
        try {
            MemorySegment pages = memory.fill();
            if (pages != null) {
                area.map(pages);
                area.open();
                link.send(Frame.of(FrameType.SHARED, 0));
            }
        } catch (IOException | DataPrismException noRoom) {
            LOG.warn("Batches of plugin {} go through its pipes: {}", launch.name(), noRoom.getMessage());
        }
    }

    private Map<String, @Nullable Object> order() {
        Map<String, @Nullable Object> order = new HashMap<>();
        order.put("name", launch.name());
        order.put("version", launch.version());
        order.put("coreVersion", launch.coreVersion());
        order.put("category", launch.category());
        order.put("package", started.packageFile().toString());
        order.put("entryPoint", launch.entryPoint());
        order.put("directory", launch.directory().toString());
        order.put("memoryBytes", launch.quota().memoryBytes());
        order.put("cpus", launch.quota().cpus());
        order.put("threads", launch.quota().threads());
        order.put("operationTimeoutMillis", launch.quota().operationTimeout().toMillis());
        order.put("storageBytes", launch.quota().storageBytes());
        order.put("configuration", launch.configuration());
        order.put("manifest", launch.manifest());
        Map<String, @Nullable Object> mounts = new HashMap<>();
        launch.mounts().forEach(mount -> mounts.put(mount.name(), mount.folder().toString()));
        order.put("mounts", mounts);
        return order;
    }

    private void require(Phase expected, Frame frame) {
        if (phase != expected) {
            throw new ProtocolException("The child sent " + frame + " while " + phase + ".");
        }
    }

    private Mono<Void> lifeCycle(String method, Map<String, @Nullable Object> order) {
        return request(method, order, launch.quota().operationTimeout()).then();
    }

    private Mono<Map<String, @Nullable Object>> request(
            String method, Map<String, @Nullable Object> order, Duration timeout) {
        return Mono.create(sink -> {
            Map<String, @Nullable Object> full = new HashMap<>(order);
            full.put("method", method);
            HostRequest request = new HostRequest(link, method, failures, sink, signals);
            sink.onCancel(request::abandon);
            request.start(full, timeout, timer);
        });
    }

    private void awaitEnd() {
        try {
            int code = process.waitFor();
            if (!standardError.join(STANDARD_ERROR_WAIT)) {
                LOG.warn(
                        "The standard error of plugin {} stays open after its process {} has ended",
                        launch.name(),
                        process.pid());
            }
            link.end(explain(new IOException("The process ended.")));
            process.getOutputStream().close();
            LOG.info("The process {} of plugin {} ended with exit code {}", process.pid(), launch.name(), code);
        } catch (InterruptedException | IOException failure) {
            LOG.debug("The end of process {} was not clean", process.pid(), failure);
        } finally {
            started.release();
            Throwable reason = link.ended();
            exited.complete(reason instanceof DataPrismException known ? known.detail() : String.valueOf(reason));
        }
    }

    private Thread thread(String role, Runnable body) {
        return Thread.ofPlatform()
                .daemon()
                .name("dataprism-" + role + "-" + launch.name())
                .unstarted(body);
    }
}
