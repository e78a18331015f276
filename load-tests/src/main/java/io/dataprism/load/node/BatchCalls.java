package io.dataprism.load.node;

import io.dataprism.host.PluginService.Execution;
import io.dataprism.host.PluginService.Outcome;
import io.dataprism.load.child.Answers;
import io.dataprism.load.child.ProcessClock;
import io.dataprism.load.measure.Measured;
import io.dataprism.load.plugin.EchoPlugin;
import io.dataprism.plugin.Batch;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Flux;

/** Batches through a plugin and back, and through its class as a plain call. Blocks; one thread. */
final class BatchCalls {

    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final PluginHostUnderTest node;
    private final BatchSource source;

    BatchCalls(PluginHostUnderTest node) throws IOException {
        this.node = node;
        this.source = new BatchSource(node.allocator());
    }

    /** Answers {@code stream} or {@code plain}. */
    Map<String, ?> answer(Map<String, String> question) throws Exception {
        int count = Integer.parseInt(question.getOrDefault("batches", "1"));
        String plugin = question.get("stream");
        long pid = ProcessHandle.current().pid();
        long computed = ProcessClock.cpuNanos(pid);
        long start = System.nanoTime();
        long bytes = plugin == null ? plain(count) : through(plugin, count);
        return Answers.of(new Measured(count, bytes, System.nanoTime() - start, ProcessClock.cpuNanos(pid) - computed));
    }

    private long plain(int count) {
        Flux<Batch> answered = new EchoPlugin().process("identity", source.batches(count), Map.of());
        return Objects.requireNonNull(
                answered.map(BatchSource::read).reduce(0L, Long::sum).block(LIMIT));
    }

    private long through(String plugin, int count) throws Exception {
        CompletableFuture<Long> bytes = new CompletableFuture<>();
        node.asAdmin()
                .runOnContext(go -> node.host()
                        .execute(new Execution(plugin, "identity", new JsonObject(), null, source.batches(count), null))
                        .onFailure(bytes::completeExceptionally)
                        .onSuccess(outcome -> ((Outcome.Dataset) outcome)
                                .batches()
                                .map(BatchSource::read)
                                .reduce(0L, Long::sum)
                                .subscribe(bytes::complete, bytes::completeExceptionally)));
        return bytes.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
}
