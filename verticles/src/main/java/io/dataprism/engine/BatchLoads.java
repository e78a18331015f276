package io.dataprism.engine;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.engine.TableService.Format;
import io.dataprism.engine.TableService.Loaded;
import io.dataprism.engine.TableService.Mode;
import io.dataprism.plugin.Batch;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Tables out of batches: admitted for the current context first, then written to a file, then loaded. At most so many at once
 * for one owner. Nothing blocks.
 */
public final class BatchLoads {

    private static final int AT_ONCE = 4;

    private final Vertx vertx;
    private final TableService tables;
    private final Path folder;
    private final AtomicInteger open = new AtomicInteger();

    /** @param folder where files lie while they are loaded */
    public BatchLoads(Vertx vertx, TableService tables, Path folder) {
        this.vertx = vertx;
        this.tables = tables;
        this.folder = folder;
    }

    /**
     * Makes the next version of a table, all of it or nothing, on behalf of the current context.
     *
     * @param batches subscribed to where the caller may load; closed one by one
     * @param end subscribed to with them; emits why the load fails where its last batch has not come by then
     */
    public Future<Loaded> load(String name, Mode mode, Flux<Batch> batches, Mono<Throwable> end) {
        if (open.incrementAndGet() > AT_ONCE) {
            open.decrementAndGet();
            return Future.failedFuture(new DataPrismException(
                    ErrorCode.QUOTA_EXCEEDED,
                    "Table '" + name + "' would be load " + (AT_ONCE + 1) + " at once; " + AT_ONCE + " are the most.",
                    "Wait until one has ended."));
        }
        var files = vertx.fileSystem();
        return tables.admitLoad(name)
                .compose(admitted ->
                        BatchUpload.receive(vertx, folder, BatchUpload.Purpose.load(name), null, batches, end))
                .compose(file -> tables.load(name, mode, Format.ARROW_STREAM, file, null)
                        .eventually(() -> files.exists(file.toString())
                                .compose(left -> left ? files.delete(file.toString()) : Future.succeededFuture())
                                .otherwiseEmpty()))
                .onComplete(ended -> open.decrementAndGet());
    }
}
