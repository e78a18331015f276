package io.dataprism.host;

import io.dataprism.bus.CallerContext;
import io.dataprism.bus.PermissionInterceptors;
import io.dataprism.bus.Replies;
import io.dataprism.core.manifest.Manifest;
import io.dataprism.core.manifest.OperationSpec;
import io.dataprism.host.PluginCalls.Answered;
import io.dataprism.host.PluginCalls.Call;
import io.dataprism.host.PluginService.Execution;
import io.dataprism.host.PluginService.Outcome;
import io.dataprism.plugin.Batch;
import io.dataprism.plugin.ExportFormat;
import io.dataprism.plugin.TableInfo;
import io.dataprism.stream.StreamEndpoint;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** The caller's side of an operation: a message to an instance of the plugin, and the streams that go with it. */
final class OperationClient {

    /** The verticle keeps the deadline; this is for one that is gone. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final HostParts parts;
    private final PermissionInterceptors guard;
    private final PluginCalls calls;

    OperationClient(HostParts parts, PermissionInterceptors guard, PluginCalls calls) {
        this.parts = parts;
        this.guard = guard;
        this.calls = calls;
    }

    /** Sends for the current context. */
    Future<Outcome> execute(Manifest manifest, OperationSpec operation, Execution execution) {
        Conversation conversation = new Conversation(operation, execution);
        Duration limit = limit(manifest);
        return calls.request(new Call(
                        manifest.name(), conversation::begin, operation.idempotent(), limit, execution.id(), null))
                .compose(answered -> offer(answered, conversation, limit))
                .map(reply -> outcome(reply.body(), conversation.inbound))
                .recover(failure -> Replies.recover(HostProblems.unanswered(failure, manifest.name())))
                .onFailure(failure -> conversation.giveUp());
    }

    /** Sends for the current context. */
    Future<JsonObject> view(Manifest manifest, JsonObject message) {
        String node = message.getValue("view") instanceof String view ? ViewId.node(view) : null;
        boolean kept = message.containsKey("view");
        if (node != null && parts.cluster().members().find(node).isEmpty()) {
            return Future.failedFuture(HostProblems.noView(manifest.name(), message.getString("view")));
        }
        return calls.request(new Call(
                        manifest.name(),
                        () -> message,
                        false,
                        limit(manifest),
                        null,
                        kept && node == null ? parts.cluster().self() : node))
                .map(answered -> new JsonObject()
                        .put("viewId", answered.message().body().getString("viewId"))
                        .put("topic", answered.message().body().getString("topic")))
                .recover(failure -> Replies.recover(HostProblems.unanswered(failure, manifest.name())));
    }

    /** Sends for the current context. */
    Future<Void> cancel(Execution execution) {
        return calls.cancel(execution.plugin(), execution.id())
                .recover(failure -> Replies.recover(HostProblems.unanswered(failure, execution.plugin())));
    }

    private static Duration limit(Manifest manifest) {
        return manifest.resources().operationTimeout().plus(GRACE);
    }

    /** Where the plugin asks for the batches that were offered, sends them, and waits for the answer proper. */
    private Future<Message<JsonObject>> offer(Answered answered, Conversation conversation, Duration limit) {
        JsonObject reply = answered.message().body();
        Flux<Batch> batches = conversation.execution.inputBatches();
        if (!"send".equals(reply.getString("kind")) || batches == null) {
            return Future.succeededFuture(answered.message());
        }
        conversation.offered = true;
        JsonObject stream = reply.getJsonObject("stream");
        Context context = parts.vertx().getOrCreateContext();
        CallerContext.duplicateFor(context, guard.node())
                .runOnContext(go -> parts.streams().send(stream, batches));
        return calls.goOn(answered, new JsonObject(), limit);
    }

    /** What is said to the one instance that takes the call, and the streams of it. On the caller's context. */
    private final class Conversation {

        private final OperationSpec operation;
        private final Execution execution;
        private StreamEndpoint.@Nullable Inbound inbound;
        private boolean offered;

        Conversation(OperationSpec operation, Execution execution) {
            this.operation = operation;
            this.execution = execution;
        }

        /** The message for one more instance: what another one may yet send goes nowhere. */
        JsonObject begin() {
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
            if (operation.kind() == OperationSpec.Kind.DATASET) {
                abandon();
                StreamEndpoint.Inbound opened = parts.streams().open();
                inbound = opened;
                body.put("stream", opened.descriptor());
            }
            return body;
        }

        void giveUp() {
            abandon();
            Flux<Batch> unused = execution.inputBatches();
            if (unused != null && !offered) {
                Contexts.discard(unused);
            }
        }

        private void abandon() {
            StreamEndpoint.Inbound before = inbound;
            if (before != null) {
                before.abandon();
            }
        }
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
