package io.dataprism.core.confinement;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.ExportFormat;
import io.dataprism.plugin.Rendering;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One plugin instance in its confined child JVM. Any thread may call; nothing blocks; signals come on threads of this
 * process's own. Failures are {@link io.dataprism.core.error.DataPrismException}: {@code PLUGIN_FAILED},
 * {@code PLUGIN_CRASHED} (at once for everything under way when the child dies), {@code PLUGIN_TIMEOUT}.
 */
public interface PluginProcess extends AutoCloseable {

    /** The operating system's id of the child. */
    long pid();

    /** How it is confined: {@code full}, {@code no-cgroup} or {@code jvm-only}. */
    String level();

    Mono<Void> initialize();

    Mono<Void> configure(Map<String, @Nullable Object> settings);

    Mono<Void> activate();

    Mono<Void> deactivate();

    Mono<Void> cleanup();

    /** Whether the child answers. */
    Mono<Void> ping();

    /** Performs an operation. Cancelling cancels it in the child too. */
    Mono<Answer> execute(Call call);

    /** What it uses now. */
    Usage usage();

    /** Completes, never exceptionally, when the child has ended: why, in one sentence. */
    CompletionStage<String> exited();

    /** Ends the child: asks, waits 2 s at most, kills. Does not block; idempotent; see {@link #exited()}. */
    @Override
    void close();

    /** What kind of answer an operation gives. */
    enum Kind {
        VALUE,
        DATASET,
        RENDERING
    }

    /**
     * A call.
     *
     * @param id made by the host; the child's requests while it serves this call carry it
     * @param input null: none
     * @param format what to write, for a rendering
     * @param timeout to the last byte of the answer
     */
    record Call(
            String id,
            String operation,
            Kind kind,
            Map<String, @Nullable Object> params,
            @Nullable Flux<Batch> input,
            @Nullable ExportFormat format,
            Duration timeout) {}

    /** An answer. */
    sealed interface Answer {

        /** A JSON value. */
        record Value(@Nullable Object value) implements Answer {}

        /**
         * Batches, already copied out of the child's reach and validated; one subscriber, who closes them.
         *
         * @param schema of all of them; no fields where the plugin ended without a batch
         */
        record Dataset(Schema schema, Flux<Batch> batches) implements Answer {}

        /** A document. */
        record Drawing(Rendering rendering) implements Answer {}
    }

    /** What a child uses; -1 where it cannot be known. */
    record Usage(long heapBytes, long rssBytes, long cpuMillis) {}
}
