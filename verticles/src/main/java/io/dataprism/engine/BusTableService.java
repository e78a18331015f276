package io.dataprism.engine;

import io.dataprism.bus.Addresses;
import io.dataprism.bus.Replies;
import io.dataprism.core.engine.Loaders;
import io.dataprism.plugin.TableInfo;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link TableService} over the bus. */
public final class BusTableService implements TableService {

    private static final long READ_TIMEOUT_MILLIS = 10_000;

    /** A change that has just got its turn in time has a minute left for its work. */
    private static final long LOAD_TIMEOUT_MILLIS =
            Loaders.WAIT_LIMIT.plusMinutes(1).toMillis();

    private final Vertx vertx;

    public BusTableService(Vertx vertx) {
        this.vertx = vertx;
    }

    @Override
    public Future<List<TableInfo>> tables() {
        return request(Addresses.DATA_TABLES, new JsonObject(), READ_TIMEOUT_MILLIS)
                .map(body -> body.getJsonArray("tables").stream()
                        .map(JsonObject.class::cast)
                        .map(EngineMessages::toTable)
                        .toList());
    }

    @Override
    public Future<TableInfo> table(String name) {
        return request(Addresses.DATA_TABLE, new JsonObject().put("name", name), READ_TIMEOUT_MILLIS)
                .map(EngineMessages::toTable);
    }

    @Override
    public Future<List<Long>> versions(String name) {
        return request(Addresses.DATA_TABLE, new JsonObject().put("name", name), READ_TIMEOUT_MILLIS)
                .map(body -> body.getJsonArray("versions").stream()
                        .map(Number.class::cast)
                        .map(Number::longValue)
                        .toList());
    }

    @Override
    public Future<Loaded> load(String name, Mode mode, Format format, Path file, @Nullable Long ifMatch) {
        JsonObject body = new JsonObject()
                .put("op", "load")
                .put("name", name)
                .put("mode", mode.name())
                .put("format", format.name())
                .put("ifMatch", ifMatch);
        DeliveryOptions options = new DeliveryOptions().addHeader(EngineMessages.FILE_HEADER, file.toString());
        return request(Addresses.DATA_LOAD, body, LOAD_TIMEOUT_MILLIS, options).map(BusTableService::loaded);
    }

    @Override
    public Future<Void> admitLoad(String name) {
        JsonObject body = new JsonObject().put("op", "admit").put("name", name);
        return request(Addresses.DATA_LOAD, body, READ_TIMEOUT_MILLIS).mapEmpty();
    }

    @Override
    public Future<Loaded> keep(String name, Mode mode, QueryService.QueryRequest query, @Nullable Long ifMatch) {
        JsonObject body = new JsonObject()
                .put("name", name)
                .put("mode", mode.name())
                .put("ifMatch", ifMatch)
                .put("query", EngineMessages.ofRequest(query, new JsonObject()));
        return request(Addresses.DATA_KEEP, body, query.timeout().toMillis() + LOAD_TIMEOUT_MILLIS)
                .map(BusTableService::loaded);
    }

    private static Loaded loaded(JsonObject reply) {
        return new Loaded(EngineMessages.toTable(reply.getJsonObject("table")), reply.getBoolean("created"));
    }

    @Override
    public Future<Void> delete(String name, @Nullable Long ifMatch) {
        JsonObject body = new JsonObject().put("op", "drop").put("name", name).put("ifMatch", ifMatch);
        return request(Addresses.DATA_LOAD, body, LOAD_TIMEOUT_MILLIS).mapEmpty();
    }

    private Future<JsonObject> request(String address, JsonObject body, long timeoutMillis) {
        return request(address, body, timeoutMillis, new DeliveryOptions());
    }

    private Future<JsonObject> request(String address, JsonObject body, long timeoutMillis, DeliveryOptions options) {
        return vertx.eventBus()
                .<JsonObject>request(address, body, options.setSendTimeout(timeoutMillis))
                .map(Message::body)
                .recover(Replies::recover);
    }
}
