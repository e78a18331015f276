package io.dataprism.cluster.blob;

import io.dataprism.core.cluster.BlobFetcher;
import io.dataprism.core.cluster.UnnamedBlobs;
import io.dataprism.core.error.DataPrismException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that this node has the packages that the catalog names, and after a time of grace no others: when it is told of a change,
 * and now and then. What waits is bounded by what is named. Any thread; only closing blocks.
 */
public final class PackageKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PackageKeeper.class);
    private static final int THREADS = 4;
    private static final int IDLE_SECONDS = 10;
    private static final int CLOSE_SECONDS = 5;

    private final PackageBlobs packages;
    private final BlobFetcher fetcher;
    private final Supplier<Set<String>> digests;
    private final UnnamedBlobs unnamed;
    private final Set<String> waiting = ConcurrentHashMap.newKeySet();
    private final Map<String, String> problems = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor fetches;
    private final ScheduledExecutorService looks;

    /**
     * Begins.
     *
     * @param digests all that are named now; may block for a moment
     * @param look between two looks
     * @param grace how long a package is kept that nobody names
     */
    public PackageKeeper(
            PackageBlobs packages, BlobFetcher fetcher, Supplier<Set<String>> digests, Duration look, Duration grace) {
        this.packages = packages;
        this.fetcher = fetcher;
        this.digests = digests;
        this.unnamed = new UnnamedBlobs(grace);
        this.fetches = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                threads("package-fetch"));
        this.fetches.allowCoreThreadTimeOut(true);
        this.looks = Executors.newSingleThreadScheduledExecutor(threads("package-look"));
        looks.scheduleWithFixedDelay(this::look, 0, look.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static ThreadFactory threads(String name) {
        return Thread.ofPlatform().name(name + "-", 0).daemon().factory();
    }

    /** The catalog has changed. */
    public void changed() {
        try {
            looks.execute(this::look);
        } catch (RejectedExecutionException closed) {
            LOG.debug("The catalog has changed after its packages were looked after", closed);
        }
    }

    /** Why packages are not here that should be, by digest. */
    public Map<String, String> problems() {
        return new TreeMap<>(problems);
    }

    private void look() {
        try {
            Set<String> named = digests.get();
            problems.keySet().retainAll(named);
            for (String digest : named) {
                if (!Files.exists(packages.place(digest)) && waiting.add(digest)) {
                    fetches.execute(() -> fetch(digest));
                }
            }
            sweep(named);
        } catch (RuntimeException | IOException failure) {
            LOG.warn("A look at the packages failed; the next one tries again", failure);
        }
    }

    private void fetch(String digest) {
        try {
            fetcher.fetch(PackageBlobs.KIND, digest, packages.place(digest));
            problems.remove(digest);
        } catch (DataPrismException absent) {
            if (!absent.detail().equals(problems.put(digest, absent.detail()))) {
                LOG.warn("A package is not here: {}", absent.detail(), absent.getCause());
            }
        } catch (RuntimeException failure) {
            LOG.warn("Package {} could not be fetched; the next look tries again", digest, failure);
        } finally {
            waiting.remove(digest);
        }
    }

    private void sweep(Set<String> named) throws IOException {
        Map<String, Path> files = packages.files();
        files.keySet().removeAll(named);
        files.keySet().removeIf(packages::isHeld);
        files.keySet().retainAll(unnamed.due(files.keySet(), System.nanoTime()));
        for (Map.Entry<String, Path> each : files.entrySet()) {
            LOG.info("Package {} is named by nobody and deleted", each.getKey());
            Files.deleteIfExists(each.getValue());
        }
    }

    /** Ends what is under way, and waits for it, for {@value #CLOSE_SECONDS} s at most. */
    @Override
    public void close() {
        looks.shutdownNow();
        fetches.shutdownNow();
        try {
            if (!looks.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)
                    || !fetches.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("A look at the packages did not end in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
