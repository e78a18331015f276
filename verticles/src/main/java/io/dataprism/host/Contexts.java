package io.dataprism.host;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Crossing from one context to another, and between futures and reactive types. */
final class Contexts {

    private Contexts() {}

    /** Runs a task on another context; the future completes on the current one. */
    static <T extends @Nullable Object> Future<T> run(Vertx vertx, Context target, Callable<Future<T>> task) {
        Promise<T> promise = ((ContextInternal) vertx.getOrCreateContext()).promise();
        try {
            target.runOnContext(go -> {
                try {
                    task.call().onComplete(promise::complete, promise::fail);
                } catch (Exception | Error failure) {
                    promise.fail(failure);
                }
            });
        } catch (RejectedExecutionException ended) {
            promise.fail(HostProblems.stopping());
        }
        return promise.future();
    }

    /** Subscribes at once; completes on the current context. */
    static <T> Future<T> future(Vertx vertx, Mono<T> mono, Duration limit) {
        return Future.fromCompletionStage(mono.timeout(limit).toFuture(), vertx.getOrCreateContext());
    }

    /**
     * The same, for one that {@code cancels} can stop.
     *
     * @param first made of the value, on the thread that it comes on; whoever waits for the future finds it done
     * @param then done there when the future's context has been told
     */
    static <T> Future<T> future(
            Vertx vertx, Mono<T> mono, Duration limit, Consumer<Runnable> cancels, Consumer<T> first, Runnable then) {
        Promise<T> promise = ((ContextInternal) vertx.getOrCreateContext()).promise();
        Disposable waiting = mono.timeout(limit)
                .subscribe(
                        value -> {
                            first.accept(value);
                            promise.tryComplete(value);
                            then.run();
                        },
                        promise::tryFail,
                        promise::tryComplete);
        cancels.accept(() -> {
            waiting.dispose();
            promise.tryFail(new CancellationException("Nobody waits for it any more."));
        });
        return promise.future();
    }

    /** A future as a {@link Mono}, made on a context of Vert.x. */
    static <T> Mono<T> mono(Context context, Callable<Future<T>> task) {
        return Mono.create(sink -> context.runOnContext(go -> {
            try {
                task.call().onComplete(sink::success, sink::error);
            } catch (Exception | Error failure) {
                sink.error(failure);
            }
        }));
    }

    /** Frees a source that nobody subscribed to. */
    static void discard(Flux<?> source) {
        source.subscribe(ignored -> {}, ignored -> {}, () -> {}, subscription -> subscription.cancel());
    }
}
