package io.dataprism.node;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits for the steps of a start, each at most {@link #LIMIT}, and for none of them any longer once the node is told to end. What
 * was begun goes on then: whoever begins a step says first how it is stopped. One thread, which blocks.
 *
 * @param end completes when the node is told to end
 */
record StartSteps(CompletableFuture<?> end) {

    static final Duration LIMIT = Duration.ofSeconds(20);

    <T> T await(Future<T> step) throws Exception {
        return await(step.toCompletionStage().toCompletableFuture());
    }

    /** @throws StartEndedException where the node was told to end; else what the step has failed with */
    <T> T await(CompletableFuture<T> step) throws Exception {
        CompletableFuture<?> over = step.handle((result, failure) -> true);
        try {
            CompletableFuture.anyOf(over, end).get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new IllegalStateException("A step of starting took longer than " + LIMIT.toSeconds() + " s.", late);
        }
        if (end.isDone()) {
            throw new StartEndedException();
        }
        try {
            return step.get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof Exception cause ? cause : failed;
        }
    }
}
