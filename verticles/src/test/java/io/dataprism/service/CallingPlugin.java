package io.dataprism.service;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Batches;
import io.dataprism.plugin.DataService.LoadMode;
import io.dataprism.plugin.LlmService.Chat;
import io.dataprism.plugin.PluginContext;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugin.PluginLogger;
import io.dataprism.plugin.StorageService.Page;
import io.dataprism.plugin.UtilityPlugin;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Runs in a sandbox and does what its operations' parameters say: {@code call} any address, or use a typed service. */
public final class CallingPlugin implements UtilityPlugin {

    private final BufferAllocator allocator = new RootAllocator();
    private final List<Object> leftLoads = new CopyOnWriteArrayList<>();
    private PluginContext context;

    @Override
    public Mono<Void> initialize(PluginContext door) {
        context = door;
        return Mono.empty();
    }

    @Override
    @SuppressWarnings("unchecked")
    public Mono<Object> execute(String operation, Map<String, Object> params) {
        Mono<Object> answer = switch (operation) {
            case "call" ->
                context.services()
                        .call((String) params.get("address"), (Map<String, Object>) params.get("body"))
                        .defaultIfEmpty("nothing");
            case "store" -> store();
            case "log" -> log(params);
            case "load" -> load(params);
            case "leaveLoads" -> leaveLoads(params);
            case "leftLoads" -> Mono.just(List.copyOf(leftLoads));
            case "query" ->
                Batches.forEach(context.services().data().query((String) params.get("sql")), batch -> {})
                        .thenReturn("read");
            case "measure" -> measure();
            case "chat" -> chat(params);
            case "embed" ->
                context.services()
                        .llm()
                        .embed((List<String>) params.get("texts"), null)
                        .map(found -> found.vectors().stream()
                                .map(vector -> List.of(vector[0], vector[1]))
                                .toList());
            case "follow" -> follow();
            case "mount" -> Mono.fromCallable(() -> mount(params));
            case "connectMany" -> Mono.fromCallable(() -> connectMany(params));
            case "connect" -> Mono.fromCallable(() -> connect(params));
            default -> Mono.error(PluginException.unknownOperation(operation));
        };
        return answer.map(reply -> (Object) Map.of("ok", reply))
                .onErrorResume(PluginException.class, CallingPlugin::refusal);
    }

    private Mono<Object> log(Map<String, Object> params) {
        int lines = ((Number) params.get("lines")).intValue();
        for (int line = 1; line <= lines; line++) {
            context.logger().log(PluginLogger.Level.WARN, "line " + line, Map.of("line", line, "of", context));
        }
        return Mono.just("written");
    }

    private Mono<Object> store() {
        var storage = context.services().storage();
        return storage.set("a/1", Map.of("n", 1))
                .then(storage.set("a/2", List.of("x", true)))
                .then(storage.set("b", "text"))
                .then(storage.delete("b"))
                .then(Mono.zip(
                        storage.get("a/1"),
                        storage.list("a/", null, 1),
                        storage.get("b").hasElement()))
                .map(all -> {
                    Page page = all.getT2();
                    return List.of(all.getT1(), page.keys(), String.valueOf(page.next()), all.getT3());
                });
    }

    /** Loads a table of one column, a number of batches of 1,000 rows each; {@code breaksOff}: fails after the last. */
    private Mono<Object> load(Map<String, Object> params) {
        int count = ((Number) params.get("batches")).intValue();
        Flux<Batch> numbers = Flux.range(0, count).map(this::numbers);
        Flux<Batch> batches = params.get("breaksOff") == null
                ? numbers
                : numbers.concatWith(Flux.error(new PluginException("REQUEST_INVALID", "broken off")));
        return context.services()
                .data()
                .load((String) params.get("table"), LoadMode.valueOf((String) params.get("mode")), batches)
                .map(table -> Map.of(
                        "version", table.version(), "rows", table.rows(), "left", allocator.getAllocatedMemory()));
    }

    /** Begins so many loads that never end, each for itself, and waits for them or does not. */
    private Mono<Object> leaveLoads(Map<String, Object> params) {
        leftLoads.clear();
        Flux.range(0, ((Number) params.get("count")).intValue())
                .flatMap(index -> context.services()
                        .data()
                        .load(
                                "left" + index,
                                LoadMode.CREATE,
                                Flux.range(0, 1).map(this::numbers).concatWith(Flux.never()))
                        .map(table -> "loaded")
                        .onErrorResume(PluginException.class, failure -> Mono.just(failure.code())))
                .subscribe(leftLoads::add);
        return Boolean.TRUE.equals(params.get("waits")) ? Mono.never() : Mono.just("begun");
    }

    private Batch numbers(int index) {
        BigIntVector vector = new BigIntVector("n", allocator);
        for (int row = 0; row < 1000; row++) {
            vector.setSafe(row, 1000L * index + row);
        }
        vector.setValueCount(1000);
        VectorSchemaRoot root = VectorSchemaRoot.of(vector);
        root.setRowCount(1000);
        return new Batch(root);
    }

    private Mono<Object> chat(Map<String, Object> params) {
        Chat usual = Chat.of((String) params.get("question"));
        Chat chat = new Chat(
                usual.messages(), (String) params.get("model"), usual.maxTokens(), usual.temperature(), usual.stop());
        return context.services()
                .llm()
                .chat(chat)
                .map(answer -> Map.of(
                        "content", answer.content(),
                        "finishReason", answer.finishReason(),
                        "model", answer.model(),
                        "tokens", answer.promptTokens() + answer.completionTokens()));
    }

    private Mono<Object> measure() {
        var metrics = context.services().metrics();
        metrics.counter("rows_read", Map.of("table", "flights")).increment(2);
        metrics.counter("rows_read", Map.of("table", "flights")).increment();
        metrics.gauge("queue_length", Map.of()).set(7);
        metrics.timer("step", Map.of()).record(Duration.ofMillis(1500));
        for (int index = 0; index < 100; index++) {
            metrics.counter("many", Map.of("index", "i" + index)).increment();
        }
        return Mono.just("sent");
    }

    /** Waits for one event of its own, and says what it followed before, meanwhile and afterwards. */
    private Mono<Object> follow() {
        var events = context.events();
        String topic = "plugin:" + context.pluginName() + ":own";
        List<List<String>> followed = new CopyOnWriteArrayList<>();
        followed.add(events.activeSubscriptions());
        return Mono.delay(Duration.ofMillis(50))
                .doOnNext(tick -> followed.add(events.activeSubscriptions()))
                .then(Mono.defer(() -> events.publish(topic, "seen")))
                .repeat()
                .takeUntilOther(events.once(topic).doOnNext(event -> followed.add(List.of(event.topic()))))
                .then(Mono.fromCallable(() -> List.of(
                        followed.getFirst(), followed.get(1), followed.getLast(), events.activeSubscriptions())));
    }

    /** Reads a file of a mounted folder, and tries to write one there. */
    private Object mount(Map<String, Object> params) {
        Path folder = context.mount((String) params.get("name"));
        try {
            String read = Files.readString(folder.resolve("there.txt"));
            try {
                Files.writeString(folder.resolve("made.txt"), "made");
                return read + " and written";
            } catch (IOException refused) {
                return read + " only";
            }
        } catch (IOException refused) {
            return "refused";
        }
    }

    /** Sends bytes to a server that sends them back, ends its own direction, and reads to the end. */
    private Object connect(Map<String, Object> params) throws Exception {
        String host = (String) params.get("host");
        int port = ((Number) params.get("port")).intValue();
        int bytes = ((Number) params.get("bytes")).intValue();
        try (Socket socket = context.services().network().socketFactory().createSocket(host, port)) {
            socket.setSoTimeout(10_000);
            Thread writer = new Thread(() -> send(socket, bytes));
            writer.start();
            long read = 0;
            long sum = 0;
            InputStream in = socket.getInputStream();
            byte[] piece = new byte[8192];
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                for (int index = 0; index < count; index++) {
                    sum += piece[index] == (byte) (read + index) ? 1 : 0;
                }
                read += count;
            }
            writer.join();
            return List.of(read, sum);
        } catch (IOException refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    /** What each of so many connections at once came to; all are closed at the end. */
    private Object connectMany(Map<String, Object> params) throws IOException {
        List<Object> outcomes = new ArrayList<>();
        List<Socket> sockets = new ArrayList<>();
        for (int index = 0; index < ((Number) params.get("count")).intValue(); index++) {
            try {
                sockets.add(context.services()
                        .network()
                        .socketFactory()
                        .createSocket("127.0.0.1", ((Number) params.get("port")).intValue()));
                outcomes.add("open");
            } catch (IOException refused) {
                outcomes.add(String.valueOf(refused.getMessage()));
            }
        }
        for (Socket socket : sockets) {
            socket.close();
        }
        return outcomes;
    }

    private static void send(Socket socket, int bytes) {
        byte[] all = new byte[bytes];
        for (int index = 0; index < bytes; index++) {
            all[index] = (byte) index;
        }
        try {
            socket.getOutputStream().write(all);
            socket.shutdownOutput();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Mono<Object> refusal(PluginException refused) {
        Map<String, Object> refusal = new HashMap<>();
        refusal.put("code", refused.code());
        refusal.put("message", refused.getMessage());
        return Mono.just(refusal);
    }
}
