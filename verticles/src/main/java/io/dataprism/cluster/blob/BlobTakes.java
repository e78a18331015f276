package io.dataprism.cluster.blob;

import io.dataprism.cluster.NodeCalls;
import io.dataprism.core.cluster.LocalBlobs;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/** Fetches files because other nodes ask for it, so that two have them. Answers when they are here; any thread. */
public final class BlobTakes {

    /** Asks a node to have a file: {@code kind}, {@code digest}, and {@code from}, the node that has it. */
    public static final String METHOD = "blobs.take";

    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final int WAITING = 64;

    private final PeerBlobFetcher fetcher;
    private final Map<String, LocalBlobs> kinds = new ConcurrentHashMap<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final WorkerExecutor workers;

    public BlobTakes(Vertx vertx, PeerBlobFetcher fetcher, BlobLimits limits) {
        this.fetcher = fetcher;
        this.workers = vertx.createSharedWorkerExecutor(
                "blob-takes", limits.fetches(), limits.total().toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Answers from now on. */
    public void serve(NodeCalls calls) {
        calls.serve(METHOD, this::take);
    }

    /** Takes files of a kind from now on. */
    public void serve(String kind, LocalBlobs blobs) {
        kinds.put(kind, blobs);
    }

    private Future<JsonObject> take(Caller caller, JsonObject body) {
        String kind = String.valueOf(body.getValue("kind"));
        String digest = String.valueOf(body.getValue("digest"));
        String from = String.valueOf(body.getValue("from"));
        LocalBlobs blobs = kinds.get(kind);
        if (!(caller.principal() instanceof Principal.Node) || caller.onBehalfOf() != null) {
            return Future.failedFuture(new DataPrismException(
                    ErrorCode.PERMISSION_DENIED,
                    "Files are taken for nodes alone, and " + caller.principal().uri() + " asks.",
                    "Nothing can be done from outside."));
        }
        if (blobs == null || !DIGEST.matcher(digest).matches()) {
            return Future.failedFuture(new DataPrismException(
                    ErrorCode.NOT_FOUND,
                    "This node keeps no file '" + digest.substring(0, Math.min(digest.length(), 64)) + "' of kind '"
                            + kind.substring(0, Math.min(kind.length(), 32)) + "'.",
                    "Ask a node that does."));
        }
        if (waiting.incrementAndGet() > WAITING) {
            waiting.decrementAndGet();
            return Future.failedFuture(new DataPrismException(
                    ErrorCode.OVERLOADED, "This node is asked to take too many files.", "Ask another node."));
        }
        return workers.executeBlocking(
                        () -> {
                            blobs.keep(digest); // first, so that what is here already stays
                            fetcher.take(kind, digest, blobs.place(digest), from);
                            return new JsonObject();
                        },
                        false)
                .onComplete(done -> waiting.decrementAndGet());
    }

    /** Ends it. */
    public Future<Void> close() {
        return workers.close();
    }
}
