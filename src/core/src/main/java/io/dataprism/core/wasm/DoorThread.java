package io.dataprism.core.wasm;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Where the host does what a module asks for. A module can ask at the very end of its stack; nothing of the host's that others
 * use may be broken off there, so that it is another thread that does it, with a stack of its own.
 */
final class DoorThread implements AutoCloseable {

    private static final long LAST_WORDS_MILLIS = 1000;

    private final ExecutorService thread;

    DoorThread(String plugin) {
        thread = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("dataprism-door-" + plugin).factory());
    }

    /**
     * Waits for what the host does.
     *
     * @throws InterruptedException where the module's time is over; what is done is cancelled
     */
    <T> T await(Callable<T> work) throws InterruptedException {
        Future<T> answer;
        try {
            answer = thread.submit(work);
        } catch (RejectedExecutionException closed) {
            throw new InterruptedException("The plugin ends.");
        }
        try {
            return answer.get();
        } catch (InterruptedException stopped) {
            answer.cancel(true);
            throw stopped;
        } catch (ExecutionException failure) {
            throw new IllegalStateException("The host could not do what the module asked for.", failure.getCause());
        }
    }

    /** Waits, bounded, for what is interrupted: it may hold batches of the node's. */
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            thread.awaitTermination(LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }
}
