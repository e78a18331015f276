package io.dataprism.host;

import io.vertx.core.Context;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A task that many ask for and that runs at most once in a while: at once where it has not run lately; not when its verticle has ended. */
final class Coalesced {

    private static final Logger LOG = LoggerFactory.getLogger(Coalesced.class);

    private final Context context;
    private final long pauseMillis;
    private final Runnable task;
    private final AtomicBoolean asked = new AtomicBoolean();
    private long lastNanos;

    /** @param context that the task runs on */
    Coalesced(Context context, long pauseMillis, Runnable task) {
        this.context = context;
        this.pauseMillis = pauseMillis;
        this.task = task;
        this.lastNanos = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(pauseMillis);
    }

    /** The task runs once more, after this. Any thread; does not block. */
    void ask() {
        if (asked.compareAndSet(false, true)) {
            try {
                context.runOnContext(go -> runOrWait());
            } catch (RejectedExecutionException ended) {
                LOG.trace("Left undone, since the verticle has ended", ended);
            }
        }
    }

    private void runOrWait() {
        long left = pauseMillis - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastNanos);
        if (left > 0) {
            context.owner().setTimer(left, fired -> run());
        } else {
            run();
        }
    }

    private void run() {
        lastNanos = System.nanoTime();
        asked.set(false);
        task.run();
    }
}
