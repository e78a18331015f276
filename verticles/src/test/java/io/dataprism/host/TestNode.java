package io.dataprism.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.dataprism.bus.Addresses;
import io.dataprism.bus.CallerContext;
import io.dataprism.bus.RecordedAudit;
import io.dataprism.bus.Replies;
import io.dataprism.core.cluster.Sharing;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.manifest.PackageInspector;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.PermissionTable;
import io.dataprism.core.permission.Principal;
import io.dataprism.node.NodeIdentity;
import io.dataprism.plugin.Event;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** A node of this room alone: a real bus with the real guard, real files, and hand-made neighbours. */
final class TestNode implements AutoCloseable {

    static final Caller ADMIN = Caller.of(Principal.User.admin());

    /** An entry point, as far as bytes go. */
    public static class Entry {}

    final Vertx vertx;
    final MemoryProcesses processes = new MemoryProcesses();
    final MemoryStreams streams;
    final MemoryQueries queries;
    final RecordedAudit audit = new RecordedAudit();
    final List<String> published = new CopyOnWriteArrayList<>();
    final List<JsonObject> told = new CopyOnWriteArrayList<>();
    final List<String> begun = new CopyOnWriteArrayList<>();
    final List<String> admitted = new CopyOnWriteArrayList<>();
    final List<Caller> readers = new CopyOnWriteArrayList<>();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    volatile Function<String, Flux<Event>> events =
            pattern -> Flux.just(new Event(pattern, "/nodes/n1", Instant.EPOCH, "data", "c"));
    final PluginHost host;
    private final Path folder;
    private final Edge edge = new Edge();

    TestNode(Path folder) throws Exception {
        this(folder, List.of());
    }

    /** One whose plugins of these names begin before the others. */
    TestNode(Path folder, List<String> first) throws Exception {
        this(folder, Vertx.vertx(), HostCluster.alone(new NodeIdentity("n1", "0.1.0")), new MemoryStreams());
        await(host.start(first));
    }

    /** One of several, whose host is not started yet. */
    TestNode(Path folder, Vertx vertx, HostCluster cluster, MemoryStreams streams) throws Exception {
        this.folder = folder;
        this.vertx = vertx;
        this.streams = streams;
        this.queries = new MemoryQueries(vertx);
        host = new PluginHost(new HostParts(
                vertx,
                new NodeIdentity(cluster.self(), "0.1.0"),
                folder.resolve("data"),
                processes,
                queries,
                streams,
                (topic, data) -> vertx.eventBus()
                        .<JsonObject>request(
                                Addresses.EVENTS_PUBLISH,
                                new JsonObject().put("topic", topic).put("data", data))
                        .map(reply -> reply.body().getString("cursor")),
                new Subscriptions(),
                audit,
                meters,
                cluster,
                Map.of(),
                Sharing.ALONE));
        await(vertx.deployVerticle(edge));
    }

    /** Whatever the test puts into {@link #events}; each event's cursor is where a subscription is. */
    private final class Subscriptions implements PluginSubscriptions {

        @Override
        public Followed follow(String pattern, Executor context, @Nullable String after) {
            begun.add(pattern + " after " + after);
            AtomicReference<@Nullable String> cursor = new AtomicReference<>(after);
            Flux<Event> found = events.apply(pattern).doOnNext(event -> cursor.set(event.cursor()));
            return new Followed() {
                @Override
                public Flux<Event> events() {
                    return found;
                }

                @Override
                public @Nullable String cursor() {
                    return cursor.get();
                }
            };
        }

        @Override
        public String now() {
            return "now";
        }
    }

    /** Calls the host as the gateway does, for a user. */
    <T> T as(Caller caller, Supplier<Future<T>> call) throws Exception {
        return await(ask(caller, call));
    }

    /** The same, not waited for. */
    <T> Future<T> ask(Caller caller, Supplier<Future<T>> call) {
        Promise<T> promise = Promise.promise();
        CallerContext.duplicateFor(edge.where(), caller)
                .runOnContext(go -> call.get().onComplete(promise));
        return promise.future();
    }

    /** Registers a package of version 1.0.0, as the administrator. */
    PluginService.Registered register(String name, String more) throws Exception {
        Path file = jar(name, "1.0.0", more);
        return as(ADMIN, () -> host.register(file, false));
    }

    /** The same, granted what it asks for and active. */
    void active(String name, String more) throws Exception {
        register(name, more);
        as(ADMIN, () -> host.grant(name, new JsonObject().put("approve", "requested")));
        as(ADMIN, () -> host.activate(name));
    }

    /** What a call fails with. */
    <T> DataPrismException failure(Caller caller, Supplier<Future<T>> call) {
        Throwable failure = catchThrowable(() -> as(caller, call));
        assertThat(failure).isNotNull();
        return Replies.toProblem(failure.getCause());
    }

    static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    Path jar(String name, String version, String more) throws IOException {
        return jar(name, version, "utility", more);
    }

    Path jar(String name, String version, String category, String more) throws IOException {
        Path file = Files.createTempFile(folder, "upload", ".jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            String manifest = """
                    {"manifestVersion": 1, "name": "%s", "version": "%s", "category": "%s", "entryPoint": "%s"%s}""".formatted(name, version, category, Entry.class.getName(), more);
            put(zip, PackageInspector.MANIFEST, manifest.getBytes(StandardCharsets.UTF_8));
            String path = Entry.class.getName().replace('.', '/') + ".class";
            try (InputStream in = Entry.class.getClassLoader().getResourceAsStream(path)) {
                put(zip, path, in.readAllBytes());
            }
        }
        return file;
    }

    @Override
    public void close() throws Exception {
        await(host.stop());
        await(vertx.close());
    }

    private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }

    /** The engine, the event feed and the gateway's context. */
    private final class Edge extends VerticleBase {

        @Override
        public Future<?> start() {
            vertx.eventBus().<JsonObject>localConsumer(Addresses.DATA_QUERY, message -> {
                readers.add(CallerContext.sender());
                message.reply(new JsonObject());
            });
            vertx.eventBus()
                    .<JsonObject>localConsumer(
                            Addresses.DATA_TABLES,
                            message -> message.reply(new JsonObject().put("tables", List.of("flights"))));
            vertx.eventBus().<JsonObject>localConsumer(Addresses.EVENTS_SUBSCRIBE, message -> {
                admitted.add(message.headers().get(PermissionTable.TOPIC_SCOPE_HEADER) + " "
                        + message.body().getJsonArray("topics"));
                message.reply(new JsonObject().put("admitted", true));
            });
            vertx.eventBus().<JsonObject>localConsumer(Addresses.EVENTS_PUBLISH, message -> {
                published.add(message.body().getString("topic"));
                told.add(message.body());
                message.reply(new JsonObject().put("cursor", "c"));
            });
            return Future.succeededFuture();
        }

        Context where() {
            return context;
        }
    }
}
