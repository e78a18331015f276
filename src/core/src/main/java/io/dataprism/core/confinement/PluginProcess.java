package io.dataprism.core.confinement;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.ExportFormat;
import io.dataprism.plugin.Rendering;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
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

    /**
     * Lets the process do again and again what it does for a call, without the plugin, so that the first calls do not meet code that
     * has never run. Bounded; never fails.
     */
    default Mono<Void> rehearse() {
        return Mono.empty();
    }

    /** How the plugin feels, and what it has processed. Fails where the child does not answer. */
    default Mono<Pulse> health() {
        return Mono.just(Pulse.WELL);
    }

    /** What the plugin says that it can do, JSON values: ask after {@link #initialize}. */
    default Mono<Map<String, @Nullable Object>> describe() {
        return Mono.just(Map.of());
    }

    /**
     * Performs an operation. Cancelling cancels it in the child too. A value comes on the thread that reads what the process says:
     * whoever is told may not wait for anything.
     */
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
            Duration timeout,
            Extras extras) {

        /** A call without anything more. */
        public Call(
                String id,
                String operation,
                Kind kind,
                Map<String, @Nullable Object> params,
                @Nullable Flux<Batch> input,
                @Nullable ExportFormat format,
                Duration timeout) {
            this(id, operation, kind, params, input, format, timeout, Extras.NONE);
        }
    }

    /**
     * What a call may have beside its parameters.
     *
     * @param options the caller's wishes, which the child checks
     * @param run the schedule that begins the call; null: somebody calls
     * @param reading where a read begins, and who is told where it has come; null: no read
     * @param view the view that is kept; null: none
     */
    record Extras(
            Map<String, @Nullable Object> options,
            @Nullable Run run,
            @Nullable Reading reading,
            @Nullable ViewStep view) {

        /** Nothing. */
        public static final Extras NONE = new Extras(Map.of(), null, null, null);
    }

    /** A run of a schedule. @param due when it should have begun */
    record Run(String schedule, Instant due, @Nullable Instant lastRun) {}

    /**
     * A read that can be resumed.
     *
     * @param checkpoint a JSON value; null: from the beginning
     * @param reached told what the child says that it has come to, before its stream ends; on the reader's thread. A JSON value,
     *     not to be trusted, of at most {@link #MOST_CHECKPOINT_BYTES}
     */
    record Reading(@Nullable Object checkpoint, Consumer<@Nullable Object> reached) {

        /** Of a checkpoint, as JSON. */
        public static final int MOST_CHECKPOINT_BYTES = 64 * 1024;
    }

    /** What to do with a view that the child keeps. @param id made by the host */
    record ViewStep(String id, ViewAction action, int width, int height) {}

    /** What can be done with a view. */
    enum ViewAction {
        OPEN,
        UPDATE,
        RESIZE,
        CLOSE
    }

    /**
     * How a plugin feels.
     *
     * @param metrics what it has processed; null where it counts nothing
     */
    record Pulse(boolean healthy, String detail, @Nullable Map<String, @Nullable Object> metrics) {

        static final Pulse WELL = new Pulse(true, "", null);
    }

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

    /**
     * What a child uses; -1 where it cannot be known.
     *
     * @param throttled how often the processor was taken away from it
     * @param storageBytes of its folder, measured every two seconds
     */
    record Usage(long heapBytes, long rssBytes, long cpuMillis, int threads, long throttled, long storageBytes) {

        /** Of a plugin that does not run. */
        public static final Usage NONE = new Usage(0, 0, 0, 0, 0, 0);
    }
}
