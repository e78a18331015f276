package io.dataprism.service;

import io.dataprism.plugin.Plugin;
import io.dataprism.plugin.PluginContext;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugin.StorageService.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Runs in a sandbox and does what its operations' parameters say: {@code call} any address, or use a typed service. */
public final class CallingPlugin implements Plugin {

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
            case "measure" -> measure();
            case "connect" -> Mono.fromCallable(() -> connect(params));
            default -> Mono.error(PluginException.unknownOperation(operation));
        };
        return answer.map(reply -> (Object) Map.of("ok", reply))
                .onErrorResume(PluginException.class, CallingPlugin::refusal);
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
