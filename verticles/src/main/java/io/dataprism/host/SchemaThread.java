package io.dataprism.host;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.TimeUnit;

/**
 * One thread for each plugin, for the patterns of its schemas: one that never ends keeps this plugin's checks waiting and
 * nobody else's.
 */
final class SchemaThread {

    private static final long SETTINGS_SECONDS = 2;

    private SchemaThread() {}

    /** The plugin's own; whoever gets it closes it, and it ends with the last of them. */
    static WorkerExecutor of(Vertx vertx, String plugin) {
        return vertx.createSharedWorkerExecutor("dataprism-schema-" + plugin, 1);
    }

    /** Checks settings there, which takes 2 s at most: {@code PLUGIN_TIMEOUT}, and what the check throws. */
    static Future<Void> checkSettings(Vertx vertx, String plugin, Runnable check) {
        WorkerExecutor own = of(vertx, plugin);
        return own.<Void>executeBlocking(
                        () -> {
                            check.run();
                            return null;
                        },
                        false)
                .timeout(SETTINGS_SECONDS, TimeUnit.SECONDS)
                .onComplete(done -> own.close())
                .recover(failure -> Future.failedFuture(
                        HostProblems.named(failure, plugin, "let its settings be checked by its schema")));
    }
}
