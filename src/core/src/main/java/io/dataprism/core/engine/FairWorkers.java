package io.dataprism.core.engine;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that are inside the engine, shared so that nobody starves: users take turns, and of one user's queries the one that
 * has used less goes first, by up to a second.
 *
 * <p>The engine cannot be told to pause, so a step that takes long cannot be put back. Instead it stops counting as one of the
 * workers after {@value #LONG_MILLIS} ms, and another thread takes its place: a short query waits for a moment, however many long
 * ones run. How many threads there can be is bounded by the queries that are admitted.
 *
 * <p>Safe on any thread; never blocks.
 */
final class FairWorkers {

    private static final Logger LOG = LoggerFactory.getLogger(FairWorkers.class);

    /** After this long inside the engine a step no longer takes the place of others. */
    static final int LONG_MILLIS = 100;

    /** How often to call {@link #tick}. */
    static final int TICK_MILLIS = 20;

    private static final long USE_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final int workers;
    private final int threads;
    private final ThreadPoolExecutor pool;
    private final Map<String, PriorityQueue<Step>> waiting = new HashMap<>();
    private final Deque<String> turns = new ArrayDeque<>();
    private final Set<Step> inside = new LinkedHashSet<>();
    private int longInside;
    private int waitingCount;
    private long sequence;
    private boolean closed;

    /**
     * @param workers steps that run at the same time while none takes long
     * @param threads steps that run at the same time in any case; one that is handed in beyond them waits
     */
    FairWorkers(String name, int workers, int threads) {
        this.workers = workers;
        this.threads = threads;
        // a thread that has just found nothing to do may not have come back to the pool yet
        this.pool = EngineThreads.onDemand(name, 2 * threads);
    }

    /** The way in for one query, which hands in one step at a time. */
    Executor lane(String user) {
        return new Lane(user);
    }

    /** Looks for steps that take long. From a timer, every {@value #TICK_MILLIS} ms. */
    synchronized void tick(long nowNanos) {
        if (waitingCount == 0) {
            return;
        }
        for (Step step : inside) {
            if (!step.takesLong && nowNanos - step.startedNanos > TimeUnit.MILLISECONDS.toNanos(LONG_MILLIS)) {
                step.takesLong = true;
                longInside++;
            }
        }
        dispatch();
    }

    /** Steps that are inside the engine now. */
    synchronized int busy() {
        return inside.size();
    }

    /** Steps that wait for a worker. */
    synchronized int waiting() {
        return waitingCount;
    }

    /** Takes no more steps; those that wait are still run. */
    synchronized void close() {
        closed = true;
        shutDownWhenIdle();
    }

    private synchronized void enter(Step step) {
        if (closed) {
            throw new RejectedExecutionException("The engine is closed.");
        }
        step.order = step.enteredNanos + Math.min(step.lane.usedNanos, USE_LIMIT_NANOS);
        step.sequence = sequence++;
        await(step);
        dispatch();
    }

    private void dispatch() {
        while (hasRoom()) {
            Step step = next();
            inside.add(step);
            try {
                pool.execute(() -> work(step));
            } catch (RuntimeException | OutOfMemoryError noThread) {
                inside.remove(step);
                LOG.error("No thread for a step of a query; it waits for one that is there", noThread);
                await(step);
                return;
            }
        }
    }

    private void await(Step step) {
        PriorityQueue<Step> own = waiting.get(step.lane.user);
        if (own == null) {
            own = new PriorityQueue<>(Step.ORDER);
            waiting.put(step.lane.user, own);
            turns.add(step.lane.user);
        }
        own.add(step);
        waitingCount++;
    }

    private boolean hasRoom() {
        return waitingCount > 0 && inside.size() - longInside < workers && inside.size() < threads;
    }

    /** One thread: a step, and then whatever is next, so that a busy engine needs no hand-over. */
    private void work(Step first) {
        Step step = first;
        while (step != null) {
            step.run();
            step = leave(step);
        }
    }

    private Step next() {
        String user = turns.remove();
        PriorityQueue<Step> own = waiting.get(user);
        Step step = own == null ? null : own.poll();
        if (own == null || step == null) {
            throw new IllegalStateException("User " + user + " has a turn and no step.");
        }
        if (own.isEmpty()) {
            waiting.remove(user);
        } else {
            turns.add(user);
        }
        waitingCount--;
        return step;
    }

    private synchronized @Nullable Step leave(Step done) {
        inside.remove(done);
        if (done.takesLong) {
            longInside--;
        }
        Step own = null;
        if (hasRoom()) {
            own = next();
            inside.add(own);
        }
        dispatch();
        shutDownWhenIdle();
        return own;
    }

    private void shutDownWhenIdle() {
        if (closed && waitingCount == 0) {
            pool.shutdown();
        }
    }

    /** What one query hands in, and how long it has been inside so far: written by the step that runs, of which there is one. */
    private final class Lane implements Executor {

        private final String user;
        private volatile long usedNanos;

        Lane(String user) {
            this.user = user;
        }

        @Override
        public void execute(Runnable work) {
            enter(new Step(this, work, System.nanoTime()));
        }
    }

    private static final class Step {

        static final Comparator<Step> ORDER = (one, other) -> {
            long difference = one.order - other.order;
            return difference != 0 ? Long.signum(difference) : Long.compare(one.sequence, other.sequence);
        };

        private final Lane lane;
        private final Runnable work;
        private final long enteredNanos;
        private long order;
        private long sequence;
        private volatile long startedNanos;
        private boolean takesLong;

        Step(Lane lane, Runnable work, long enteredNanos) {
            this.lane = lane;
            this.work = work;
            this.enteredNanos = enteredNanos;
            this.startedNanos = enteredNanos;
        }

        void run() {
            startedNanos = System.nanoTime();
            try {
                work.run();
            } catch (RuntimeException | Error escaped) {
                LOG.error("A step of a query let a failure escape", escaped);
            } finally {
                lane.usedNanos += System.nanoTime() - startedNanos;
            }
        }
    }
}
