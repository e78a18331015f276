package io.dataprism.gateway;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.format.ResultWriter;
import io.dataprism.plugin.Batch;
import io.dataprism.plugin.TableInfo;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.vector.types.pojo.Schema;
import reactor.core.publisher.Flux;

/** The results that this node's gateway is writing: so many at a time, then {@code OVERLOADED}. For any thread. */
final class OpenResults implements AutoCloseable {

    /** More than one, for the limit is looked at before a result is counted. */
    private static final int WAITING_PER_RESULT = 16;

    private final int limit;
    private final AtomicInteger open = new AtomicInteger();
    private final FormatThreads formatters;

    OpenResults(int limit) {
        this.limit = limit;
        this.formatters = new FormatThreads(WAITING_PER_RESULT * limit);
    }

    /**
     * @throws DataPrismException {@code OVERLOADED} where there are as many as there may be
     */
    void admit() {
        if (open.get() >= limit) {
            throw new DataPrismException(
                    ErrorCode.OVERLOADED,
                    "This node is writing " + limit + " results already, which is its limit.",
                    "Try again when others have ended, or ask another node.");
        }
    }

    /** How many there are. */
    int count() {
        return open.get();
    }

    /** Writes batches as the answer. Call on the request's context. Succeeds when the answer is over, in whatever way. */
    Future<Void> answer(
            RoutingContext context,
            ResultForm form,
            Schema schema,
            List<TableInfo.Column> columns,
            Flux<Batch> batches) {
        ResultWriter writer;
        try {
            writer = form.format().writer(schema, columns, form.compression());
        } catch (DataPrismException refused) {
            batches.subscribe(Batch::close, failure -> {}).dispose();
            Answers.problem(context, refused);
            return Future.succeededFuture();
        }
        open.incrementAndGet();
        Promise<Void> over = Promise.promise();
        over.future().onComplete(v -> open.decrementAndGet());
        new ResultAnswer(context, form, writer, formatters, over::tryComplete).answer(batches);
        return over.future();
    }

    /** After the last result. */
    @Override
    public void close() {
        formatters.close();
    }
}
