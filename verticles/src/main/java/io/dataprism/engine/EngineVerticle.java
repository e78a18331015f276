package io.dataprism.engine;

import io.dataprism.audit.AuditService;
import io.dataprism.bus.Addresses;
import io.dataprism.bus.CallerContext;
import io.dataprism.bus.LogicalAddress;
import io.dataprism.bus.MessageBody;
import io.dataprism.bus.Refusals;
import io.dataprism.bus.Registration;
import io.dataprism.bus.Replies;
import io.dataprism.core.engine.KeepRequest;
import io.dataprism.core.engine.LoadRequest;
import io.dataprism.core.engine.OpenedQuery;
import io.dataprism.core.engine.QueryEngine;
import io.dataprism.core.engine.QueryProblems;
import io.dataprism.core.engine.QuerySpec;
import io.dataprism.core.engine.QueryStatus;
import io.dataprism.core.engine.TableName;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Permission;
import io.dataprism.core.permission.Permission.Access;
import io.dataprism.core.permission.Principal;
import io.dataprism.core.permission.TableScope;
import io.dataprism.event.EventService;
import io.dataprism.plugin.Batch;
import io.dataprism.stream.StreamEndpoint;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers for the engine of this node. Deploy with the worker threading model; its handlers only hand work to the engine's own
 * pools and answer when that is done, so they never keep each other waiting. Owns neither the engine nor the endpoint.
 */
public final class EngineVerticle extends VerticleBase {

    private static final String WITHDRAW = "withdraw";
    private static final String ADMIT = "admit";
    private static final String DROP = "drop";
    private static final String RECEIVE = "receive";

    /** What another node's list of queries shows of all statements together. */
    private static final int SHOWN_CHARACTERS = 256 * 1024;

    private final QueryEngine engine;
    private final String nodeId;
    private final StreamEndpoint streams;
    private final EventService events;
    private final AuditService audit;
    private final Refusals refusals;
    private final @Nullable Path arrivals;
    private final Map<String, Handler<Message<JsonObject>>> handlers = Map.of(
            Addresses.DATA_QUERY, this::query,
            Addresses.DATA_TABLES, this::tables,
            Addresses.DATA_TABLE, this::table,
            Addresses.DATA_LOAD, this::load,
            Addresses.DATA_KEEP, this::keep,
            Addresses.ENGINE, this::own);
    private @Nullable FileArrivals files;

    /** One that takes no files of other nodes'. */
    public EngineVerticle(
            QueryEngine engine, String nodeId, StreamEndpoint streams, EventService events, AuditService audit) {
        this(engine, nodeId, streams, events, audit, null);
    }

    /** @param arrivals a folder for files that other nodes send; null: it takes none */
    public EngineVerticle(
            QueryEngine engine,
            String nodeId,
            StreamEndpoint streams,
            EventService events,
            AuditService audit,
            @Nullable Path arrivals) {
        this.arrivals = arrivals;
        this.engine = engine;
        this.nodeId = nodeId;
        this.streams = streams;
        this.events = events;
        this.audit = audit;
        this.refusals = new Refusals(audit);
    }

    @Override
    public Future<?> start() {
        if (arrivals != null) {
            files = new FileArrivals(vertx, streams, arrivals);
        }
        List<Future<Void>> ready = new ArrayList<>();
        handlers.forEach((address, handler) -> ready.add(vertx.eventBus()
                .<JsonObject>localConsumer(address, message -> handle(address, handler, message))
                .completion()));
        ready.add(Registration.of(
                vertx, () -> vertx.eventBus().<JsonObject>consumer(Addresses.engine(nodeId), this::fromElsewhere)));
        return Future.all(ready);
    }

    /** What the sender may was looked at for the address in the header. A file on the sender's disk is none on this node's. */
    private void fromElsewhere(Message<JsonObject> message) {
        message.headers().remove(EngineMessages.FILE_HEADER);
        String address = logical(message);
        Handler<Message<JsonObject>> handler = handlers.get(address);
        if (handler == null) {
            Replies.fail(
                    message,
                    new DataPrismException(
                            ErrorCode.REQUEST_INVALID,
                            "The engine answers nothing at '" + address + "'.",
                            "Let all nodes have the same version."));
        } else {
            handle(address, handler, message);
        }
    }

    private static String logical(Message<JsonObject> message) {
        String named = message.headers().get(LogicalAddress.ENGINE_HEADER);
        return named == null ? message.address() : named;
    }

    private void handle(String address, Handler<Message<JsonObject>> handler, Message<JsonObject> message) {
        try {
            handler.handle(message);
        } catch (RuntimeException | Error failure) {
            refusals.note(CallerContext.sender(), address, failure);
            Replies.fail(message, failure);
        }
    }

    private void query(Message<JsonObject> message) {
        MessageBody body = MessageBody.of(message);
        Caller caller = caller();
        if (WITHDRAW.equals(body.optionalText("op"))) {
            withdraw(message, body.text("id"), shown(caller.origin()));
            return;
        }
        JsonObject stream = body.object("stream").json();
        StreamEndpoint.requireDescriptor(stream);
        QuerySpec spec = EngineMessages.toSpec(body, scope(message), shown(caller.origin()));
        QueryReport report = new QueryReport(context, events, audit, caller, spec.sql());
        // answered from the engine's thread: the way over this context would only take time
        engine.query(spec, report::ended).whenComplete((opened, failure) -> {
            if (failure != null) {
                refusals.note(caller, logical(message), failure);
                Replies.fail(message, failure);
            } else {
                answerOrGiveUp(message, stream, opened);
            }
        });
    }

    private void withdraw(Message<JsonObject> message, String id, String user) {
        boolean own = engine.queries().stream()
                .anyMatch(query -> query.id().equals(id) && query.user().equals(user));
        if (!own) {
            throw new DataPrismException(
                    ErrorCode.QUERY_NOT_FOUND,
                    "There is no query " + id + " of the caller's that is queued or running.",
                    "It may have ended.");
        }
        reply(message, engine.cancel(id), stopped -> new JsonObject());
    }

    private void answerOrGiveUp(Message<JsonObject> message, JsonObject stream, OpenedQuery opened) {
        try {
            answer(message, stream, opened);
        } catch (RuntimeException | Error noWay) {
            QueryBatches.discard(opened.batches());
            Replies.fail(message, noWay);
        }
    }

    private void answer(Message<JsonObject> message, JsonObject stream, OpenedQuery opened) {
        List<Batch> whole = opened.whole();
        if (whole == null) {
            message.reply(EngineMessages.ofSchema(opened.id(), opened.schema(), opened.columns()));
            streams.send(stream, opened.batches());
        } else {
            streams.send(stream, whole);
            message.reply(EngineMessages.ofSchema(opened.id(), opened.schema(), opened.columns()));
        }
    }

    private void tables(Message<JsonObject> message) {
        reply(message, engine.tables(scope(message)), found -> {
            JsonArray tables = new JsonArray();
            found.forEach(table -> tables.add(EngineMessages.ofTable(table)));
            return new JsonObject().put("tables", tables);
        });
    }

    private void table(Message<JsonObject> message) {
        String name = MessageBody.of(message).text("name");
        requireInside(scope(message), name, Access.READ);
        reply(message, engine.table(name), EngineMessages::ofDetails);
    }

    private <T extends @Nullable Object> void reply(
            Message<JsonObject> message, CompletableFuture<T> answer, Function<T, JsonObject> body) {
        answer.whenComplete((value, failure) -> context.runOnContext(go -> {
            if (failure == null) {
                message.reply(body.apply(value));
            } else {
                Replies.fail(message, failure);
            }
        }));
    }

    private void load(Message<JsonObject> message) {
        MessageBody body = MessageBody.of(message);
        String name = body.text("name");
        String op = body.word("op", List.of("load", ADMIT, DROP, RECEIVE));
        Long ifMatch = body.optionalNumber("ifMatch", 0, Long.MAX_VALUE);
        Caller caller = caller();
        TableScope scope = scope(message);
        String file = message.headers().get(EngineMessages.FILE_HEADER);
        if (!scope.allows(name) && file != null) {
            engine.discard(Path.of(file));
        }
        requireInside(scope, name, Access.WRITE);
        if (op.equals(ADMIT)) {
            TableName.require(name);
            message.reply(new JsonObject());
            return;
        }
        if (op.equals(RECEIVE)) {
            TableName.require(name);
            message.reply(arrivals().open());
            return;
        }
        if (op.equals(DROP)) {
            engine.drop(name, ifMatch)
                    .whenComplete((dropped, failure) ->
                            done(message, caller, "table.dropped", name, failure, new JsonObject()));
            return;
        }
        file(message)
                .onComplete(
                        path -> load(message, caller, name, body, path),
                        failure -> done(message, caller, "table.loaded", name, failure, new JsonObject()));
    }

    private void load(Message<JsonObject> message, Caller caller, String name, MessageBody body, @Nullable Path file) {
        try {
            if (file == null) {
                throw new DataPrismException(
                        ErrorCode.PERMISSION_DENIED,
                        shown(caller.principal()) + " sent no data to load into table '" + name
                                + "': paths in a message's body are nobody's to name.",
                        "Load batches with the data service's load(), or with PUT /v1/tables/{name}.");
            }
            LoadRequest request = new LoadRequest(
                    name,
                    body.choice("mode", LoadRequest.Mode.class),
                    body.choice("format", LoadRequest.Format.class),
                    file,
                    body.optionalNumber("ifMatch", 0, Long.MAX_VALUE));
            engine.load(request)
                    .whenComplete((loaded, failure) ->
                            done(message, caller, "table.loaded", name, failure, EngineMessages.ofLoaded(loaded)));
        } catch (RuntimeException failure) {
            refusals.note(caller, logical(message), failure);
            Replies.fail(message, failure);
        }
    }

    /** The file that a message is about: named by a node's own code, or sent by another node before; null: none. */
    private Future<@Nullable Path> file(Message<JsonObject> message) {
        String here = message.headers().get(EngineMessages.FILE_HEADER);
        String sent = message.headers().get(EngineMessages.UPLOAD_HEADER);
        if (here == null && sent != null) {
            return arrivals().take(sent).map(path -> path);
        }
        return Future.succeededFuture(here == null ? null : Path.of(here));
    }

    private FileArrivals arrivals() {
        FileArrivals open = files;
        if (open == null) {
            throw new DataPrismException(
                    ErrorCode.STATE_CONFLICT,
                    "The engine of node " + nodeId + " takes no files of other nodes'.",
                    "Send it to that node.");
        }
        return open;
    }

    private void keep(Message<JsonObject> message) {
        MessageBody body = MessageBody.of(message);
        String name = body.text("name");
        Caller caller = caller();
        requireInside(scope(message, TableScope.TARGET_HEADER), name, Access.WRITE);
        QuerySpec query = EngineMessages.toSpec(body.object("query"), scope(message), shown(caller.origin()));
        KeepRequest request = new KeepRequest(
                name,
                body.choice("mode", LoadRequest.Mode.class),
                body.optionalNumber("ifMatch", 0, Long.MAX_VALUE),
                query);
        QueryReport report = new QueryReport(context, events, audit, caller, query.sql());
        engine.keep(request, report::ended)
                .whenComplete((loaded, failure) ->
                        done(message, caller, "table.loaded", name, failure, EngineMessages.ofLoaded(loaded)));
    }

    private void done(
            Message<JsonObject> message,
            Caller caller,
            String action,
            String table,
            @Nullable Throwable failure,
            JsonObject reply) {
        if (failure != null) {
            refusals.note(caller, logical(message), failure);
        }
        audit.record(action, caller, table, failure == null ? "ok" : "failed", new JsonObject());
        context.runOnContext(go -> {
            if (failure == null) {
                message.reply(reply);
            } else {
                Replies.fail(message, failure);
            }
        });
    }

    private void own(Message<JsonObject> message) {
        String op = message.body().getString("op");
        switch (op) {
            case "queries" -> {
                List<QueryStatus> open = engine.queries();
                boolean elsewhere = message.headers().contains(LogicalAddress.ENGINE_HEADER);
                int shown = elsewhere ? SHOWN_CHARACTERS / Math.max(1, open.size()) : Integer.MAX_VALUE;
                JsonArray queries = new JsonArray();
                open.forEach(status -> queries.add(info(status, shown).toJson()));
                message.reply(new JsonObject().put("queries", queries));
            }
            case "query" -> {
                String id = message.body().getString("id");
                QueryStatus status = engine.status(id);
                if (status == null) {
                    throw QueryProblems.notFound(id);
                }
                message.reply(info(status, Integer.MAX_VALUE).toJson());
            }
            case "cancel" -> reply(message, engine.cancel(message.body().getString("id")), stopped -> new JsonObject());
            case "export" -> export(message);
            case RECEIVE -> message.reply(arrivals().open());
            default ->
                throw new DataPrismException(
                        ErrorCode.REQUEST_INVALID,
                        "The engine knows no '" + op + "'.",
                        "Send queries, query, cancel or export.");
        }
    }

    private void export(Message<JsonObject> message) {
        MessageBody body = MessageBody.of(message);
        JsonObject stream = body.object("stream").json();
        StreamEndpoint.requireDescriptor(stream);
        QuerySpec spec = EngineMessages.toExport(body);
        file(message)
                .onFailure(failure -> Replies.fail(message, failure))
                .onSuccess(arrow -> engine.export(
                                spec, Objects.requireNonNull(arrow, "host code names the file"), ended -> {})
                        .whenComplete((opened, failure) -> {
                            if (failure != null) {
                                Replies.fail(message, failure);
                            } else {
                                answerOrGiveUp(message, stream, opened);
                            }
                        }));
    }

    private QueryService.QueryInfo info(QueryStatus status, int shown) {
        return new QueryService.QueryInfo(
                status.id(),
                status.sql().length() <= shown ? status.sql() : status.sql().substring(0, shown) + "...",
                status.user(),
                nodeId,
                status.running() ? "running" : "queued",
                status.startedAt(),
                status.rows(),
                status.bytes(),
                status.percent());
    }

    /** A user by the name in the token, anybody else by its address. */
    private static String shown(Principal origin) {
        return origin instanceof Principal.User user ? user.sub() : origin.uri();
    }

    private Caller caller() {
        Caller sender = CallerContext.sender();
        return sender == null ? Caller.of(new Principal.Node(nodeId)) : sender;
    }

    private static TableScope scope(Message<JsonObject> message) {
        return scope(message, TableScope.HEADER);
    }

    private static TableScope scope(Message<JsonObject> message, String name) {
        String header = message.headers().get(name);
        return header == null ? TableScope.nothing() : TableScope.decode(header);
    }

    private static void requireInside(TableScope scope, String table, Access access) {
        if (!scope.allows(table)) {
            Permission needed = new Permission(Permission.Resource.DATA, access, table);
            throw new DataPrismException(
                            ErrorCode.PERMISSION_DENIED,
                            "Table '" + table + "' is outside of what the caller may " + access.label() + ": " + needed
                                    + " is missing.",
                            "Ask an operator for that permission.")
                    .with(Permission.NEEDED, needed.toMap());
        }
    }
}
