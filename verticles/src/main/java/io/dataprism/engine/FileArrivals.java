package io.dataprism.engine;

import io.dataprism.core.engine.DiskSpace;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.plugin.Batch;
import io.dataprism.stream.StreamEndpoint;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.arrow.vector.VarBinaryVector;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/**
 * Files that nodes without an engine send to this one's, in pieces: at most {@value #AT_ONCE} at a time, each written by workers, a piece
 * at a time. One that nobody takes within a minute of its last piece is deleted, and so is one whose sender is lost.
 */
final class FileArrivals {

    static final int AT_ONCE = 16;

    private static final int WRITERS = 2;
    private static final long TAKEN_WITHIN_MILLIS = 60_000;

    private final Vertx vertx;
    private final StreamEndpoint streams;
    private final Path folder;
    private final WorkerExecutor writers;
    private final Map<String, Arrival> byId = new ConcurrentHashMap<>();

    /** Made in a verticle, with which its workers end. @param folder for these files alone; made where it is not there */
    FileArrivals(Vertx vertx, StreamEndpoint streams, Path folder) {
        this.vertx = vertx;
        this.streams = streams;
        this.folder = folder;
        // not those that answer for the engine, which would wait for disks
        this.writers = vertx.createSharedWorkerExecutor("engine-arrivals", WRITERS);
    }

    /** Begins to receive a file: {@code {upload, stream}}. Call on a context. */
    JsonObject open() {
        if (byId.size() >= AT_ONCE) {
            throw new DataPrismException(
                    ErrorCode.OVERLOADED,
                    AT_ONCE + " files for the engine of this node are under way already.",
                    "Try again when one has ended.");
        }
        String id = UUID.randomUUID().toString();
        StreamEndpoint.Inbound inbound = streams.open();
        Arrival arrival = new Arrival(folder.resolve(id));
        byId.put(id, arrival);
        arrival.whole.future().onComplete(done -> vertx.setTimer(TAKEN_WITHIN_MILLIS, late -> drop(id)));
        inbound.batches().subscribe(arrival);
        return new JsonObject().put("upload", id).put("stream", inbound.descriptor());
    }

    private void drop(String id) {
        Arrival left = byId.remove(id);
        if (left != null) {
            left.delete();
        }
    }

    /** A file once it is whole; whoever gets it deletes it. */
    Future<Path> take(String id) {
        Arrival arrival = byId.remove(id);
        return arrival == null
                ? Future.failedFuture(new DataPrismException(
                        ErrorCode.NODE_LOST, "The file that was sent before is not here.", "Send it again."))
                : arrival.whole.future();
    }

    /** A file that is coming. */
    private final class Arrival extends BaseSubscriber<Batch> {
        private final Path file;
        private final Promise<Path> whole = Promise.promise();
        private Future<?> written;

        Arrival(Path file) {
            this.file = file;
            this.written = writers.executeBlocking(this::create, false);
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            subscription.request(2);
        }

        @Override
        protected synchronized void hookOnNext(Batch batch) {
            written = written.transform(before -> {
                        if (before.failed()) {
                            batch.close();
                            return Future.failedFuture(before.cause());
                        }
                        return writers.executeBlocking(() -> append(batch), false);
                    })
                    .onSuccess(done -> request(1))
                    .onFailure(this::giveUp);
        }

        @Override
        protected synchronized void hookOnComplete() {
            written.onComplete(done -> whole.tryComplete(file), this::giveUp);
        }

        @Override
        protected synchronized void hookOnError(Throwable failure) {
            written.onComplete(done -> giveUp(failure));
        }

        private void giveUp(Throwable failure) {
            cancel();
            delete();
            whole.tryFail(
                    failure instanceof IOException full && DiskSpace.isShort(full)
                            ? DiskSpace.full("Receiving a file for the engine", file, full)
                            : failure);
        }

        void delete() {
            writers.executeBlocking(() -> Files.deleteIfExists(file), false);
        }

        private boolean create() throws IOException {
            Files.createDirectories(folder);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            return true;
        }

        private boolean append(Batch batch) throws IOException {
            try (batch;
                    FileChannel to =
                            FileChannel.open(file, Set.of(StandardOpenOption.WRITE, StandardOpenOption.APPEND))) {
                VarBinaryVector pieces = (VarBinaryVector) batch.root().getVector(0);
                for (int row = 0; row < batch.rowCount(); row++) {
                    var piece = ByteBuffer.wrap(pieces.get(row));
                    while (piece.hasRemaining()) {
                        to.write(piece);
                    }
                }
            }
            return true;
        }
    }
}
