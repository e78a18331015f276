package plugins;

import io.dataprism.plugin.*;
import java.io.*;
import java.net.*;
import java.nio.channels.*;
import java.nio.file.*;
import java.util.*;
import java.util.concurrent.*;
import org.apache.arrow.memory.*;
import org.apache.arrow.vector.*;
import org.apache.arrow.vector.types.pojo.*;
import reactor.core.publisher.*;

/** A plugin that does what a test asks for. */
public class Worker implements DataProcessorPlugin {

    private static final BufferAllocator ALLOCATOR = new RootAllocator();
    private PluginContext context;
    private Map<String, Object> settings = Map.of();

    @Override
    public Mono<Void> initialize(PluginContext given) {
        context = given;
        System.out.println("printed to standard output");
        return Mono.empty();
    }

    @Override
    public Mono<Void> configure(Map<String, Object> given) {
        if (given.containsKey("refused")) {
            throw PluginException.invalidParameter("refused", "is not taken");
        }
        settings = given;
        return Mono.empty();
    }

    @Override
    public Mono<Object> execute(String operation, Map<String, Object> params) {
        return Mono.fromCallable(() -> value(operation, params));
    }

    @Override
    public Mono<Object> execute(String operation, Map<String, Object> params, Flux<Batch> input) {
        return switch (operation) {
            case "sum" ->
                input.map(batch -> {
                            try (batch) {
                                BigIntVector numbers = (BigIntVector) batch.column("n");
                                long sum = 0;
                                for (int row = 0; row < batch.rowCount(); row++) {
                                    sum += numbers.get(row);
                                }
                                return sum;
                            }
                        })
                        .reduce(0L, Long::sum)
                        .cast(Object.class);
            case "blockingCount" -> {
                long rows = 0;
                for (Batch batch : input.toIterable(1)) {
                    try (batch) {
                        rows += batch.rowCount();
                    }
                }
                yield Mono.just(rows);
            }
            case "firstOnly" ->
                input.next().map(batch -> {
                    try (batch) {
                        return (Object) batch.rowCount();
                    }
                });
            case "ignore" -> Mono.just("ignored");
            case "never" -> Mono.never();
            case "query" ->
                context.services()
                        .data()
                        .query((String) params.get("sql"), 7L, "x")
                        .map(batch -> {
                            try (batch) {
                                return (long) batch.rowCount();
                            }
                        })
                        .reduce(0L, Long::sum)
                        .cast(Object.class);
            case "call" -> context.services().call((String) params.get("address"), Map.of("k", "v"));
            case "callLater" ->
                Mono.delay(java.time.Duration.ofMillis(5))
                        .flatMap(tick -> context.services().call((String) params.get("address"), Map.of("k", "v")));
            case "tables" ->
                context.services().data().tables().map(tables ->
                        (Object) tables.getFirst().name());
            case "publish" -> context.events().publish("plugin:worker:x", 1).cast(Object.class);
            case "follow" ->
                context.events()
                        .subscribe("plugin:worker:*")
                        .take(3)
                        .map(Event::topic)
                        .collectList()
                        .cast(Object.class);
            default -> execute(operation, params);
        };
    }

    private Object value(String operation, Map<String, Object> params) throws Exception {
        return switch (operation) {
            case "echo" -> params;
            case "null" -> null;
            case "settings" -> settings;
            case "configuration" -> context.configuration();
            case "thread" -> Thread.currentThread().getName();
            case "fail" -> throw new IllegalStateException("deliberate");
            case "refuse" -> throw PluginException.invalidParameter("year", "must be above 2000");
            case "unknown" -> throw PluginException.unknownOperation("unknown");
            case "odd" -> throw new PluginException("PERMISSION_DENIED", "says the plugin itself");
            case "unfit" -> new Object();
            case "nan" -> Double.NaN;
            case "spin" -> {
                while (true) {
                    Thread.onSpinWait();
                }
            }
            case "log" -> {
                context.logger().warn("logged line");
                yield true;
            }
            case "flood" -> {
                for (int line = 0; line < 5000; line++) {
                    context.logger().info("line " + line);
                    System.err.println("error line " + line + "x".repeat(100));
                }
                yield true;
            }
            case "garbage" -> {
                try (FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
                    out.write(new byte[100_000]);
                }
                System.in.close();
                yield System.in == null ? 0 : 1;
            }
            case "exit" -> {
                System.exit(7);
                yield null;
            }
            case "halt" -> {
                Runtime.getRuntime().halt(9);
                yield null;
            }
            case "heap" -> {
                List<byte[]> all = new ArrayList<>();
                while (true) {
                    all.add(new byte[1 << 20]);
                }
            }
            case "forbidden" -> forbidden((String) params.get("what"), (String) params.get("path"));
            case "write" -> {
                Files.writeString(context.directory().resolve("own.txt"), "mine");
                yield Files.readString(context.directory().resolve("own.txt"));
            }
            case "threads" -> {
                Thread virtual = Thread.ofVirtual().start(() -> {});
                virtual.join();
                System.gc();
                yield ForkJoinPool.commonPool().submit(() -> 42).get();
            }
            case "deep" -> deep(0);
            case "environment" -> System.getenv().size();
            default -> throw PluginException.unknownOperation(operation);
        };
    }

    private static long deep(long level) {
        return deep(level + 1) + 1;
    }

    private Object forbidden(String what, String path) throws Exception {
        try {
            switch (what) {
                case "read" -> Files.readAllBytes(Path.of(path));
                case "list" -> {
                    try (var entries = Files.list(Path.of(path))) {
                        entries.count();
                    }
                }
                case "write" -> Files.writeString(Path.of(path), "x");
                case "delete" -> Files.delete(Path.of(path));
                case "mode" -> Files.setPosixFilePermissions(Path.of(path), Set.of());
                case "tcp" -> new Socket("127.0.0.1", 80).close();
                case "listen" -> new ServerSocket(0).close();
                case "udp" -> new DatagramSocket().close();
                case "unix" -> SocketChannel.open(StandardProtocolFamily.UNIX).close();
                case "builder" -> new ProcessBuilder("/bin/true").start();
                case "runtime" -> Runtime.getRuntime().exec(new String[] {"/bin/true"});
                case "kill" -> {
                    if (!ProcessHandle.of(Long.parseLong(path))
                            .map(ProcessHandle::destroyForcibly)
                            .orElse(false)) {
                        throw new IOException("not killed");
                    }
                }
                case "native" ->
                    java.lang.foreign.Linker.nativeLinker()
                            .downcallHandle(java.lang.foreign.FunctionDescriptor.ofVoid());
                case "kernel" ->
                    Class.forName("io.dataprism.sandbox.kernel.Privileges")
                            .getMethod("dieWithParent", long.class)
                            .invoke(null, 1L);
                case "attach" -> Files.createFile(Path.of("/tmp/.attach_pid1"));
                default -> throw new IllegalArgumentException(what);
            }
            return "allowed";
        } catch (Exception | LinkageError refused) {
            return "refused: " + refused;
        }
    }

    @Override
    public Flux<Batch> process(String operation, Flux<Batch> input, Map<String, Object> params) {
        int batches = ((Number) params.getOrDefault("batches", 4)).intValue();
        int rows = ((Number) params.getOrDefault("rows", 25_000)).intValue();
        return switch (operation) {
            case "generate" -> Flux.range(0, batches).map(index -> batch(index * (long) rows, rows));
            case "pass" -> input;
            case "none" -> Flux.empty();
            case "failLate" ->
                Flux.range(0, 3)
                        .map(index -> batch(0, 10))
                        .concatWith(Flux.error(new PluginException("REQUEST_INVALID", "late")));
            case "twoSchemas" -> Flux.just(batch(0, 10), other());
            case "lie" -> Flux.just(lie());
            case "deepLate" -> Flux.range(0, 3).map(index -> batch(deep(0), 1));
            case "wide" -> Flux.range(0, 1).map(index -> wide(rows));
            case "exitLate" ->
                Flux.range(0, 3).map(index -> {
                    if (index == 2) {
                        Runtime.getRuntime().halt(9);
                    }
                    return batch(0, 10);
                });
            default -> Flux.error(PluginException.unknownOperation(operation));
        };
    }

    private static Batch batch(long from, int rows) {
        BigIntVector numbers = new BigIntVector("n", ALLOCATOR);
        VarCharVector texts = new VarCharVector("t", ALLOCATOR);
        for (int row = 0; row < rows; row++) {
            numbers.setSafe(row, from + row);
            texts.setSafe(row, ("r\u00fc" + row).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        return root(rows, numbers, texts);
    }

    private static Batch other() {
        IntVector numbers = new IntVector("other", ALLOCATOR);
        numbers.setSafe(0, 1);
        return root(1, numbers);
    }

    private static Batch wide(int rows) {
        VarCharVector texts = new VarCharVector("t", ALLOCATOR);
        byte[] text = "x".repeat(1000).getBytes();
        for (int row = 0; row < rows; row++) {
            texts.setSafe(row, text);
        }
        return root(rows, texts);
    }

    /** Text offsets that point far outside the data. */
    private static Batch lie() {
        VarCharVector texts = new VarCharVector("t", ALLOCATOR);
        texts.setSafe(0, new byte[] {'a'});
        texts.setSafe(1, new byte[] {'b'});
        texts.setValueCount(2);
        texts.getOffsetBuffer().setInt(4, 1_000_000);
        return root(2, texts);
    }

    private static Batch root(int rows, FieldVector... vectors) {
        for (FieldVector vector : vectors) {
            vector.setValueCount(rows);
        }
        VectorSchemaRoot root = new VectorSchemaRoot(List.of(vectors));
        root.setRowCount(rows);
        return new Batch(root);
    }
}
