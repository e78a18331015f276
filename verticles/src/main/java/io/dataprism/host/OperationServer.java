package io.dataprism.host;

import io.dataprism.bus.CallerContext;
import io.dataprism.bus.PermissionInterceptors;
import io.dataprism.core.confinement.PluginProcess;
import io.dataprism.core.confinement.PluginProcess.Answer;
import io.dataprism.core.confinement.PluginProcess.Extras;
import io.dataprism.core.confinement.PluginProcess.Reading;
import io.dataprism.core.confinement.PluginProcess.ViewAction;
import io.dataprism.core.confinement.PluginProcess.ViewStep;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.format.EngineTypes;
import io.dataprism.core.manifest.Manifest;
import io.dataprism.engine.QueryService;
import io.dataprism.engine.QueryService.QueryRequest;
import io.dataprism.engine.QueryService.QueryResult;
import io.dataprism.plugin.Batch;
import io.dataprism.stream.StreamEndpoint;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Carries one call from its message through the process to its answer. Used on the verticle's context. */
final class OperationServer {

    /** The process keeps the deadline; this is for one that does not. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(OperationServer.class);

    /** For batches of no rows, which take no more than a few offsets each. */
    private static final BufferAllocator NO_ROWS = new RootAllocator(16L * 1024 * 1024);

    private final HostParts parts;
    private final PermissionInterceptors guard;
    private final Manifest manifest;
    private final OperationSchemas schemas;
    private final Progress progress;
    private final LiveViews views;

    OperationServer(HostParts parts, PermissionInterceptors guard, Manifest manifest, LiveViews views) {
        this.views = views;
        this.parts = parts;
        this.guard = guard;
        this.manifest = manifest;
        this.schemas = new OperationSchemas(parts.vertx(), manifest);
        this.progress = Progress.of(parts);
    }

    /** Completes when the last byte of the answer is on its way, or with the failure, which the caller answers. */
    Future<Void> serve(PluginProcess process, CallRequest request, ServedCall call, Context context) {
        TableReading table = TableReading.of(progress, manifest.name(), manifest.category(), request);
        return schemas.checkParams(request, call.left())
                .compose(checked -> begin(table))
                .compose(reading -> input(request, call, context)
                        .compose(input -> execute(process, request, call, input, request.extras(reading))))
                .recover(failure ->
                        Future.failedFuture(HostProblems.named(failure, manifest.name(), "answer " + call.operation())))
                .compose(answer -> answer(answer, request, call, context, table));
    }

    private Future<@Nullable Reading> begin(@Nullable TableReading table) {
        return table == null ? Future.succeededFuture(null) : parts.vertx().executeBlocking(table::begin, false);
    }

    private Future<Answer> execute(
            PluginProcess process, CallRequest request, ServedCall call, @Nullable Flux<Batch> input, Extras extras) {
        PluginProcess.Call execution = new PluginProcess.Call(
                call.id(),
                call.operation(),
                PluginProcess.Kind.valueOf(request.operation().kind().name()),
                request.plainParams(),
                call.input(input),
                request.format(),
                call.left(),
                extras);
        return Contexts.future(
                parts.vertx(),
                process.execute(execution),
                call.left().plus(GRACE),
                call::whenCancelled,
                answer -> prepare(answer, call),
                call::replyPrepared);
    }

    /** Closes a view that nobody has, since its opening failed when the process may have drawn it already. */
    void letGo(PluginProcess process, CallRequest request, String view) {
        PluginProcess.Call close = new PluginProcess.Call(
                UUID.randomUUID().toString(),
                request.operation().name(),
                PluginProcess.Kind.RENDERING,
                Map.of(),
                null,
                request.format(),
                GRACE,
                new Extras(Map.of(), null, null, new ViewStep(view, ViewAction.CLOSE, 0, 0)));
        process.execute(close)
                .subscribe(closed -> {}, failure -> LOG.debug("The view {} is gone with its process", view, failure));
    }

    /** Ends the thread that checks. */
    void close() {
        schemas.close();
    }

    private Future<@Nullable Flux<Batch>> input(CallRequest request, ServedCall call, Context context) {
        return switch (request.input()) {
            case CallRequest.Input.None none -> Future.succeededFuture(null);
            case CallRequest.Input.Sql sql -> query(sql.sql(), call, context);
            case CallRequest.Input.Offered offered -> accept(call);
        };
    }

    /** With the caller's rights; a caller who leaves before the first batch ends it. */
    private Future<@Nullable Flux<Batch>> query(String sql, ServedCall call, Context context) {
        QueryRequest request = new QueryRequest(sql, List.of(), QueryService.DEFAULT_BATCH_ROWS, call.left(), null);
        call.whenCancelled(() -> CallerContext.duplicateFor(context, guard.node())
                .runOnContext(go -> parts.queries()
                        .cancel(request.id())
                        .onFailure(ended -> LOG.debug("The input of a cancelled call had ended", ended))));
        return Contexts.<QueryResult>run(
                        parts.vertx(),
                        CallerContext.duplicateFor(context, call.caller()),
                        () -> parts.queries().query(request))
                .map(result -> result.batches().switchIfEmpty(Mono.fromSupplier(() -> noRows(result.schema()))));
    }

    /** A plugin tells an input without rows from none by the one batch that it gets. */
    private static Batch noRows(Schema schema) {
        VectorSchemaRoot root = VectorSchemaRoot.create(schema, NO_ROWS);
        root.setRowCount(0);
        return new Batch(root);
    }

    /** Says where to send the offered batches, and goes on when the caller has begun. */
    private Future<@Nullable Flux<Batch>> accept(ServedCall call) {
        StreamEndpoint.Inbound inbound = parts.streams().open();
        return call.message()
                .<JsonObject>replyAndRequest(
                        new JsonObject().put("kind", "send").put("stream", inbound.descriptor()),
                        new DeliveryOptions().setSendTimeout(call.left().toMillis()))
                .onFailure(gone -> inbound.abandon())
                .<@Nullable Flux<Batch>>map(next -> {
                    call.continueWith(next);
                    return inbound.batches();
                });
    }

    /**
     * Makes a value's answer where the value came from, and lets it be sent from there: the caller is not kept waiting for the
     * verticle's turn. What is not right is left to {@link #answer}, which says so. On the process's thread.
     */
    private void prepare(Answer answer, ServedCall call) {
        if (answer instanceof Answer.Value value && schemas.checksResultAtOnce(call.operation())) {
            try {
                Object result = json(value.value());
                if (schemas.fits(call.operation(), result)) {
                    call.prepare(new JsonObject().put("kind", "value").put("result", result));
                }
            } catch (DataPrismException notJson) {
                LOG.debug("The result of {} is refused on the verticle's context", call.operation(), notJson);
            }
        }
    }

    private Future<Void> answer(
            @Nullable Answer answer,
            CallRequest request,
            ServedCall call,
            Context context,
            @Nullable TableReading table) {
        return switch (answer) {
            case Answer.Value value when call.replyPrepared() -> Future.succeededFuture();
            case Answer.Value value -> {
                Object result = json(value.value());
                yield schemas.checkResult(call.operation(), result, call.left())
                        .onSuccess(checked ->
                                call.reply(new JsonObject().put("kind", "value").put("result", result)));
            }
            case Answer.Drawing drawing
            when drawing.rendering().format() != request.format() && !closes(request) ->
                throw new DataPrismException(
                        ErrorCode.PLUGIN_FAILED,
                        "Plugin " + manifest.name() + " answered " + call.operation() + " with "
                                + drawing.rendering().format() + ", where " + request.format() + " was asked for.",
                        "The plugin's author must export in the format that the host names.");
            case Answer.Drawing drawing
            when request.view() != null ->
                views.drawn(request.view(), drawing).onSuccess(call::reply).mapEmpty();
            case Answer.Drawing drawing -> {
                call.reply(new JsonObject()
                        .put("kind", "rendering")
                        .put("format", drawing.rendering().format().name())
                        .put("data", drawing.rendering().bytes()));
                yield Future.succeededFuture();
            }
            case Answer.Dataset dataset ->
                send(
                        table == null
                                ? dataset
                                : new Answer.Dataset(dataset.schema(), table.keptAtEnd(dataset.batches())),
                        request,
                        call,
                        context);
            case null ->
                throw new DataPrismException(
                        ErrorCode.PLUGIN_FAILED,
                        "Plugin " + manifest.name() + " ended " + call.operation() + " without an answer.",
                        "The plugin's author must answer something.");
        };
    }

    /** Nothing is drawn then. */
    private static boolean closes(CallRequest request) {
        ViewStep view = request.view();
        return view != null && view.action() == ViewAction.CLOSE;
    }

    private Future<Void> send(Answer.Dataset dataset, CallRequest request, ServedCall call, Context context) {
        JsonObject stream = request.stream();
        if (stream == null) {
            Contexts.discard(dataset.batches());
            throw new DataPrismException(
                    ErrorCode.PLUGIN_FAILED,
                    "Plugin " + manifest.name() + " answered " + call.operation()
                            + " with a dataset that nobody asked for.",
                    "The plugin's author must answer what the manifest says.");
        }
        JsonArray columns = new JsonArray();
        EngineTypes.columns(dataset.schema())
                .forEach(column ->
                        columns.add(new JsonObject().put("name", column.name()).put("type", column.type())));
        call.reply(new JsonObject()
                .put("kind", "dataset")
                .put(
                        "schema",
                        Base64.getEncoder().encodeToString(dataset.schema().serializeAsMessage()))
                .put("columns", columns));
        Promise<Void> ended = ((ContextInternal) context).promise();
        Flux<Batch> batches = dataset.batches().doOnError(ended::tryFail).doFinally(signal -> ended.tryComplete());
        // Streams are the node's own traffic: the endpoint's messages must not speak for the plugin.
        CallerContext.duplicateFor(context, guard.node())
                .runOnContext(go -> parts.streams().send(stream, batches));
        return ended.future();
    }

    /** Maps and lists as Vert.x's JSON values. */
    private @Nullable Object json(@Nullable Object value) {
        try {
            JsonObject holder = new JsonObject(new HashMap<>());
            holder.put("value", value);
            return holder.copy().getValue("value");
        } catch (IllegalStateException notJson) {
            throw new DataPrismException(
                    ErrorCode.PLUGIN_FAILED,
                    "Plugin " + manifest.name() + " answered with what JSON has no form for: " + notJson.getMessage(),
                    "The plugin's author must answer maps, lists, texts, numbers, booleans or null.",
                    notJson);
        }
    }
}
