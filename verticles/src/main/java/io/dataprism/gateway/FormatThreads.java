package io.dataprism.gateway;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that write batches as text and pack them, so that one large result neither slows down the others on its event loop
 * nor is bound to what one thread can write: one for each processor. Any thread may bring work; it must not wait for anything.
 */
final class FormatThreads implements Executor, AutoCloseable {

    private static final int KEEP_ALIVE_SECONDS = 30;

    private final ThreadPoolExecutor pool;

    /**
     * @param waiting pieces of work that may wait; each open result has one at most
     */
    FormatThreads(int waiting) {
        int threads = Runtime.getRuntime().availableProcessors();
        AtomicInteger count = new AtomicInteger();
        pool = new ThreadPoolExecutor(
                threads,
                threads,
                KEEP_ALIVE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(waiting),
                task -> Thread.ofPlatform()
                        .name("gateway-format-" + count.incrementAndGet())
                        .daemon()
                        .unstarted(task));
        pool.allowCoreThreadTimeOut(true);
    }

    @Override
    public void execute(Runnable work) {
        pool.execute(work);
    }

    /** What is under way ends; nothing more is taken. */
    @Override
    public void close() {
        pool.shutdown();
    }
}
