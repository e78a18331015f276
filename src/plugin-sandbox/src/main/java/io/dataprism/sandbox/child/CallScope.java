package io.dataprism.sandbox.child;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Which of the host's calls the plugin is serving, so that what it asks for meanwhile is asked on that call's behalf. Known by
 * the thread that runs the operation, and by the Reactor context where the plugin's own operators change threads.
 */
final class CallScope {

    private static final String KEY = "dataprism.call";
    private static final ThreadLocal<@Nullable String> CURRENT = new ThreadLocal<>();

    private CallScope() {}

    static @Nullable String current() {
        return CURRENT.get();
    }

    /** The call of a context, or the one that was current when the request was put together. */
    static @Nullable String of(ContextView context, @Nullable String assembled) {
        return context.hasKey(KEY) ? context.get(KEY) : assembled;
    }

    static Context context(@Nullable String call) {
        return call == null ? Context.empty() : Context.of(KEY, call);
    }

    /** An executor whose tasks serve a call. */
    static Executor within(@Nullable String call, Executor executor) {
        return task -> executor.execute(() -> run(call, task));
    }

    static void run(@Nullable String call, Runnable task) {
        String before = CURRENT.get();
        CURRENT.set(call);
        try {
            task.run();
        } finally {
            CURRENT.set(before);
        }
    }
}
