package io.dataprism.gateway;

import io.dataprism.core.engine.DiskSpace;
import io.dataprism.core.error.DataPrismException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.FileSystem;
import io.vertx.core.file.OpenOptions;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Streams bodies to files, as fast as the disk takes them, and never more than a few chunks in memory. */
final class Uploads {

    private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);

    private final GatewaySettings settings;

    Uploads(GatewaySettings settings) {
        this.settings = settings;
    }

    /**
     * Receives the body into a file and hands it to {@code use}. The file is gone afterwards, unless {@code use} has moved it.
     */
    <T> Future<T> receive(RoutingContext context, long limitBytes, Function<Path, Future<T>> use) {
        context.request().pause();
        FileSystem files = context.vertx().fileSystem();
        Path path = settings.uploadDirectory().resolve("upload-" + UUID.randomUUID());
        BodyWatch watch = new BodyWatch(context, limitBytes, settings.limits().bodyStall(), null);
        Future<T> outcome = files.mkdirs(settings.uploadDirectory().toString())
                .compose(v -> files.open(
                        path.toString(),
                        new OpenOptions().setWrite(true).setCreateNew(true).setPerms("rw-------")))
                .compose(file -> fill(watch, file))
                .compose(v -> use.apply(path));
        return outcome.recover(failure -> Future.failedFuture(
                        DiskSpace.isShort(failure) && !(failure instanceof DataPrismException)
                                ? DiskSpace.full(Bodies.operation(context), path, new IOException(failure))
                                : failure))
                .eventually(() -> delete(files, path));
    }

    private static Future<Void> fill(BodyWatch watch, AsyncFile file) {
        Promise<Void> filled = Promise.promise();
        file.exceptionHandler(watch::fail);
        watch.read(chunk -> write(watch, file, chunk))
                .onComplete(read -> file.close().onComplete(closed -> {
                    if (read.failed()) {
                        filled.fail(read.cause());
                    } else {
                        filled.handle(closed);
                    }
                }));
        return filled.future();
    }

    private static void write(BodyWatch watch, AsyncFile file, Buffer chunk) {
        file.write(chunk).onFailure(watch::fail);
        if (file.writeQueueFull()) {
            watch.pause();
            file.drainHandler(v -> watch.resume());
        }
    }

    private static Future<Void> delete(FileSystem files, Path path) {
        return files.exists(path.toString())
                .compose(there -> there ? files.delete(path.toString()) : Future.succeededFuture())
                .recover(failure -> {
                    LOG.warn("An upload could not be deleted {}", path, failure);
                    return Future.succeededFuture();
                });
    }
}
