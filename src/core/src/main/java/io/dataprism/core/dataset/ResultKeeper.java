package io.dataprism.core.dataset;

import io.dataprism.core.engine.KeepRequest;
import io.dataprism.core.engine.LoadedTable;
import io.dataprism.core.engine.OpenedQuery;
import io.dataprism.core.engine.QueryProblems;
import io.dataprism.core.engine.QueryRun;
import io.dataprism.core.engine.QuerySpec;
import io.dataprism.plugin.Batch;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Queries whose rows become tables: the query writes them into a file, as one of the open queries with all of their bounds, and
 * then the file is published like a load. Answers at once, on any thread.
 */
final class ResultKeeper {

    private final LiveDuckDb duckDb;
    private final Approval approval;
    private final Datasets datasets;
    private final ExportFolder exports;
    private final Map<String, KeptRun> runs = new ConcurrentHashMap<>();

    ResultKeeper(LiveDuckDb duckDb, Approval approval, Datasets datasets, ExportFolder exports) {
        this.duckDb = duckDb;
        this.approval = approval;
        this.datasets = datasets;
        this.exports = exports;
    }

    /** The run of that query where it is one to be kept, else null. Handed out once. */
    @Nullable
    QueryRun runOf(QuerySpec spec) {
        return runs.remove(spec.id());
    }

    /**
     * Runs and publishes.
     *
     * @param open opens the query, asking {@link #runOf} for its run
     * @param loader where publishing may block
     */
    CompletableFuture<LoadedTable> keep(
            KeepRequest request,
            Function<QuerySpec, CompletableFuture<OpenedQuery>> open,
            Function<Supplier<LoadedTable>, CompletableFuture<LoadedTable>> loader) {
        QuerySpec query = request.query();
        try {
            datasets.requireKeepable(request);
        } catch (RuntimeException refused) {
            return CompletableFuture.failedFuture(refused);
        }
        Path parquet = exports.file("kept-" + query.id());
        KeptRun run = new KeptRun(duckDb, approval, query, exports, parquet);
        if (runs.putIfAbsent(query.id(), run) != null) {
            return CompletableFuture.failedFuture(QueryProblems.idTaken(query.id()));
        }
        CompletableFuture<LoadedTable> done = new CompletableFuture<>();
        open.apply(query)
                .thenCompose(ResultKeeper::toEnd)
                .thenCompose(ended -> loader.apply(() -> datasets.keep(request, parquet, run.kept())))
                .whenComplete((loaded, failure) -> {
                    runs.remove(query.id());
                    if (failure == null) {
                        done.complete(loaded);
                    } else {
                        datasets.discard(parquet);
                        done.completeExceptionally(unwrapped(failure));
                    }
                });
        return done;
    }

    private static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    private static CompletableFuture<@Nullable Void> toEnd(OpenedQuery opened) {
        return opened.batches().doOnNext(Batch::close).then().toFuture();
    }
}
