package io.dataprism.core.dataset;

import io.dataprism.core.cluster.SharedMap;
import io.dataprism.core.cluster.UnnamedBlobs;
import io.dataprism.core.engine.TableName;
import io.dataprism.core.error.DataPrismException;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When {@link TableFollower} takes its steps: with each change that is heard of, some tables at a time, and with a look at
 * everything now and then. A table waits once, however often it changes, so that what waits is bounded by the tables. Only closing
 * blocks.
 */
final class FollowerThreads implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FollowerThreads.class);
    private static final int THREADS = 4;
    private static final int TIMERS = 2;
    private static final int IDLE_SECONDS = 10;
    private static final int CLOSE_SECONDS = 5;
    private static final int SHOW_MILLIS = 5;

    private final TableSharing sharing;
    private final TableViews views;
    private final BlobKeeping keeping;
    private final TableFollower follower;
    private final OldVersions oldVersions;
    private final Runnable sample;
    private final UnnamedBlobs unnamed;
    private final Set<String> waiting = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean toShow = new AtomicBoolean();
    private final ThreadPoolExecutor steps;
    private final ThreadPoolExecutor old;
    private final ScheduledExecutorService timers;
    private volatile boolean sampleDone;

    /** @param sample loads the sample table, where the cluster never had it; done again until it throws nothing */
    FollowerThreads(
            TableSharing sharing, TableViews views, BlobKeeping keeping, TablePublisher publisher, Runnable sample) {
        this.sharing = sharing;
        this.views = views;
        this.keeping = keeping;
        this.sample = sample;
        this.sampleDone = !sharing.sample();
        this.follower = new TableFollower(sharing, views, publisher, this::showSoon);
        this.oldVersions = new OldVersions(views, follower);
        this.unnamed = new UnnamedBlobs(sharing.timing().grace());
        this.steps = pool("table-follower", THREADS);
        this.old = pool("table-history", 1);
        this.timers = Executors.newScheduledThreadPool(TIMERS, threads("table-look"));
    }

    private static ThreadPoolExecutor pool(String name, int count) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                count, count, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads(name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static ThreadFactory threads(String name) {
        return Thread.ofPlatform().name(name + "-", 0).daemon().factory();
    }

    TableFollower follower() {
        return follower;
    }

    /** Begins. What the map has is waiting to be followed when this is back. */
    void start() {
        views.unshown().share();
        keeping.keepAlso(follower::wanted);
        views.catalog().all().forEach(entry -> oldVersions.add(entry.name()));
        sharing.tables().listen((name, value) -> {
            if (follower.heard(name, value)) {
                enqueue(name);
            }
        });
        showSoon();
        long look = sharing.timing().look().toMillis();
        timers.scheduleWithFixedDelay(() -> guarded(this::look), 0, look, TimeUnit.MILLISECONDS);
        long sweep = sharing.timing().sweep().toMillis();
        timers.scheduleWithFixedDelay(() -> guarded(this::sweep), sweep, sweep, TimeUnit.MILLISECONDS);
    }

    private void enqueue(String name) {
        if (waiting.add(name)) {
            try {
                steps.execute(() -> guarded(() -> {
                    waiting.remove(name);
                    follower.follow(name);
                    oldVersions.add(name);
                }));
            } catch (RejectedExecutionException closed) {
                waiting.remove(name);
            }
        }
    }

    private void look() {
        Map<String, SharedMap.Value> all = sharing.tables().all();
        all.forEach((name, value) -> {
            if (TableName.isLegal(name) && !follower.isApplied(name, value)) {
                enqueue(name);
            }
        });
        views.catalog().all().stream()
                .map(TableEntry::name)
                .filter(name -> !all.containsKey(name))
                .forEach(this::offer);
        if (!sampleDone) {
            sample.run();
            sampleDone = true;
        }
        if (oldVersions.isDue() && old.getActiveCount() == 0) {
            old.execute(() -> guarded(oldVersions::complete));
        }
        showSoon();
    }

    private void offer(String name) {
        try {
            follower.offer(name);
        } catch (DataPrismException e) {
            LOG.debug("Table {} could not be offered to the cluster; the next look tries again", name, e);
        }
    }

    private void sweep() {
        try {
            keeping.sweep(unnamed);
        } catch (IOException e) {
            LOG.warn("Blobs that nobody names could not be looked for", e);
        }
    }

    /** Says what queries see, once for changes that come together. */
    private void showSoon() {
        if (toShow.compareAndSet(false, true)) {
            try {
                timers.schedule(() -> guarded(this::show), SHOW_MILLIS, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException closed) {
                toShow.set(false);
            }
        }
    }

    private void show() {
        toShow.set(false);
        Map<String, Long> versions = new TreeMap<>();
        views.catalog().all().forEach(entry -> {
            if (!views.unshown().isUnopened(entry.name())) {
                versions.put(entry.name(), entry.newest().version());
            }
        });
        sharing.shown().show(versions);
    }

    /** A timer gives a task up that lets anything escape. */
    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error escaped) {
            LOG.warn("A look at the cluster's tables failed; the next one tries again", escaped);
        }
    }

    /** Ends what is under way, and waits for it, for {@value #CLOSE_SECONDS} s at most. */
    @Override
    public void close() {
        timers.shutdownNow();
        steps.shutdownNow();
        old.shutdownNow();
        try {
            boolean ended = timers.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)
                    && steps.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)
                    && old.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                LOG.warn("A look at the cluster's tables did not end in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
