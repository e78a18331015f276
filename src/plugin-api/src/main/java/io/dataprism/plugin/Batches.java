package io.dataprism.plugin;

import java.util.function.Consumer;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** Reads streams of batches as an operation should: a few in flight, and each closed whatever happens. */
public final class Batches {

    /** The batches asked for ahead: enough to keep the engine at work while one is read. */
    private static final int IN_FLIGHT_BATCHES = 4;

    private Batches() {}

    /**
     * Hands every batch to {@code reader}, one at a time, and closes it afterwards, also when the reader throws, when the
     * stream fails and when the result is cancelled. At most four batches are asked for ahead.
     *
     * @param batches the input of an operation, or a query's result; subscribed to when the result is
     * @param reader called on the thread that delivers the batch; it retains what it keeps. What it throws ends the stream
     * @return completes after the last batch was read
     */
    public static Mono<Void> forEach(Flux<Batch> batches, Consumer<Batch> reader) {
        return Mono.create(result -> {
            Reading reading = new Reading(reader, result);
            result.onDispose(reading);
            batches.subscribe(reading);
        });
    }

    private static final class Reading extends BaseSubscriber<Batch> {

        private final Consumer<Batch> reader;
        private final MonoSink<Void> result;

        Reading(Consumer<Batch> reader, MonoSink<Void> result) {
            this.reader = reader;
            this.result = result;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            request(IN_FLIGHT_BATCHES);
        }

        @Override
        protected void hookOnNext(Batch batch) {
            try (batch) {
                if (isDisposed()) {
                    return;
                }
                reader.accept(batch);
            } catch (RuntimeException failure) {
                if (!isDisposed()) {
                    cancel();
                    result.error(failure);
                }
                return;
            }
            request(1);
        }

        @Override
        protected void hookOnError(Throwable failure) {
            result.error(failure);
        }

        @Override
        protected void hookOnComplete() {
            result.success();
        }
    }
}
