package io.dataprism.host;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is waited for until nodes say that it holds. Looked at when something has changed, and always on one context. */
final class Awaited {

    private final Vertx vertx;
    private final Context context;
    private final Set<Waiting<?>> all = ConcurrentHashMap.newKeySet();

    /** @param context that questions are asked on */
    Awaited(Vertx vertx, Context context) {
        this.vertx = vertx;
        this.context = context;
    }

    /**
     * Waits for an answer, on the caller's context.
     *
     * @param question null: not yet; what it throws is the failure
     * @param limit after that: {@link TimeoutException}
     */
    <T> Future<T> until(Supplier<@Nullable T> question, Duration limit) {
        Promise<T> promise = ((ContextInternal) vertx.getOrCreateContext()).promise();
        Waiting<T> waiting = new Waiting<>(question, promise);
        all.add(waiting);
        long timer = vertx.setTimer(
                Math.max(1, limit.toMillis()), late -> promise.tryFail(new TimeoutException("nobody said so in time")));
        Future<T> answer = promise.future().onComplete(done -> {
            all.remove(waiting);
            vertx.cancelTimer(timer);
        });
        context.runOnContext(go -> waiting.look());
        return answer;
    }

    /** Something has changed. On the context. */
    void look() {
        all.forEach(Waiting::look);
    }

    private record Waiting<T>(Supplier<@Nullable T> question, Promise<T> promise) {

        void look() {
            try {
                T answer = question.get();
                if (answer != null) {
                    promise.tryComplete(answer);
                }
            } catch (RuntimeException failure) {
                promise.tryFail(failure);
            }
        }
    }
}
