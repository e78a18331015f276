package io.dataprism.gateway;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.format.EngineTypes;
import io.dataprism.core.manifest.OperationSpec;
import io.dataprism.core.manifest.OperationSpec.Input;
import io.dataprism.core.manifest.OperationSpec.Kind;
import io.dataprism.host.PluginLog;
import io.dataprism.host.PluginService;
import io.dataprism.plugin.ExportFormat;
import io.dataprism.plugin.PluginLogger.Level;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** Two plugins, {@code alpha} and {@code beta}; alpha has an operation of each kind. */
final class FixturePlugins implements PluginService {

    private static final Set<String> NAMES = Set.of("alpha", "beta");
    private static final List<OperationSpec> OPERATIONS = List.of(
            operation("mean", Kind.VALUE, Input.NONE, List.of()),
            operation("sum", Kind.VALUE, Input.REQUIRED, List.of()),
            operation("table", Kind.DATASET, Input.NONE, List.of()),
            operation("chart", Kind.RENDERING, Input.NONE, List.of("image/svg+xml", "image/png")));

    final List<String> calls = new CopyOnWriteArrayList<>();
    final List<Execution> executions = new CopyOnWriteArrayList<>();
    final PluginLog log = new PluginLog();
    private final FixtureQueries queries;

    FixturePlugins(FixtureQueries queries) {
        this.queries = queries;
        log.add(Level.INFO, "one");
        log.add(Level.INFO, "two");
    }

    private static OperationSpec operation(String name, Kind kind, Input input, List<String> mediaTypes) {
        return new OperationSpec(name, "", kind, input, Map.of(), Map.of(), mediaTypes, false);
    }

    private static JsonObject plugin(String name) {
        JsonArray operations = new JsonArray();
        OPERATIONS.forEach(operation -> operations.add(new JsonObject(operation.toJson())));
        return new JsonObject()
                .put("name", name)
                .put("state", "active")
                .put("dependents", new JsonArray().add("alpha").add("beta"))
                .put("operations", operations);
    }

    @Override
    public Future<Registered> register(Path file, boolean activate) {
        calls.add("register " + activate + " " + file.toFile().length() + " " + Files.exists(file));
        return Future.succeededFuture(new Registered(plugin("alpha"), true));
    }

    @Override
    public Future<JsonArray> list(@Nullable String category, @Nullable String state) {
        calls.add("list " + category + " " + state);
        return Future.succeededFuture(new JsonArray().add(plugin("alpha")).add(plugin("beta")));
    }

    @Override
    public List<OperationSpec> operations(String name) {
        if (!NAMES.contains(name)) {
            throw new DataPrismException(ErrorCode.PLUGIN_NOT_FOUND, "no plugin " + name, "look");
        }
        return OPERATIONS;
    }

    @Override
    public Future<JsonObject> get(String name) {
        return NAMES.contains(name)
                ? Future.succeededFuture(plugin(name))
                : Future.failedFuture(new DataPrismException(ErrorCode.PLUGIN_NOT_FOUND, "no plugin " + name, "look"));
    }

    private Future<JsonObject> called(String what, String name) {
        calls.add(what + " " + name);
        return get(name);
    }

    @Override
    public Future<JsonObject> grants(String name) {
        return called("grants", name).map(plugin -> granted());
    }

    @Override
    public Future<JsonObject> grant(String name, JsonObject request) {
        return called("grant " + request.encode(), name).map(plugin -> granted());
    }

    private static JsonObject granted() {
        JsonObject read =
                new JsonObject().put("resource", "data").put("access", "read").put("scope", "flights");
        return new JsonObject()
                .put("requested", new JsonArray().add(read))
                .put("granted", new JsonArray().add(read))
                .put("pending", new JsonArray());
    }

    private static JsonObject deployed() {
        return new JsonObject().put("version", "1.0.0").put("replicas", 1).put("labels", new JsonObject());
    }

    @Override
    public Future<Change> reload(String name, Path file) {
        calls.add("reload " + name + " " + file.toFile().length());
        return Future.succeededFuture(new Change(new JsonObject().put("from", "1.0.0"), name.equals("beta")));
    }

    @Override
    public Future<JsonObject> deployment(String name) {
        return called("deployment", name).map(plugin -> deployed());
    }

    @Override
    public Future<Change> deploy(String name, JsonObject request) {
        return called("deploy " + request.encode(), name).map(plugin -> new Change(deployed(), false));
    }

    @Override
    public Future<JsonObject> load(String name) {
        return called("load", name);
    }

    @Override
    public Future<JsonObject> activate(String name) {
        return called("activate", name);
    }

    @Override
    public Future<JsonObject> deactivate(String name) {
        return called("deactivate", name);
    }

    @Override
    public Future<JsonObject> unload(String name) {
        return called("unload", name);
    }

    @Override
    public Future<Void> unregister(String name) {
        return called("unregister", name).mapEmpty();
    }

    @Override
    public Future<JsonObject> configuration(String name) {
        return called("configuration", name);
    }

    @Override
    public Future<JsonObject> configure(String name, JsonObject settings) {
        return called("configure " + settings.encode(), name);
    }

    @Override
    public Future<PluginLog> log(String name) {
        return Future.succeededFuture(log);
    }

    @Override
    public Future<JsonObject> view(String plugin, JsonObject message) {
        calls.add("view " + plugin + " " + message.encode());
        return Future.succeededFuture(new JsonObject().put("viewId", "v1").put("topic", "ui:" + plugin + ":v1"));
    }

    @Override
    public Future<Void> cancel(Execution execution) {
        calls.add("cancel " + execution.operation());
        return Future.succeededFuture();
    }

    @Override
    public Future<Outcome> execute(Execution execution) {
        executions.add(execution);
        return switch (execution.operation()) {
            case "mean" ->
                Future.succeededFuture(new Outcome.Value(execution.params().getMap()));
            case "sum" -> sum(execution);
            case "table" -> {
                Schema schema = new Schema(List.of(
                        Field.nullable("n", new ArrowType.Int(64, true)),
                        Field.nullable("text", ArrowType.Utf8.INSTANCE)));
                yield Future.succeededFuture(new Outcome.Dataset(
                        schema, EngineTypes.columns(schema), Flux.defer(() -> Flux.just(queries.batch(schema, 0)))));
            }
            default ->
                Future.succeededFuture(new Outcome.Drawing(
                        execution.format() == null ? ExportFormat.SVG : execution.format(), Buffer.buffer("<svg/>")));
        };
    }

    private static Future<Outcome> sum(Execution execution) {
        if (execution.inputBatches() == null) {
            return Future.succeededFuture(new Outcome.Value(null));
        }
        return Future.fromCompletionStage(
                execution
                        .inputBatches()
                        .map(batch -> {
                            try (batch) {
                                return (long) batch.rowCount();
                            }
                        })
                        .reduce(0L, Long::sum)
                        .<Outcome>map(Outcome.Value::new)
                        .toFuture(),
                io.vertx.core.Vertx.currentContext());
    }
}
