package io.dataprism.gateway;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.format.ResultFormat;
import io.dataprism.engine.QueryService;
import io.dataprism.engine.QueryService.Export;
import io.dataprism.host.PluginService.Outcome;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import reactor.core.publisher.Sinks;

/**
 * Datasets of plugins as answers: in each form that a query has. Batch by batch as they come, but for Parquet, which the engine
 * writes once all of them have come.
 *
 * @param folder where batches wait until they have
 */
record DatasetAnswers(OpenResults results, QueryService queries, Path folder) {

    /** For the whole of a dataset; an operation has a deadline of its own. */
    private static final Duration READ_LIMIT = Duration.ofMinutes(10);

    /**
     * Writes the answer. Call on the request's context.
     *
     * @return succeeds when it is over; fails where nothing was written yet
     */
    Future<Void> answer(RoutingContext context, ResultForm form, Outcome.Dataset dataset) {
        try {
            return results.within(
                    Access.user(context),
                    () -> form.format() == ResultFormat.PARQUET
                            ? asParquet(context, form, dataset)
                            : results.answer(
                                    context, form, dataset.schema(), dataset.columns(), dataset.batches(), READ_LIMIT));
        } catch (DataPrismException full) {
            OpenResults.drop(dataset.batches());
            throw full;
        }
    }

    private Future<Void> asParquet(RoutingContext context, ResultForm form, Outcome.Dataset dataset) {
        Sinks.One<Throwable> end = Sinks.one();
        Export export = new Export(
                UUID.randomUUID().toString(),
                "the dataset of " + Bodies.operation(context) + " as Parquet",
                Access.user(context).sub(),
                dataset.schema(),
                dataset.batches(),
                end.asMono(),
                folder,
                READ_LIMIT);
        return Departure.watch(context, queries.export(export), () -> {
                    end.tryEmitValue(new DataPrismException(
                            ErrorCode.QUERY_NOT_FOUND, "Nobody waits for the dataset any more.", "Ask again."));
                    return Access.asNode(() -> queries.cancel(export.id()));
                })
                .compose(result ->
                        results.answer(context, form, result.schema(), result.columns(), result.batches(), READ_LIMIT));
    }
}
