package io.dataprism.client;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/** Tasks on a loop; on one that has ended with its client they are nobody's, and left out. */
final class Loops {

    private Loops() {}

    /** Whether the loop still runs, and will run it. */
    static boolean run(Scheduler.Worker loop, Runnable task) {
        try {
            loop.schedule(task);
            return true;
        } catch (RejectedExecutionException ended) {
            return false;
        }
    }

    static Disposable runAfter(Scheduler.Worker loop, Duration wait, Runnable task) {
        try {
            return loop.schedule(task, wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException ended) {
            return Disposables.disposed();
        }
    }
}
