package io.dataprism.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.plugin.Batch;
import java.time.Duration;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** When a load must end, on a clock of its own. */
class LoadLimitsTest {

    private static final LoadLimits LIMITS = new LoadLimits(Duration.ofSeconds(30), Duration.ofMinutes(2));

    @Test
    void outsideOfCallsALoadEndsHalfAMinuteAfterItsLastBatch() {
        StepVerifier.withVirtualTime(
                        () -> end(batchesEach(Duration.ofSeconds(29)).take(2), null))
                .expectSubscription()
                .expectNoEvent(Duration.ofSeconds(58 + 29))
                .thenAwait(Duration.ofSeconds(1))
                .assertNext(reason -> assertThat(reason).hasMessageContaining("no batch came for 30000 ms"))
                .verifyComplete();
    }

    @Test
    void outsideOfCallsALoadEndsWhenItHasTakenTooLongThoughBatchesCome() {
        StepVerifier.withVirtualTime(() -> end(batchesEach(Duration.ofSeconds(10)), null))
                .expectSubscription()
                .expectNoEvent(Duration.ofSeconds(119))
                .thenAwait(Duration.ofSeconds(1))
                .assertNext(reason -> assertThat(reason).hasMessageContaining("more than 120000 ms"))
                .verifyComplete();
    }

    @Test
    void withinACallALoadEndsWithTheCallAndNotBefore() {
        Sinks.Empty<Void> over = Sinks.empty();
        StepVerifier.withVirtualTime(() -> end(Flux.never(), over.asMono()))
                .expectSubscription()
                .expectNoEvent(Duration.ofHours(1))
                .then(over::tryEmitEmpty)
                .assertNext(reason -> assertThat(reason).hasMessageContaining("the call that it served has ended"))
                .verifyComplete();
    }

    private static Flux<Batch> batchesEach(Duration pause) {
        return Flux.interval(pause, VirtualTimeScheduler.get()).map(index -> new Batch(VectorSchemaRoot.of()));
    }

    /** As a load does: follows the end, and takes the batches. */
    private static Mono<Throwable> end(Flux<Batch> batches, Mono<Void> over) {
        LoadLimits.Bounded bounded = LIMITS.bound("loader", "made", batches, over);
        return bounded.end().doOnSubscribe(followed -> bounded.batches().subscribe(Batch::close));
    }
}
