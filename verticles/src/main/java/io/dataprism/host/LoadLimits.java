package io.dataprism.host;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.plugin.Batch;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * How long a plugin's load may wait for its batches: as long as the call that it serves; outside of calls so long for each
 * batch, and so long for all of them. One that takes longer ends with {@code PLUGIN_TIMEOUT}. Any thread.
 *
 * @param idle outside of calls, between two batches
 * @param total outside of calls, for all batches
 */
record LoadLimits(Duration idle, Duration total) {

    /** For a batch as long as a request outside of calls may take, for all of them as long as the longest call. */
    static final LoadLimits USUAL = new LoadLimits(Duration.ofSeconds(30), Duration.ofMinutes(10));

    private static final int BATCH = 0;
    private static final int NONE = 1;

    /**
     * What a load takes.
     *
     * @param end emits why the load must end before its last batch
     */
    record Bounded(Flux<Batch> batches, Mono<Throwable> end) {}

    /**
     * Batches with their end.
     *
     * @param over completes when the call has ended, for late subscribers, too; null: the load serves none
     */
    Bounded bound(String plugin, String table, Flux<Batch> batches, @Nullable Mono<Void> over) {
        if (over != null) {
            return new Bounded(batches, over.then(late(plugin, table, "the call that it served has ended")));
        }
        Sinks.Many<Integer> pulse = Sinks.many().multicast().directBestEffort();
        Mono<Throwable> silent = pulse.asFlux()
                .timeout(idle, Mono.just(NONE))
                .filter(beat -> beat == NONE)
                .next()
                .then(late(plugin, table, "no batch came for " + idle.toMillis() + " ms"));
        Mono<Throwable> slow =
                Mono.delay(total).then(late(plugin, table, "its batches took more than " + total.toMillis() + " ms"));
        return new Bounded(batches.doOnNext(batch -> pulse.tryEmitNext(BATCH)), Mono.firstWithValue(silent, slow));
    }

    private static Mono<Throwable> late(String plugin, String table, String why) {
        return Mono.fromSupplier(() -> new DataPrismException(
                ErrorCode.PLUGIN_TIMEOUT,
                "The load of table '" + table + "' by plugin " + plugin + " was ended: " + why + ".",
                "Wait for the load before the call's answer, and send batches without long pauses."));
    }
}
