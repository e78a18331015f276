package io.dataprism.host;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.manifest.Manifest;
import io.dataprism.core.manifest.OperationSpec;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks what goes into a plugin's operations and what comes out, on a thread of this plugin's own: a schema with a pattern that
 * never ends stops this plugin's calls and nobody else's. Used on the verticle's context.
 */
final class OperationSchemas {

    private static final int CHECKS_LIMIT = 256;

    private final Vertx vertx;
    private final String plugin;
    private final Map<String, SchemaCheck> params = new HashMap<>();
    private final Map<String, SchemaCheck> results = new HashMap<>();
    private @Nullable WorkerExecutor checks;
    private int waiting;

    OperationSchemas(Vertx vertx, Manifest manifest) {
        this.vertx = vertx;
        this.plugin = manifest.name();
        for (OperationSpec operation : manifest.operations()) {
            params.put(operation.name(), new SchemaCheck(operation.params()));
            if (operation.kind() == OperationSpec.Kind.VALUE) {
                results.put(operation.name(), new SchemaCheck(operation.result()));
            }
        }
    }

    /** {@code REQUEST_INVALID} with every problem. */
    Future<Void> checkParams(CallRequest request, Duration limit) {
        if (!request.hasParams()) {
            return Future.succeededFuture();
        }
        String operation = request.operation().name();
        return check(
                params.get(operation),
                "params",
                limit,
                schema -> schema.check(request.params(), ErrorCode.REQUEST_INVALID, "The params of " + operation));
    }

    /** {@code PLUGIN_FAILED}, naming the path and the rule. @param result a JSON value of Vert.x's */
    Future<Void> checkResult(String operation, @Nullable Object result, Duration limit) {
        return check(results.get(operation), "result", limit, schema -> schema.checkResult(result, plugin, operation));
    }

    /** Whether a result of that operation is checked without waiting. Any thread. */
    boolean checksResultAtOnce(String operation) {
        SchemaCheck schema = results.get(operation);
        return schema == null || schema.simple();
    }

    /** Checks a result at once, where {@link #checksResultAtOnce}; any thread. */
    boolean fits(String operation, @Nullable Object result) {
        SchemaCheck schema = results.get(operation);
        return schema == null || schema.fits(result, "The result of " + operation);
    }

    private Future<Void> check(@Nullable SchemaCheck schema, String what, Duration limit, Consumer<SchemaCheck> check) {
        if (schema == null || schema.anything()) {
            return Future.succeededFuture();
        }
        if (schema.simple()) {
            return atOnce(schema, check);
        }
        if (waiting >= CHECKS_LIMIT) {
            return Future.failedFuture(new DataPrismException(
                            ErrorCode.OVERLOADED,
                            waiting + " calls of plugin " + plugin + " wait for their " + what
                                    + " to be checked, which is the limit.",
                            "Try again later; a schema with a simpler pattern is checked sooner.")
                    .with("retryAfterSeconds", 1));
        }
        waiting++;
        Future<Void> done = checks().executeBlocking(
                        () -> {
                            check.accept(schema);
                            return null;
                        },
                        false);
        return done.onComplete(checked -> waiting--).timeout(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Future<Void> atOnce(SchemaCheck schema, Consumer<SchemaCheck> check) {
        try {
            check.accept(schema);
            return Future.succeededFuture();
        } catch (RuntimeException refused) {
            return Future.failedFuture(refused);
        }
    }

    /** Ends the thread that checks. */
    void close() {
        if (checks != null) {
            checks.close();
        }
    }

    private WorkerExecutor checks() {
        WorkerExecutor made = checks;
        if (made == null) {
            made = SchemaThread.of(vertx, plugin);
            checks = made;
        }
        return made;
    }
}
