package io.dataprism.host;

import io.dataprism.core.manifest.OperationSpec;
import io.dataprism.plugin.Batch;
import io.dataprism.plugin.ExportFormat;
import io.dataprism.plugin.TableInfo;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * Plugins, as the gateway sees them: the calls of the contract, whose JSON they answer. Whoever calls has checked the user's
 * role; {@link #execute} alone goes over the bus and passes the permission interceptors. Call on a Vert.x context; nothing
 * blocks; failures are {@link io.dataprism.core.error.DataPrismException}.
 */
public interface PluginService {

    /**
     * Takes a package into the catalog; {@code PERMISSION_DENIED}, with nothing kept, where its plugin is outside those that the
     * user's token is narrowed to.
     *
     * @param file a complete upload on this node's disk; deleted in any case
     * @param activate whether to activate it too; one that cannot be is registered, with {@code problem}
     */
    Future<Registered> register(Path file, boolean activate);

    /** Plugins, sorted by name; both filters may be null. */
    Future<JsonArray> list(@Nullable String category, @Nullable String state);

    /** One plugin; {@code PLUGIN_NOT_FOUND}. */
    Future<JsonObject> get(String name);

    /**
     * The operations of the version that is meant to run. Any thread; nothing blocks.
     *
     * @throws DataPrismException {@code PLUGIN_NOT_FOUND}
     */
    List<OperationSpec> operations(String name);

    /** {@code {requested, granted, pending}}. */
    Future<JsonObject> grants(String name);

    /** Replaces the grants: {@code {"permissions": [...]}} or {@code {"approve": "requested"}}. */
    Future<JsonObject> grant(String name, JsonObject request);

    /**
     * Takes a package of a plugin and switches to it without losing a call; where the new version does not start, the old one
     * goes on.
     *
     * @param file as for {@link #register}
     * @return {@code {from, to, switchedInMs}}, or {@code {from, to, pending}} where it waits for grants
     */
    Future<Change> reload(String name, Path file);

    /** {@code {version, replicas, labels}}. */
    Future<JsonObject> deployment(String name);

    /**
     * Replaces the deployment and switches to its version as {@link #reload} does.
     *
     * @param request {@code {version?, replicas?: 1 or "everywhere", labels?}}, its form checked
     * @return the deployment, or as {@link #reload} where it waits for grants
     */
    Future<Change> deploy(String name, JsonObject request);

    /** Starts the sandbox; idempotent; answers the plugin once it holds. */
    Future<JsonObject> load(String name);

    /** Starts and activates; idempotent. */
    Future<JsonObject> activate(String name);

    /** Drains and deactivates; idempotent. */
    Future<JsonObject> deactivate(String name);

    /** Ends the sandbox; idempotent. */
    Future<JsonObject> unload(String name);

    /** Unloads and forgets; {@code STATE_CONFLICT} for a bundled one. */
    Future<Void> unregister(String name);

    /** The configuration as set, without {@code writeOnly} values. */
    Future<JsonObject> configuration(String name);

    /** Checks and replaces the configuration. */
    Future<JsonObject> configure(String name, JsonObject settings);

    /** The plugin's log, of this node; {@code PLUGIN_NOT_FOUND}. */
    Future<PluginLog> log(String name);

    /** Calls an operation, over the bus, for the current context. */
    Future<Outcome> execute(Execution execution);

    /**
     * Opens a view, or does something with one of the caller's, over the bus, for the current context.
     *
     * @param message {@code {operation, live: true, params?, input?, options?, format?}}, or {@code {view, action: UPDATE | RESIZE |
     *     CLOSE, input?, width?, height?}}
     * @return {@code {viewId, topic}}
     */
    Future<JsonObject> view(String plugin, JsonObject message);

    /** Cancels a call that has not answered yet, for the current context, which must be that of its caller; idempotent. */
    Future<Void> cancel(Execution execution);

    /**
     * The outcome of a change of version.
     *
     * @param pending whether it waits for grants
     */
    record Change(JsonObject answer, boolean pending) {}

    /**
     * The outcome of a registration.
     *
     * @param created false: the same bytes were there already
     */
    record Registered(JsonObject plugin, boolean created) {}

    /**
     * A call of an operation.
     *
     * @param id a UUID of the caller's making, for {@link #cancel}
     * @param input at most one of {@code {"sql": ...}} and {@code {"table": ...}}, read with the caller's rights; null: none
     * @param inputBatches an uploaded dataset instead of {@code input}; null: none
     * @param format for a rendering: what to write; null: the first of the operation's media types
     * @param options the caller's wishes: of a dataset {@code {mode, batchRows, timeoutMs, validate, cache}}, of a rendering
     *     {@code {theme, responsive, animation, interaction, styles}}; empty: none
     */
    record Execution(
            String id,
            String plugin,
            String operation,
            JsonObject params,
            @Nullable JsonObject input,
            @Nullable Flux<Batch> inputBatches,
            @Nullable ExportFormat format,
            JsonObject options) {

        /** With an id of its own, and without wishes. */
        public Execution(
                String plugin,
                String operation,
                JsonObject params,
                @Nullable JsonObject input,
                @Nullable Flux<Batch> inputBatches,
                @Nullable ExportFormat format) {
            this(
                    UUID.randomUUID().toString(),
                    plugin,
                    operation,
                    params,
                    input,
                    inputBatches,
                    format,
                    new JsonObject());
        }
    }

    /** What an operation answered. */
    sealed interface Outcome {

        /** A JSON value, as Vert.x has them. */
        record Value(@Nullable Object result) implements Outcome {}

        /** Batches; as {@link io.dataprism.engine.QueryService.QueryResult}. */
        record Dataset(Schema schema, List<TableInfo.Column> columns, Flux<Batch> batches) implements Outcome {}

        /** A document. */
        record Drawing(ExportFormat format, Buffer bytes) implements Outcome {}
    }
}
