package io.dataprism.cluster.blob;

import io.dataprism.cluster.Member;
import io.dataprism.cluster.Members;
import io.dataprism.core.cluster.BlobFetcher;
import io.dataprism.core.cluster.ClusterKey;
import io.dataprism.core.engine.DiskSpace;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Brings files here from the nodes that have them, some at a time, and each once, however many ask for it meanwhile. Blocks; on any
 * thread but event loops.
 */
public final class PeerBlobFetcher implements BlobFetcher, AutoCloseable {

    private static final long PAUSE_MILLIS = 100;
    private static final long PAUSE_LIMIT_MILLIS = 2_000;

    private final Members members;
    private final BlobLimits limits;
    private final BlobCounters counters;
    private final PieceRequest requests;
    private final Semaphore places;
    private final Semaphore placesForOthers;
    private final Map<Path, CompletableFuture<@Nullable Void>> underWay = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** @param tls as that of other nodes' servers; null: they have none */
    public PeerBlobFetcher(
            Vertx vertx,
            @Nullable PeerTls tls,
            ClusterKey key,
            Members members,
            BlobLimits limits,
            BlobCounters counters) {
        this.members = members;
        this.limits = limits;
        this.counters = counters;
        this.requests = new PieceRequest(vertx, tls, new PeerProof(key, InstantSource.system()), limits);
        this.places = new Semaphore(limits.fetches(), true);
        this.placesForOthers = new Semaphore(limits.fetches(), true);
    }

    @Override
    public void fetch(String kind, String digest, Path target) {
        fetch(kind, digest, target, "");
    }

    /**
     * The same, because another node waits until it is here: it has places of its own, so that it does not stand behind all that a node
     * fetches that has just joined.
     *
     * @param from the node that waits, which is asked first
     */
    void take(String kind, String digest, Path target, String from) {
        fetch(kind, digest, target, from);
    }

    private void fetch(String kind, String digest, Path target, String first) {
        if (Files.exists(target)) {
            return;
        }
        CompletableFuture<@Nullable Void> own = new CompletableFuture<>();
        CompletableFuture<@Nullable Void> other = underWay.putIfAbsent(target, own);
        if (other != null) {
            share(kind, digest, other);
            return;
        }
        try {
            fetchAlone(kind, digest, target, first);
            own.complete(null);
        } catch (Throwable failure) {
            own.completeExceptionally(failure);
            throw failure;
        } finally {
            underWay.remove(target, own);
        }
    }

    private void share(String kind, String digest, CompletableFuture<@Nullable Void> other) {
        try {
            other.get(limits.total().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof DataPrismException known) {
                throw known;
            }
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw BlobProblems.tooLong(kind, digest, limits);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw BlobProblems.ended(kind, digest);
        }
    }

    private void fetchAlone(String kind, String digest, Path target, String first) {
        long endNanos = System.nanoTime() + limits.total().toNanos();
        Semaphore kindOfPlaces = first.isEmpty() ? places : placesForOthers;
        try {
            if (!kindOfPlaces.tryAcquire(limits.total().toNanos(), TimeUnit.NANOSECONDS)) {
                throw BlobProblems.tooLong(kind, digest, limits);
            }
            try {
                if (!Files.exists(target)) { // it may have come between the look and the place
                    download(kind, digest, target, first, endNanos);
                }
            } finally {
                kindOfPlaces.release();
            }
        } catch (IOException e) {
            throw disk(kind, digest, target, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw BlobProblems.ended(kind, digest);
        }
    }

    private void download(String kind, String digest, Path target, String first, long endNanos)
            throws IOException, InterruptedException {
        try (BlobDownload download = new BlobDownload(digest, target, requests, counters, endNanos)) {
            boolean there = download.run(
                    () -> peers(first), BlobServer.PATH + kind + "/" + digest, round -> pause(round, endNanos));
            if (there) {
                return;
            }
            if (closed.getCount() == 0) {
                throw BlobProblems.ended(kind, digest);
            }
            if (System.nanoTime() - endNanos >= 0) {
                throw BlobProblems.tooLong(kind, digest, limits);
            }
            counters.nowhere.increment();
            throw BlobProblems.nowhere(kind, digest, download.said());
        }
    }

    /** All that serve files, in any order, so that not all ask the same; the one that is to be asked first in front. */
    private List<Member> peers(String first) {
        List<Member> peers = new ArrayList<>();
        String self = members.self().id();
        members.all().stream()
                .filter(member -> member.peer() != null && !member.id().equals(self))
                .forEach(peers::add);
        Collections.shuffle(peers);
        peers.sort((one, other) ->
                Boolean.compare(other.id().equals(first), one.id().equals(first)));
        return peers;
    }

    private boolean pause(int round, long endNanos) throws InterruptedException {
        long left = TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime());
        long pause = Math.min(left, Math.min(PAUSE_LIMIT_MILLIS, round * PAUSE_MILLIS));
        return pause > 0 && !closed.await(pause, TimeUnit.MILLISECONDS);
    }

    private static DataPrismException disk(String kind, String digest, Path target, IOException cause) {
        String operation = "Fetching the file " + digest + " of kind " + kind;
        if (DiskSpace.isShort(cause)) {
            return DiskSpace.full(operation, Objects.requireNonNull(target.getParent()), cause);
        }
        return new DataPrismException(
                ErrorCode.INTERNAL,
                operation + " failed on this node's disk.",
                "Check the space and the rights of the data folder; the node's log says more.",
                cause);
    }

    /** How many fetches are under way or wait. */
    public int underWay() {
        return underWay.size();
    }

    /** Ends what is under way; waits for nothing. */
    @Override
    public void close() {
        closed.countDown();
        requests.close();
    }
}
