package io.dataprism.gateway.live;

import io.dataprism.core.permission.Principal;
import io.dataprism.engine.QueryService;
import io.dataprism.engine.QueryService.QueryRequest;
import io.dataprism.gateway.EngineNumbers;
import io.dataprism.gateway.contract.ShownValue;
import io.dataprism.gateway.contract.WholeText;
import io.dataprism.host.PluginService.Execution;
import io.dataprism.host.PluginService.Outcome;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code query} and {@code execute} over a WebSocket. */
final class SocketDatasets {

    private static final long DEFAULT_TIMEOUT_MILLIS = 30_000;

    private final LiveServices services;
    private final SocketWriter writer;
    private final SocketCalls calls;

    SocketDatasets(LiveServices services, SocketWriter writer, SocketCalls calls) {
        this.services = services;
        this.writer = writer;
        this.calls = calls;
    }

    void query(Principal.User user, SocketFrame frame) {
        QueryRequest request = request(frame);
        SocketRows rows = open(frame);
        rows.whenAbandoned(() -> asNode(() -> services.queries().cancel(request.id())));
        Access.actingAs(services.vertx(), user, () -> services.queries().query(request))
                .onSuccess(result -> rows.begin(result.schema(), result.columns(), result.batches()))
                .onFailure(rows::fail);
    }

    /** The socket's own context acts for nobody, so that its deployment, the node, speaks. */
    private void asNode(Supplier<Future<Void>> call) {
        ((ContextInternal) services.vertx().getOrCreateContext())
                .unwrap()
                .duplicate()
                .runOnContext(go -> call.get());
    }

    private static QueryRequest request(SocketFrame frame) {
        return new QueryRequest(
                frame.text("sql"),
                parameters(frame.json().getJsonArray("parameters")),
                (int) frame.wholeNumberOr("batchRows", QueryService.DEFAULT_BATCH_ROWS),
                Duration.ofMillis(frame.wholeNumberOr("timeoutMs", DEFAULT_TIMEOUT_MILLIS)),
                frame.wholeNumber("maxRows"));
    }

    private static List<@Nullable Object> parameters(@Nullable JsonArray given) {
        List<@Nullable Object> parameters = new ArrayList<>();
        for (int i = 0; given != null && i < given.size(); i++) {
            Object each = given.getValue(i);
            if (EngineNumbers.isBeyond(each)) {
                throw Requests.invalid(
                        "The frame's member parameters/" + i + " is a number that no type of the engine holds: "
                                + ShownValue.of(each) + ".",
                        "Send whole numbers of at most 127 bits, or texts that the statement casts.");
            }
            parameters.add(each);
        }
        return parameters;
    }

    void execute(Principal.User user, SocketFrame frame) {
        JsonObject params = frame.object("params");
        String broken = WholeText.firstBroken(params, "#/params");
        if (broken != null) {
            throw Requests.invalid(
                    "The frame has half of a surrogate pair at " + broken + ", which is no character.",
                    "Send whole characters only.");
        }
        Execution execution = new Execution(
                frame.text("plugin"),
                frame.text("operation"),
                params == null ? new JsonObject() : params,
                frame.object("input"),
                null,
                null);
        SocketRows rows = open(frame);
        rows.whenAbandoned(() ->
                Access.actingAs(services.vertx(), user, () -> services.plugins().cancel(execution)));
        Access.actingAs(services.vertx(), user, () -> services.plugins().execute(execution))
                .onSuccess(outcome -> answer(frame.id(), rows, outcome))
                .onFailure(rows::fail);
    }

    private void answer(String id, SocketRows rows, Outcome outcome) {
        switch (outcome) {
            case Outcome.Dataset(var schema, var columns, var batches) -> rows.begin(schema, columns, batches);
            case Outcome.Value(var result) -> result(id, rows, result);
            case Outcome.Drawing(var format, var bytes) ->
                result(
                        id,
                        rows,
                        new JsonObject()
                                .put("mediaType", format.mediaType())
                                .put("data", Base64.getEncoder().encodeToString(bytes.getBytes())));
        }
    }

    private void result(String id, SocketRows rows, @Nullable Object result) {
        if (calls.close(id, rows)) {
            writer.send(new JsonObject().put("op", "result").put("id", id).put("result", result));
        }
    }

    private SocketRows open(SocketFrame frame) {
        String id = frame.id();
        SocketRows[] self = new SocketRows[1];
        SocketRows rows = new SocketRows(
                writer,
                id,
                SocketRows.Format.of(frame.optionalText("format")),
                frame.wholeNumberOr("demand", SocketRows.FIRST_DEMAND_BATCHES),
                services.rows(),
                () -> calls.close(id, self[0]));
        self[0] = rows;
        calls.open(id, rows);
        return rows;
    }
}
