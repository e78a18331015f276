package io.dataprism.gateway;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.format.ResultWriter;
import io.dataprism.core.permission.Principal;
import io.dataprism.plugin.Batch;
import io.dataprism.plugin.TableInfo;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * The results that this node's gateway is writing: so many of one caller and so many in all, then {@code OVERLOADED}. For any
 * thread.
 */
final class OpenResults implements AutoCloseable {

    /** The slice that a result asks for, and the last one of a result that was left. */
    private static final int WAITING_PER_RESULT = 2;

    private final int limitOfCaller;
    private final int limitOfNode;
    private final Map<String, Integer> openOfCaller = new HashMap<>();
    private final FormatThreads formatters;
    private final Set<ResultAnswer> answers = ConcurrentHashMap.newKeySet();
    private volatile @Nullable DataPrismException ending;
    private int open;

    OpenResults(Limits limits) {
        this.limitOfCaller = limits.openQueryStreams();
        this.limitOfNode = limits.openQueryStreamsPerNode();
        this.formatters = new FormatThreads(WAITING_PER_RESULT * limitOfNode);
    }

    /**
     * Does what writes a result, in a place of the caller's that is free again when it is over.
     *
     * @throws DataPrismException {@code OVERLOADED} where there is no place
     */
    Future<Void> within(Principal.User caller, Supplier<Future<Void>> work) {
        enter(caller.uri());
        Future<Void> over;
        try {
            over = work.get();
        } catch (RuntimeException failure) {
            leave(caller.uri());
            throw failure;
        }
        return over.onComplete(done -> leave(caller.uri()));
    }

    private synchronized void enter(String caller) {
        int own = openOfCaller.getOrDefault(caller, 0);
        if (own >= limitOfCaller) {
            throw new DataPrismException(
                    ErrorCode.OVERLOADED,
                    "This node is writing " + own + " results to " + caller + " already, the limit of one caller.",
                    "Read some to their end, or leave them, and try again.");
        }
        if (open >= limitOfNode) {
            throw new DataPrismException(
                    ErrorCode.OVERLOADED,
                    "This node is writing " + open + " results already, which is its limit.",
                    "Try again when others have ended, or ask another node.");
        }
        open++;
        openOfCaller.put(caller, own + 1);
    }

    private synchronized void leave(String caller) {
        open--;
        openOfCaller.computeIfPresent(caller, (name, own) -> own == 1 ? null : own - 1);
    }

    /** How many there are. */
    synchronized int count() {
        return open;
    }

    /** Lets go of batches that nobody will read. */
    static void drop(Flux<Batch> batches) {
        batches.subscribe(Batch::close, failure -> {}).dispose();
    }

    /**
     * Writes batches as the answer. Call on the request's context.
     *
     * @param limit within which the client must have read all
     * @return succeeds when the answer is over, in whatever way; fails where the format cannot be given, and nothing was written
     */
    Future<Void> answer(
            RoutingContext context,
            ResultForm form,
            Schema schema,
            List<TableInfo.Column> columns,
            Flux<Batch> batches,
            Duration limit) {
        ResultWriter writer;
        try {
            writer = form.format().writer(schema, columns, form.compression());
        } catch (DataPrismException refused) {
            drop(batches);
            return Future.failedFuture(refused);
        }
        Promise<Void> over = Promise.promise();
        ResultAnswer answer = new ResultAnswer(context, form, writer, formatters, limit, over::tryComplete);
        answers.add(answer);
        answer.answer(batches);
        DataPrismException reason = ending;
        if (reason != null) {
            answer.endEarly(reason);
        }
        return over.future().onComplete(gone -> answers.remove(answer));
    }

    /** Ends every result that is being written, and each that comes after, with a failure that its form can tell. Any thread. */
    void endEarly(DataPrismException reason) {
        ending = reason;
        answers.forEach(answer -> answer.endEarly(reason));
    }

    /** After the last result. */
    @Override
    public void close() {
        formatters.close();
    }
}
