package io.dataprism.core.wasm;

import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One thing that an instance is to do: it waits, runs, and is over once. Who stops it while it runs interrupts the thread that
 * runs it, and no other: the lock sees to it that an interrupt cannot come after the end. Any thread.
 *
 * @param <T> what it comes to
 */
final class WasmTask<T> {

    private enum State {
        WAITING,
        RUNNING,
        STOPPED,
        OVER
    }

    /** What is done with the instance. */
    interface Work<T> {
        T on(WasmInstance instance);
    }

    private final String what;
    private final Work<T> work;
    private final Consumer<T> success;
    private final Consumer<Throwable> failure;
    private State state = State.WAITING;
    private boolean told;
    private @Nullable Thread runner;
    private @Nullable Future<?> deadline;

    /**
     * @param what it is, for people
     * @param success told what it came to, once, unless {@code failure} is
     */
    WasmTask(String what, Work<T> work, Consumer<T> success, Consumer<Throwable> failure) {
        this.what = what;
        this.work = work;
        this.success = success;
        this.failure = failure;
    }

    String what() {
        return what;
    }

    /** Cancelled when it is over. */
    void deadline(Future<?> clock) {
        synchronized (this) {
            if (state != State.OVER) {
                deadline = clock;
                return;
            }
        }
        clock.cancel(false);
    }

    /** Begins on this thread; false: nobody waits for it any more. */
    synchronized boolean begin() {
        if (state != State.WAITING) {
            return false;
        }
        state = State.RUNNING;
        runner = Thread.currentThread();
        return true;
    }

    /** Does it; throws what it comes to where that is nothing good. Between {@link #begin} and {@link #end}. */
    void run(WasmInstance instance) {
        T result = work.on(instance);
        if (!end()) {
            tellSuccess(result);
        }
    }

    /**
     * The thread is done with it, and is not interrupted by it any more.
     *
     * @return whether it was stopped
     */
    synchronized boolean end() {
        boolean stopped = state == State.STOPPED;
        over();
        Thread.interrupted();
        return stopped;
    }

    /** Nobody wants it any more: takes it back, or interrupts it. @return whether it was running */
    synchronized boolean stop() {
        Thread running = runner;
        if (state == State.RUNNING && running != null) {
            state = State.STOPPED;
            running.interrupt();
            return true;
        }
        if (state == State.WAITING) {
            over();
        }
        return false;
    }

    /** Whether it was stopped and runs on all the same. */
    synchronized boolean stuck() {
        return state == State.STOPPED;
    }

    /** Tells whoever waits that it failed, where they have been told nothing. */
    void fail(Throwable reason) {
        if (tell()) {
            failure.accept(reason);
        }
    }

    private void tellSuccess(T result) {
        if (tell()) {
            success.accept(result);
        }
    }

    private synchronized boolean tell() {
        boolean first = !told;
        told = true;
        return first;
    }

    private void over() {
        state = State.OVER;
        runner = null;
        Future<?> clock = deadline;
        if (clock != null) {
            clock.cancel(false);
        }
    }
}
