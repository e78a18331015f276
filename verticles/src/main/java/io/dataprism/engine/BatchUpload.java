package io.dataprism.engine;

import io.dataprism.core.engine.DiskSpace;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.format.ByteSink;
import io.dataprism.core.format.ResultFormat;
import io.dataprism.core.format.ResultWriter;
import io.dataprism.plugin.Batch;
import io.dataprism.plugin.TableInfo;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Batches as a file that the engine can load. Written by workers, one batch at a time and {@value #AHEAD} at most in memory; a
 * source that fails leaves no file.
 */
final class BatchUpload extends BaseSubscriber<Batch> {

    private static final int AHEAD = 4;
    private static final long LIMIT_BYTES = 4L << 30;

    private final Vertx vertx;
    private final Path file;
    private final Purpose purpose;
    private final @Nullable Schema schema;
    private final Mono<Throwable> end;
    private final Disposable.Swap ending = Disposables.swap();
    private final Promise<Path> whole = Promise.promise();
    private Future<?> written = Future.succeededFuture();
    private @Nullable FileChannel channel;
    private @Nullable ResultWriter writer;

    /**
     * What the file is for, in the words of its failures.
     *
     * @param work as in "{work}: the disk is full"
     * @param sent as in "nothing was sent {sent}"
     * @param less what to do where it is too much
     */
    record Purpose(String work, String sent, String less) {

        static Purpose load(String table) {
            return new Purpose(
                    "the load of table '" + table + "'",
                    "to load into table '" + table + "'",
                    "Load the first part, then the others with the mode APPEND.");
        }

        static Purpose export(String title) {
            return new Purpose(
                    "Writing " + title,
                    "to write " + title,
                    "Ask for less, or for application/vnd.apache.arrow.stream, which needs no file.");
        }
    }

    private BatchUpload(Vertx vertx, Path folder, Purpose purpose, @Nullable Schema schema, Mono<Throwable> end) {
        this.vertx = vertx;
        this.purpose = purpose;
        this.schema = schema;
        this.end = end;
        this.file = folder.resolve("batches-" + UUID.randomUUID());
    }

    /**
     * Subscribes, and answers the file once it is whole; whoever gets it deletes it. Nothing blocks.
     *
     * @param folder made where it is not there
     * @param schema of the batches, where there need be none; null: at least one must come
     * @param end emits why it fails where the last batch has not come by then
     */
    static Future<Path> receive(
            Vertx vertx,
            Path folder,
            Purpose purpose,
            @Nullable Schema schema,
            Flux<Batch> batches,
            Mono<Throwable> end) {
        BatchUpload upload = new BatchUpload(vertx, folder, purpose, schema, end);
        batches.subscribe(upload);
        return upload.whole.future().onComplete(over -> upload.ending.dispose());
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        ending.update(end.subscribe(this::endEarly));
        subscription.request(AHEAD);
    }

    /** Unless the last batch has come. Those that are on their way here are closed, as after any failure. */
    private synchronized void endEarly(Throwable reason) {
        if (!isDisposed()) {
            cancel();
            written = written.compose(before -> Future.failedFuture(reason)).onFailure(this::giveUp);
        }
    }

    @Override
    protected synchronized void hookOnNext(Batch batch) {
        written = written.transform(before -> {
                    if (before.failed()) {
                        batch.close();
                        return Future.failedFuture(before.cause());
                    }
                    return vertx.executeBlocking(() -> write(batch), false);
                })
                .onSuccess(done -> request(1))
                .onFailure(this::giveUp);
    }

    @Override
    protected synchronized void hookOnComplete() {
        written.compose(before -> vertx.executeBlocking(this::finish, false))
                .onComplete(whole::tryComplete, this::giveUp);
    }

    @Override
    protected synchronized void hookOnError(Throwable failure) {
        written.onComplete(before -> giveUp(failure));
    }

    private void giveUp(Throwable failure) {
        cancel();
        Throwable told = failure instanceof IOException full && DiskSpace.isShort(full)
                ? DiskSpace.full(purpose.work(), file, full)
                : failure;
        vertx.executeBlocking(
                        () -> {
                            FileChannel open = channel;
                            if (open != null) {
                                open.close();
                            }
                            return Files.deleteIfExists(file);
                        },
                        false)
                .onComplete(gone -> whole.tryFail(told));
    }

    private @Nullable Void write(Batch batch) throws IOException {
        try (batch) {
            ByteSink bytes = new ByteSink(1 << 16);
            ResultWriter to = writer;
            if (to == null) {
                to = begun(batch.schema(), bytes);
            }
            to.rows(bytes, batch, 0, Integer.MAX_VALUE);
            append(bytes.take());
            return null;
        }
    }

    private ResultWriter begun(Schema columns, ByteSink bytes) {
        ResultWriter begun = ResultFormat.ARROW_STREAM.writer(
                columns,
                columns.getFields().stream()
                        .map(field -> new TableInfo.Column(field.getName(), ""))
                        .toList());
        writer = begun;
        begun.begin(bytes);
        return begun;
    }

    private Path finish() throws IOException {
        ByteSink bytes = new ByteSink(64);
        ResultWriter to = writer;
        if (to == null) {
            Schema known = schema;
            if (known == null) {
                throw new DataPrismException(
                        ErrorCode.DATA_INVALID,
                        "Nothing was sent " + purpose.sent() + ", not even columns.",
                        "Send at least one batch; it may have no rows.");
            }
            to = begun(known, bytes);
        }
        to.end(bytes);
        append(bytes.take());
        open().close();
        return file;
    }

    private void append(ByteBuffer bytes) throws IOException {
        FileChannel to = open();
        if (to.position() + bytes.remaining() > LIMIT_BYTES) {
            throw new DataPrismException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "More than " + LIMIT_BYTES + " bytes were sent " + purpose.sent() + ".",
                    purpose.less());
        }
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    private FileChannel open() throws IOException {
        FileChannel open = channel;
        if (open == null) {
            Files.createDirectories(file.getParent());
            open = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            channel = open;
        }
        return open;
    }
}
