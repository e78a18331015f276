package io.dataprism.engine;

import io.dataprism.bus.Addresses;
import io.dataprism.core.engine.Loaders;
import io.dataprism.plugin.TableInfo;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link TableService} over the bus: to this node's engine or, where it has none, to another's. */
public final class BusTableService implements TableService {

    private static final long READ_TIMEOUT_MILLIS = 10_000;

    /** A change that has just got its turn in time has a minute left for its work. */
    private static final long LOAD_TIMEOUT_MILLIS =
            Loaders.WAIT_LIMIT.plusMinutes(1).toMillis();

    private final EngineRoute route;
    private final EngineFiles files;

    /** For an engine of this node. */
    public BusTableService(Vertx vertx) {
        this(EngineRoute.here(vertx), EngineFiles.here(vertx));
    }

    /** @param files how files get to another node's engine */
    public BusTableService(EngineRoute route, EngineFiles files) {
        this.route = route;
        this.files = files;
    }

    @Override
    public Future<List<TableInfo>> tables() {
        return read(Addresses.DATA_TABLES, new JsonObject())
                .map(body -> body.getJsonArray("tables").stream()
                        .map(JsonObject.class::cast)
                        .map(EngineMessages::toTable)
                        .toList());
    }

    @Override
    public Future<TableInfo> table(String name) {
        return read(Addresses.DATA_TABLE, new JsonObject().put("name", name)).map(EngineMessages::toTable);
    }

    @Override
    public Future<List<Long>> versions(String name) {
        return read(Addresses.DATA_TABLE, new JsonObject().put("name", name))
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
        DeliveryOptions options = new DeliveryOptions().setSendTimeout(LOAD_TIMEOUT_MILLIS);
        return route.once(way -> files.handOver(
                                way,
                                file,
                                options,
                                start -> route.request(way, Addresses.DATA_LOAD, start.put("name", name), reading()))
                        .compose(handed -> route.request(way, Addresses.DATA_LOAD, body, handed)))
                .map(BusTableService::loaded);
    }

    @Override
    public Future<Void> admitLoad(String name) {
        JsonObject body = new JsonObject().put("op", "admit").put("name", name);
        return read(Addresses.DATA_LOAD, body).mapEmpty();
    }

    @Override
    public Future<Loaded> keep(String name, Mode mode, QueryService.QueryRequest query, @Nullable Long ifMatch) {
        JsonObject body = new JsonObject()
                .put("name", name)
                .put("mode", mode.name())
                .put("ifMatch", ifMatch)
                .put("query", EngineMessages.ofRequest(query, new JsonObject()));
        return change(Addresses.DATA_KEEP, body, query.timeout().toMillis() + LOAD_TIMEOUT_MILLIS)
                .map(BusTableService::loaded);
    }

    private static Loaded loaded(JsonObject reply) {
        return new Loaded(EngineMessages.toTable(reply.getJsonObject("table")), reply.getBoolean("created"));
    }

    @Override
    public Future<Void> delete(String name, @Nullable Long ifMatch) {
        JsonObject body = new JsonObject().put("op", "drop").put("name", name).put("ifMatch", ifMatch);
        return change(Addresses.DATA_LOAD, body, LOAD_TIMEOUT_MILLIS).mapEmpty();
    }

    private Future<JsonObject> read(String address, JsonObject body) {
        return route.reading(way -> route.request(way, address, body, reading()));
    }

    private Future<JsonObject> change(String address, JsonObject body, long timeoutMillis) {
        return route.once(
                way -> route.request(way, address, body, new DeliveryOptions().setSendTimeout(timeoutMillis)));
    }

    private static DeliveryOptions reading() {
        return new DeliveryOptions().setSendTimeout(READ_TIMEOUT_MILLIS);
    }
}
