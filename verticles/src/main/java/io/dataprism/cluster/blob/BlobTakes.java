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
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * Fetches files because other nodes ask for it, so that two have them. Who asks hears soon whether it is here, and asks again until it is:
 * so a message that the bus has lost costs seconds, not the time of the whole file. Any thread.
 */
public final class BlobTakes {

    /**
     * Asks a node to have a file: {@code kind}, {@code digest}, and {@code from}, the node that has it. The answer says {@value #HERE},
     * after {@link #WORD} at most; what is asked for again meanwhile is fetched once.
     */
    public static final String METHOD = "blobs.take";

    /** Whether the file is here; where it is not it is on its way. */
    static final String HERE = "here";

    /** Until there is a word. */
    static final Duration WORD = Duration.ofSeconds(2);

    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final int WAITING = 64;

    private final PeerBlobFetcher fetcher;
    private final Map<String, LocalBlobs> kinds = new ConcurrentHashMap<>();
    private final Map<String, Future<?>> underWay = new ConcurrentHashMap<>();
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
        String file = kind + "/" + digest;
        Future<?> fetch = underWay.get(file);
        if (fetch == null) {
            if (underWay.size() >= WAITING) {
                return Future.failedFuture(new DataPrismException(
                        ErrorCode.OVERLOADED, "This node is asked to take too many files.", "Ask another node."));
            }
            fetch = fetch(blobs, kind, digest, from);
            underWay.put(file, fetch);
            fetch.onComplete(done -> underWay.remove(file));
        }
        return word(fetch);
    }

    private Future<?> fetch(LocalBlobs blobs, String kind, String digest, String from) {
        return workers.executeBlocking(
                () -> {
                    blobs.keep(digest); // first, so that what is here already stays
                    fetcher.take(kind, digest, blobs.place(digest), from);
                    return digest;
                },
                false);
    }

    private static Future<JsonObject> word(Future<?> fetch) {
        return fetch.timeout(WORD.toMillis(), TimeUnit.MILLISECONDS)
                .map(here -> true)
                .recover(failure -> failure instanceof TimeoutException
                        ? Future.succeededFuture(false)
                        : Future.failedFuture(failure))
                .map(here -> new JsonObject().put(HERE, here));
    }

    /** Ends it. */
    public Future<Void> close() {
        return workers.close();
    }
}
