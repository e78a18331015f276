package io.dataprism.host;

import io.dataprism.bus.Addresses;
import io.dataprism.bus.CallerContext;
import io.dataprism.bus.PermissionInterceptors;
import io.dataprism.bus.Replies;
import io.dataprism.core.manifest.Manifest;
import io.dataprism.core.manifest.OperationSpec;
import io.dataprism.host.PluginService.Execution;
import io.dataprism.host.PluginService.Outcome;
import io.dataprism.plugin.Batch;
import io.dataprism.plugin.ExportFormat;
import io.dataprism.plugin.TableInfo;
import io.dataprism.stream.StreamEndpoint;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** The caller's side of an operation: a message to the plugin's address, and the streams that go with it. */
final class OperationClient {

    /** The verticle keeps the deadline; this is for one that is gone. */
    private static final long GRACE_MILLIS = 5_000;

    private final HostParts parts;
    private final PermissionInterceptors guard;

    OperationClient(HostParts parts, PermissionInterceptors guard) {
        this.parts = parts;
        this.guard = guard;
    }

    /** Sends for the current context. */
    Future<Outcome> execute(Manifest manifest, OperationSpec operation, Execution execution) {
        boolean dataset = operation.kind() == OperationSpec.Kind.DATASET;
        StreamEndpoint.@Nullable Inbound inbound = dataset ? parts.streams().open() : null;
        JsonObject body = new JsonObject()
                .put("callId", execution.id())
                .put("operation", execution.operation())
                .put("params", execution.params())
                .put("options", execution.options());
        if (execution.inputBatches() != null) {
            body.put("input", new JsonObject().put("offered", true));
        } else if (execution.input() != null) {
            body.put("input", execution.input());
        }
        if (execution.format() != null) {
            body.put("format", execution.format().name());
        }
        if (inbound != null) {
            body.put("stream", inbound.descriptor());
        }
        AtomicBoolean offered = new AtomicBoolean();
        DeliveryOptions options = new DeliveryOptions()
                .setSendTimeout(manifest.resources().operationTimeout().toMillis() + GRACE_MILLIS);
        return parts.vertx()
                .eventBus()
                .<JsonObject>request(Addresses.plugin(manifest.name()), body, options)
                .compose(reply -> offer(reply, execution, options, offered))
                .map(reply -> outcome(reply.body(), inbound))
                .recover(failure -> Replies.recover(HostProblems.unanswered(failure, manifest.name())))
                .onFailure(failure -> {
                    if (inbound != null) {
                        inbound.abandon();
                    }
                    Flux<Batch> unused = execution.inputBatches();
                    if (unused != null && !offered.get()) {
                        Contexts.discard(unused);
                    }
                });
    }

    /** Sends for the current context. */
    Future<JsonObject> view(Manifest manifest, JsonObject message) {
        DeliveryOptions options = new DeliveryOptions()
                .setSendTimeout(manifest.resources().operationTimeout().toMillis() + GRACE_MILLIS);
        return parts.vertx()
                .eventBus()
                .<JsonObject>request(Addresses.plugin(manifest.name()), message, options)
                .map(reply -> new JsonObject()
                        .put("viewId", reply.body().getString("viewId"))
                        .put("topic", reply.body().getString("topic")))
                .recover(failure -> Replies.recover(HostProblems.unanswered(failure, manifest.name())));
    }

    /** Sends for the current context. */
    Future<Void> cancel(Execution execution) {
        return parts.vertx()
                .eventBus()
                .request(Addresses.plugin(execution.plugin()), new JsonObject().put("cancel", execution.id()))
                .recover(failure -> Replies.recover(HostProblems.unanswered(failure, execution.plugin())))
                .mapEmpty();
    }

    /** Where the plugin asks for the batches that were offered, sends them, and waits for the answer proper. */
    private Future<Message<JsonObject>> offer(
            Message<JsonObject> reply, Execution execution, DeliveryOptions options, AtomicBoolean offered) {
        Flux<Batch> batches = execution.inputBatches();
        if (!"send".equals(reply.body().getString("kind")) || batches == null) {
            return Future.succeededFuture(reply);
        }
        offered.set(true);
        JsonObject stream = reply.body().getJsonObject("stream");
        Context context = parts.vertx().getOrCreateContext();
        CallerContext.duplicateFor(context, guard.node())
                .runOnContext(go -> parts.streams().send(stream, batches));
        return reply.replyAndRequest(new JsonObject(), options);
    }

    private static Outcome outcome(JsonObject answer, StreamEndpoint.@Nullable Inbound inbound) {
        return switch (answer.getString("kind")) {
            case "dataset" -> {
                if (inbound == null) {
                    throw new IllegalStateException("A dataset came for an operation that answers none.");
                }
                Schema schema = Schema.deserializeMessage(
                        ByteBuffer.wrap(Base64.getDecoder().decode(answer.getString("schema"))));
                List<TableInfo.Column> columns = answer.getJsonArray("columns").stream()
                        .map(column -> (JsonObject) column)
                        .map(column -> new TableInfo.Column(column.getString("name"), column.getString("type")))
                        .toList();
                yield new Outcome.Dataset(schema, columns, inbound.batches());
            }
            case "rendering" ->
                new Outcome.Drawing(
                        ExportFormat.valueOf(answer.getString("format")), Buffer.buffer(answer.getBinary("data")));
            default -> new Outcome.Value(answer.getValue("result"));
        };
    }
}
