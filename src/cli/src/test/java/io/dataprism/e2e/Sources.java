package io.dataprism.e2e;

/** The sources of {@link TestPlugins}. */
final class Sources {

    static final String ECHO = """
            package com.acme;

            import io.dataprism.plugin.UtilityPlugin;
            import io.dataprism.plugin.PluginContext;
            import java.util.Map;
            import reactor.core.publisher.Mono;

            public final class Echo implements UtilityPlugin {
                public Mono<Void> initialize(PluginContext context) {
                    return Mono.empty();
                }

                public Mono<Object> execute(String operation, Map<String, Object> params) {
                    return Mono.just(params);
                }
            }
            """;

    static final String INTRUDER = """
            package com.acme;

            import io.dataprism.plugin.UtilityPlugin;
            import io.dataprism.plugin.PluginContext;
            import java.net.DatagramSocket;
            import java.net.InetAddress;
            import java.net.InetSocketAddress;
            import java.net.StandardProtocolFamily;
            import java.nio.channels.SocketChannel;
            import java.nio.file.Files;
            import java.nio.file.Path;
            import java.util.Map;
            import reactor.core.publisher.Mono;

            public final class Intruder implements UtilityPlugin {
                private volatile Path own;

                public Mono<Void> initialize(PluginContext context) {
                    own = context.directory();
                    return Mono.empty();
                }

                public Mono<Object> execute(String operation, Map<String, Object> params) {
                    return Mono.fromCallable(() -> attempt(operation, params));
                }

                private Object attempt(String operation, Map<String, Object> params) {
                    try {
                        String what = switch (operation) {
                            case "read-passwd" -> Files.readString(Path.of("/etc/passwd"));
                            case "write-outside" -> Files.writeString(Path.of((String) params.get("path")), "x").toString();
                            case "connect-tcp" -> connect(((Number) params.get("port")).intValue());
                            case "open-udp" -> udp();
                            case "open-unix" -> unix();
                            case "run-program" -> "pid " + new ProcessBuilder("/bin/true").start().pid();
                            case "read-environ" -> Files.readString(Path.of("/proc/self/environ"));
                            case "list-root" -> list();
                            case "write-own-folder" -> Files.writeString(own.resolve("note.txt"), "x").toString();
                            default -> throw new IllegalArgumentException(operation);
                        };
                        return Map.of("refused", false, "what", what);
                    } catch (Throwable refusal) {
                        return Map.of("refused", true, "what", chain(refusal));
                    }
                }

                /** With the causes: a class of the JDK that could not make its socket only says that it cannot be used. */
                private static String chain(Throwable refusal) {
                    StringBuilder chain = new StringBuilder();
                    for (Throwable each = refusal; each != null; each = each.getCause()) {
                        chain.append(each).append("; ");
                    }
                    return chain.toString();
                }

                private static String connect(int port) throws Exception {
                    // not java.net.Socket, which a child has no implementation of: the kernel is to be asked
                    InetSocketAddress here = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
                    try (SocketChannel socket = SocketChannel.open(here)) {
                        return socket.toString();
                    }
                }

                private static String udp() throws Exception {
                    try (DatagramSocket socket = new DatagramSocket()) {
                        return socket.toString();
                    }
                }

                private static String unix() throws Exception {
                    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                        return channel.toString();
                    }
                }

                private static String list() throws Exception {
                    try (var entries = Files.list(Path.of("/"))) {
                        return entries.toList().toString();
                    }
                }
            }
            """;

    static final String THROWING_CONSTRUCTOR = """
            package com.acme;

            import io.dataprism.plugin.UtilityPlugin;
            import io.dataprism.plugin.PluginContext;
            import reactor.core.publisher.Mono;

            public final class ThrowingConstructor implements UtilityPlugin {
                public ThrowingConstructor() {
                    throw new IllegalStateException("no constructing today");
                }

                public Mono<Void> initialize(PluginContext context) {
                    return Mono.empty();
                }
            }
            """;

    static final String TEN_ERRORS = """
            {"manifestVersion": 2, "name": "Bad Name", "version": "1.2", "category": "games", "entryPoint": "no class!",
             "colour": "red",
             "permissions": [{"resource": "data", "access": "raed", "scope": "flights"}],
             "operations": [{"name": "a", "kind": "values"}],
             "resources": {"memory": "lots"},
             "dependencies": [{"name": "calendar", "version": "banana"}]}
            """;

    static final String FAILING = """
            package com.acme;

            import io.dataprism.plugin.UtilityPlugin;
            import io.dataprism.plugin.PluginContext;
            import java.util.Map;
            import reactor.core.publisher.Mono;

            public final class Failing implements UtilityPlugin {
                public Mono<Void> initialize(PluginContext context) {
                    return Mono.empty();
                }

                public Mono<Object> execute(String operation, Map<String, Object> params) {
                    throw new IllegalStateException("the plugin's own words");
                }
            }
            """;

    static final String CRASHING = """
            package com.acme;

            import io.dataprism.plugin.UtilityPlugin;
            import io.dataprism.plugin.PluginContext;
            import java.util.Map;
            import reactor.core.publisher.Mono;

            public final class Crashing implements UtilityPlugin {
                public Mono<Void> initialize(PluginContext context) {
                    return Mono.empty();
                }

                public Mono<Object> execute(String operation, Map<String, Object> params) {
                    Runtime.getRuntime().halt(3);
                    return Mono.empty();
                }
            }
            """;

    static final String LOOPING = """
            package com.acme;

            import io.dataprism.plugin.UtilityPlugin;
            import io.dataprism.plugin.PluginContext;
            import java.util.Map;
            import reactor.core.publisher.Mono;

            public final class Looping implements UtilityPlugin {
                public Mono<Void> initialize(PluginContext context) {
                    return Mono.empty();
                }

                public Mono<Object> execute(String operation, Map<String, Object> params) {
                    while (true) {
                        Thread.onSpinWait();
                    }
                }
            }
            """;

    static final String CURIOUS = """
            package com.acme;

            import io.dataprism.plugin.UtilityPlugin;
            import io.dataprism.plugin.PluginContext;
            import io.dataprism.plugin.PluginException;
            import java.util.Map;
            import reactor.core.publisher.Mono;

            public final class Curious implements UtilityPlugin {
                private volatile PluginContext context;

                public Mono<Void> initialize(PluginContext context) {
                    this.context = context;
                    return Mono.empty();
                }

                public Mono<Object> execute(String operation, Map<String, Object> params) {
                    Mono<Object> answer = operation.equals("read")
                            ? rows("SELECT * FROM " + params.get("table"))
                            : context.services().call((String) params.get("address"), Map.of()).defaultIfEmpty("nothing");
                    return answer.map(result -> (Object) Map.of("code", "none", "result", result))
                            .onErrorResume(PluginException.class, refusal -> Mono.just(
                                    Map.of("code", refusal.code(), "message", String.valueOf(refusal.getMessage()))));
                }

                private Mono<Object> rows(String sql) {
                    return context.services().data().query(sql)
                            .map(batch -> {
                                try (batch) {
                                    return (long) batch.rowCount();
                                }
                            })
                            .reduce(0L, Long::sum)
                            .cast(Object.class);
                }
            }
            """;

    static final String PUBLISHER = """
            package com.acme;

            import io.dataprism.plugin.IntegrationPlugin;
            import io.dataprism.plugin.PluginContext;
            import io.dataprism.plugin.PluginException;
            import java.util.Map;
            import reactor.core.publisher.Mono;

            public final class Publisher implements IntegrationPlugin {
                private volatile PluginContext context;

                public Mono<Void> initialize(PluginContext context) {
                    this.context = context;
                    return Mono.empty();
                }

                public Mono<Object> execute(String operation, Map<String, Object> params) {
                    return context.events()
                            .publish((String) params.get("topic"), params.get("data"))
                            .map(cursor -> (Object) Map.of("code", "none", "cursor", cursor))
                            .onErrorResume(PluginException.class, refusal -> Mono.just(
                                    Map.of("code", refusal.code(), "message", String.valueOf(refusal.getMessage()))));
                }
            }
            """;

    static final String NUMBERS = """
            package com.acme;

            import io.dataprism.plugin.Batch;
            import io.dataprism.plugin.DataProcessorPlugin;
            import io.dataprism.plugin.PluginContext;
            import java.util.Map;
            import org.apache.arrow.memory.BufferAllocator;
            import org.apache.arrow.memory.RootAllocator;
            import org.apache.arrow.vector.BigIntVector;
            import org.apache.arrow.vector.VectorSchemaRoot;
            import reactor.core.publisher.Flux;
            import reactor.core.publisher.Mono;

            public final class Numbers implements DataProcessorPlugin {
                private static final int BATCH_ROWS = 8_192;
                private final BufferAllocator allocator = new RootAllocator();

                public Mono<Void> initialize(PluginContext context) {
                    return Mono.empty();
                }

                public Flux<Batch> process(String operation, Flux<Batch> input, Map<String, Object> params) {
                    long rows = ((Number) params.get("rows")).longValue();
                    return Flux.generate(() -> 0L, (from, sink) -> {
                        int count = (int) Math.min(BATCH_ROWS, rows - from);
                        sink.next(batch(from, count));
                        if (from + count == rows) {
                            sink.complete();
                        }
                        return from + count;
                    });
                }

                private Batch batch(long from, int count) {
                    BigIntVector numbers = new BigIntVector("n", allocator);
                    numbers.allocateNew(count);
                    for (int row = 0; row < count; row++) {
                        numbers.set(row, from + row);
                    }
                    VectorSchemaRoot root = VectorSchemaRoot.of(numbers);
                    root.setRowCount(count);
                    return new Batch(root);
                }
            }
            """;

    private Sources() {}
}
