package io.dataprism.host;

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
 * threads of its own, {@code plugin-changes} and {@code plugin-notes}, while the reconciler goes on. Call on the reconciler's context; all completes on it.
 */
final class CatalogChanges {

    private static final Logger LOG = LoggerFactory.getLogger(CatalogChanges.class);
    private static final int AT_ONCE = 4;
    private static final Duration END_LIMIT = Duration.ofSeconds(5);

    private final WorkerExecutor threads;
    private final WorkerExecutor notes;
    private final Runnable after;
    private final Set<Future<?>> underWay = ConcurrentHashMap.newKeySet();
    private boolean closed;

    /** @param after done after each change of a plugin, on the context that it was asked for on */
    CatalogChanges(Vertx vertx, Runnable after) {
        this.threads = vertx.createSharedWorkerExecutor("plugin-changes", AT_ONCE);
        this.notes = vertx.createSharedWorkerExecutor("plugin-notes", 1);
        this.after = after;
    }

    /** Changes a plugin's entry. Before that is over no pass of the reconciler begins anything for this plugin; what was begun goes on. */
    <T> Future<T> make(PluginInstance instance, Callable<T> change) {
        instance.beginSharing();
        return run(threads, change).onComplete(over -> {
            instance.endSharing();
            after.run();
        });
    }

    /** Asks the cluster for something. */
    <T> Future<T> ask(Callable<T> question) {
        return run(threads, question);
    }

    /** Tells other nodes something, after what they were to be told before; nobody waits for it. */
    void note(Runnable note) {
        run(notes, () -> {
                    note.run();
                    return true;
                })
                .onFailure(failure -> LOG.error("Other nodes are not told what became of a plugin", failure));
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

    private <T> Future<T> run(WorkerExecutor executor, Callable<T> task) {
        if (closed) {
            return Future.failedFuture(HostProblems.stopping());
        }
        Future<T> done = executor.executeBlocking(task, false);
        underWay.add(done);
        return done.onComplete(over -> underWay.remove(done));
    }

    /** Takes no more; completes when what was taken is done with, or a while later. */
    Future<Void> close() {
        closed = true;
        return Future.join(List.copyOf(underWay))
                .timeout(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .transform(over -> {
                    if (!underWay.isEmpty()) {
                        LOG.warn(
                                "{} changes of plugins end with this node, and may not have been made",
                                underWay.size());
                    }
                    return Future.join(threads.close(), notes.close());
                })
                .mapEmpty();
    }
}
