package io.dataprism.sandbox.child;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dataprism.plugin.Batch;
import io.dataprism.sandbox.frame.Exchange;
import io.dataprism.sandbox.frame.Frame;
import io.dataprism.sandbox.frame.FrameType;
import io.dataprism.sandbox.frame.Json;
import io.dataprism.sandbox.frame.Link;
import io.dataprism.sandbox.kernel.Canary;
import io.dataprism.sandbox.kernel.Pipes;
import io.dataprism.sandbox.kernel.Privileges;
import io.dataprism.sandbox.kernel.SystemCallFilters;
import io.dataprism.sandbox.stream.BatchArea;
import io.dataprism.sandbox.stream.BatchStreams;
import io.dataprism.sandbox.stream.IncomingBatches;
import io.dataprism.sandbox.stream.StreamSender;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;

/**
 * A child that plays its host as well, and does once what children do: for the cache of a child's classes to be recorded, and in a child
 * that waits for its plugin, so that little is done for the first time when that comes. Takes no frame from outside, and runs nothing of
 * any plugin.
 */
public final class Rehearsal implements Link.Owner {

    private static final long LONGEST_SECONDS = 60;
    private static final String CLASS_FILE = ".class";
    private static final int MOST_CLASSES = 20_000;
    private static final String NOWHERE = "/nonexistent/dataprism-canary";
    /** Of a batch that goes through the pipes, and of one that goes through the memory that is shared. */
    private static final List<Integer> ROWS = List.of(1_000, 20_000);

    private final CompletableFuture<@Nullable Void> hello = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> ready = new CompletableFuture<>();
    private final BufferAllocator allocator = new RootAllocator();
    private final Executor signals =
            task -> Thread.ofPlatform().daemon().name("rehearsal").start(task);
    private final Link host;
    private final BatchStreams streams;

    private Rehearsal(Loop fromChild, Loop toChild, BatchArea area) {
        this.host = new Link(Link.Side.HOST, fromChild.in(), toChild.out(), this);
        this.streams = new BatchStreams(host, allocator, area, false, () -> {});
    }

    /**
     * Ends the JVM with 0 where all went well.
     *
     * @param arguments nothing; or a jar on the class path whose classes are to be recorded as well, and the host's process id
     */
    public static void main(String[] arguments) throws Exception {
        ModuleRights.take();
        Pipes.takeStandardStreams();
        if (arguments.length > 0) {
            Privileges.dieWithParent(Long.parseLong(arguments[1]));
        }
        SystemCallFilters.restrictAllThreads();
        List<String> open = Canary.notRefused(NOWHERE);
        NoSocket.everywhere();
        play(open, Arena.global().allocate(BatchArea.SIZE_BYTES, Long.BYTES));
        if (arguments.length > 0) {
            loadClasses(arguments[0]);
        }
        Runtime.getRuntime().exit(0);
    }

    /** Loads and does not initialise them: none of their code runs, here or when the cache is created. */
    private static void loadClasses(String jar) throws IOException {
        try (JarFile file = new JarFile(jar, false)) {
            file.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.endsWith(CLASS_FILE) && !name.startsWith("META-INF/") && !name.contains("-"))
                    .limit(MOST_CLASSES)
                    .map(name -> name.substring(0, name.length() - CLASS_FILE.length())
                            .replace('/', '.'))
                    .forEach(Rehearsal::load);
        }
    }

    private static void load(String className) {
        try {
            Class.forName(className, false, ClassLoader.getSystemClassLoader());
        } catch (ClassNotFoundException | LinkageError | SecurityException unfit) {

            // a library's optional parts have parents that nobody brought along
        }
    }

    /** In a child that waits: leaves nothing behind, and nothing of it can be told from outside. Blocks. */
    static void whileWaiting() {
        try {
            play(List.of(), null);

        } catch (Exception cutShort) {

            // the plugin's start does these things for the first time, then
        }
    }

    private static void play(List<String> open, @Nullable MemorySegment shared) throws Exception {
        Loop toChild = new Loop();
        Loop fromChild = new Loop();
        BatchArea childArea = new BatchArea(Link.Side.CHILD);
        BatchArea hostArea = new BatchArea(Link.Side.HOST);
        if (shared != null) {
            childArea.map(shared);
            hostArea.map(shared);
            hostArea.open();
        }
        try (BufferAllocator memory = new RootAllocator()) {
            ChildSession child = new ChildSession(toChild.in(), fromChild.out(), memory, childArea);
            if (shared != null) {
                child.reportUnhandled();
            }
            Thread session = Thread.ofPlatform().daemon().name("rehearsal").start(() -> child.run(open));
            new Rehearsal(fromChild, toChild, hostArea).play();
            session.join(TimeUnit.SECONDS.toMillis(LONGEST_SECONDS));
        } finally {
            toChild.close();
            fromChild.close();
        }
    }

    private void play() throws Exception {
        Thread.ofPlatform().daemon().start(host::read);
        Thread.ofPlatform().daemon().start(host::write);
        await(hello);
        host.send(new Frame(FrameType.GO, 0, Json.encode(order())));
        await(ready);
        for (String method : List.of("initialize", "configure", "activate", "health", "ping")) {
            await(call(Map.of("method", method, "settings", Map.of())));
        }
        await(call(execution("VALUE", false)));
        if (streams.areShared()) {
            host.send(Frame.of(FrameType.SHARED, 0));
        }
        await(new Stream().rows());
        host.send(Frame.of(FrameType.BYE, 0));
    }

    @Override
    public void onLinkFrame(Frame frame) {
        switch (frame.type()) {
            case HELLO -> hello.complete(null);
            case READY -> ready.complete(null);
            case FREED -> streams.freed(frame);
            default -> host.end(new IOException("The child sent " + frame + "."));
        }
    }

    @Override
    public void onCall(Frame frame) {
        host.end(new IOException("The child asked for something."));
    }

    @Override
    public void onEnded(Throwable reason) {
        hello.completeExceptionally(reason);
        ready.completeExceptionally(reason);
    }

    private CompletableFuture<Frame> call(Map<String, @Nullable Object> call) {
        CompletableFuture<Frame> answer = new CompletableFuture<>();
        long id = host.open(new Exchange() {
            @Override
            public void onFrame(Frame frame) {
                answer.complete(frame);
            }

            @Override
            public void onLinkEnded(Throwable reason) {
                answer.completeExceptionally(reason);
            }
        });
        host.send(new Frame(FrameType.CALL, id, Json.encode(call)));
        return answer;
    }

    /** Sends batches and takes them back. */
    private final class Stream implements Exchange {

        private final long id = host.open(this);
        private final IncomingBatches incoming =
                streams.incoming(id, signals, () -> host.send(Frame.of(FrameType.CANCEL, id)));
        private final StreamSender<Batch> outgoing = new StreamSender<>(
                host, id, streams.outgoing(), failure -> Failures.frame(id, failure), () -> {}, Context.empty(), 0);

        CompletableFuture<Long> rows() {
            host.send(new Frame(FrameType.CALL, id, Json.encode(execution("DATASET", true))));
            outgoing.start(Flux.fromIterable(ROWS).map(Rehearsal.this::batch));
            return Flux.from(incoming.batches())
                    .map(Stream::counted)
                    .reduce(0L, Long::sum)
                    .toFuture();
        }

        private static long counted(Batch batch) {
            try (batch) {
                return batch.rowCount();
            }
        }

        @Override
        public void onFrame(Frame frame) {
            switch (frame.type()) {
                case CREDIT -> outgoing.credit(frame.number());
                case CANCEL -> outgoing.cancel();
                default -> incoming.onFrame(frame, payload -> new IOException(new String(payload, UTF_8)));
            }
        }

        @Override
        public void onLinkEnded(Throwable reason) {
            incoming.fail(reason);
        }
    }

    private Batch batch(int rows) {
        BigIntVector numbers = new BigIntVector("number", allocator);
        VarCharVector texts = new VarCharVector("text", allocator);
        for (int row = 0; row < rows; row++) {
            numbers.setSafe(row, row);
            texts.setSafe(row, ("text " + row).getBytes(UTF_8));
        }
        VectorSchemaRoot root = VectorSchemaRoot.of(numbers, texts);
        root.setRowCount(rows);
        return new Batch(root);
    }

    private static Map<String, @Nullable Object> execution(String kind, boolean input) {
        return Map.of(
                "method",
                "execute",
                "id",
                "rehearsal",
                "operation",
                "echo",
                "kind",
                kind,
                "input",
                input,
                "params",
                Map.of("text", "value", "number", 1.5, "list", List.of(1, true)));
    }

    private static Map<String, @Nullable Object> order() {
        Map<String, @Nullable Object> order = new HashMap<>();
        order.put("name", "rehearsal");
        order.put("version", "1.0.0");
        order.put("coreVersion", "1.0.0");
        order.put("category", "data-processing");
        order.put("package", ModuleRights.firstOfClassPath());
        order.put("entryPoint", StandIn.class.getName());
        order.put("directory", System.getProperty("user.dir"));
        order.put("memoryBytes", 64L << 20);
        order.put("cpus", 1.0);
        order.put("threads", 16);
        order.put("operationTimeoutMillis", TimeUnit.SECONDS.toMillis(LONGEST_SECONDS));
        order.put("storageBytes", 1L << 20);
        order.put("configuration", Map.of("a", 1));
        order.put(
                "manifest", Map.of("operations", List.of(Map.of("name", "echo", "params", Map.of("type", "object")))));
        return order;
    }

    private static Object await(CompletableFuture<?> step)
            throws InterruptedException, ExecutionException, TimeoutException {
        return step.get(LONGEST_SECONDS, TimeUnit.SECONDS);
    }
}
