package io.dataprism.sandbox.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OperationThreadTest {

    private static final long LIMIT_SECONDS = 20;

    private final ExecutorService threads = Executors.newFixedThreadPool(1);
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final OperationThread thread = new OperationThread(threads, failures::add, () -> ended.complete(null));

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void tasks_are_done_in_order_and_those_that_wait_at_the_close_too() throws Exception {
        List<Integer> done = new CopyOnWriteArrayList<>();
        CountDownLatch go = new CountDownLatch(1);
        thread.execute(() -> await(go));
        for (int i = 0; i < 100; i++) {
            int number = i;
            thread.execute(() -> done.add(number));
        }
        thread.close();
        assertThat(ended).isNotDone();
        go.countDown();
        ended.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        assertThat(done).hasSize(100).isSorted();
        assertThatThrownBy(() -> thread.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void what_is_cancelled_before_it_begins_is_not_done_and_ends_once() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        OperationThread cancelled = new OperationThread(threads, failures::add, () -> told.add("ended"));
        cancelled.closeNow();
        cancelled.begin(() -> told.add("done"));
        cancelled.closeNow();
        assertThat(told).containsExactly("ended");
        assertThat(failures).isEmpty();
    }

    @Test
    void an_interrupt_meets_its_own_operation_and_not_the_next_one_of_that_thread() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        thread.execute(() -> {
            running.countDown();
            while (!Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
            }
            interrupted.complete(true);
        });
        thread.execute(() -> interrupted.complete(false));
        assertThat(running.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        thread.closeNow();
        ended.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        assertThat(interrupted.get(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();

        CompletableFuture<Boolean> clean = new CompletableFuture<>();
        OperationThread next = new OperationThread(threads, failures::add, () -> {});
        next.execute(() -> clean.complete(!Thread.currentThread().isInterrupted()));
        assertThat(clean.get(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void what_a_task_throws_and_what_the_threads_handler_is_told_fail_the_operation_alone() throws Exception {
        StackOverflowError thrown = new StackOverflowError("thrown");
        StackOverflowError told = new StackOverflowError("told");
        thread.execute(() -> {
            throw thrown;
        });
        thread.execute(() -> {
            Thread current = Thread.currentThread();
            current.getUncaughtExceptionHandler().uncaughtException(current, told);
        });
        assertThat(failures.poll(LIMIT_SECONDS, TimeUnit.SECONDS)).isSameAs(thrown);
        assertThat(failures.poll(LIMIT_SECONDS, TimeUnit.SECONDS)).isSameAs(told);
        thread.close();
        ended.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        CompletableFuture<Boolean> forgotten = new CompletableFuture<>();
        new OperationThread(threads, failures::add, () -> {}).execute(() -> forgotten.complete(failures.isEmpty()));
        assertThat(forgotten.get(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void one_that_was_never_asked_ends_when_it_is_closed_and_ends_once() throws Exception {
        thread.close();
        thread.closeNow();
        ended.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        assertThat(failures).isEmpty();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
