package io.dataprism.core.engine;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The engine's pools: bounded, of platform threads (the driver would pin virtual ones), with room for deep native recursion. */
public final class EngineThreads {

    /** The engine's planner recurses on the calling thread; only what is used is ever backed by memory. */
    private static final long STACK_BYTES = 64L << 20;

    private static final int KEEP_ALIVE_SECONDS = 30;

    private EngineThreads() {}

    /**
     * A pool whose threads come on demand and go when idle.
     *
     * @param queued tasks that may wait; one more is rejected, which the admission of queries rules out
     */
    public static ThreadPoolExecutor pool(String name, int threads, int queued) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads, threads, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(queued), named(name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /**
     * A pool that queues nothing: a task gets an idle thread, or a new one.
     *
     * @param threads at most; a task beyond them is rejected, which its owner rules out
     */
    static ThreadPoolExecutor onDemand(String name, int threads) {
        return new ThreadPoolExecutor(
                0, threads, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), named(name));
    }

    private static ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> Thread.ofPlatform()
                .name(name + "-" + count.incrementAndGet())
                .daemon()
                .stackSize(STACK_BYTES)
                .unstarted(task);
    }
}
