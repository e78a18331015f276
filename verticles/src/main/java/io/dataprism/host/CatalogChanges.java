package io.dataprism.host;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the reconciler has the cluster keep. That waits for other nodes, and for seconds when one of them is lost just then: so it is done on
 * threads of its own, {@code plugin-changes}, while the reconciler goes on. Call on the reconciler's context; all completes on it.
 */
final class CatalogChanges {

    private static final Logger LOG = LoggerFactory.getLogger(CatalogChanges.class);
    private static final int AT_ONCE = 4;
    private static final Duration END_LIMIT = Duration.ofSeconds(5);

    private final WorkerExecutor threads;
    private final Runnable after;
    private final Set<Future<?>> underWay = ConcurrentHashMap.newKeySet();
    private boolean closed;

    /** @param after done after each change of a plugin, on the context that it was asked for on */
    CatalogChanges(Vertx vertx, Runnable after) {
        this.threads = vertx.createSharedWorkerExecutor("plugin-changes", AT_ONCE);
        this.after = after;
    }

    /** Changes a plugin's entry. Before that is over no pass of the reconciler begins anything for this plugin; what was begun goes on. */
    <T> Future<T> make(PluginInstance instance, Callable<T> change) {
        instance.beginSharing();
        return run(change, false).onComplete(over -> {
            instance.endSharing();
            after.run();
        });
    }

    /** Asks the cluster for something. */
    <T> Future<T> ask(Callable<T> question) {
        return run(question, false);
    }

    /** Writes something down, after what was to be written down before; nobody waits for it. */
    void note(Runnable note) {
        run(
                        () -> {
                            note.run();
                            return true;
                        },
                        true)
                .onFailure(failure -> LOG.error("What became of a plugin is not written down", failure));
    }

    /** After a change was taken back: why it was. That it could not be is told here, since nobody else is told. */
    static <S, T> Function<AsyncResult<S>, Future<T>> takenBack(String plugin, Throwable failure) {
        return back -> {
            if (back.failed()) {
                LOG.warn(
                        "The change of plugin {} that failed ({}) stays in the catalog, from which it could not be taken back",
                        plugin,
                        failure.getMessage(),
                        back.cause());
            }
            return Future.failedFuture(failure);
        };
    }

    private <T> Future<T> run(Callable<T> task, boolean ordered) {
        if (closed) {
            return Future.failedFuture(new DataPrismException(
                    ErrorCode.DRAINING, "This node is stopping, and changes nothing more.", "Ask another node."));
        }
        Future<T> done = threads.executeBlocking(task, ordered);
        underWay.add(done);
        return done.onComplete(over -> underWay.remove(done));
    }

    /** Takes no more; completes when what was taken is done with, or a while later. */
    Future<Void> close() {
        closed = true;
        return Future.join(List.copyOf(underWay))
                .timeout(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .otherwiseEmpty()
                .compose(over -> threads.close());
    }
}
