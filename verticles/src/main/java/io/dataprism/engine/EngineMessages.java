package io.dataprism.engine;

import io.dataprism.bus.MessageBody;
import io.dataprism.core.engine.LoadedTable;
import io.dataprism.core.engine.QueryOutput;
import io.dataprism.core.engine.QuerySpec;
import io.dataprism.core.engine.TableDetails;
import io.dataprism.core.permission.TableScope;
import io.dataprism.engine.QueryService.QueryInfo;
import io.dataprism.engine.QueryService.QueryRequest;
import io.dataprism.plugin.TableInfo;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** The bodies of the engine's messages, both ways. */
public final class EngineMessages {

    /**
     * The header with the path of a complete upload on this host's disk, which is read, moved and deleted: only host code writes
     * headers, so nobody else can name a path.
     */
    static final String FILE_HEADER = "dataprism-file";

    /** The header with the name of a file that was sent to this node before, in pieces; see {@link FileArrivals}. */
    static final String UPLOAD_HEADER = "dataprism-upload";

    static final int BATCH_ROWS_LIMIT = 1_000_000;
    static final Duration TIMEOUT_LIMIT = Duration.ofMinutes(10);

    private EngineMessages() {}

    static JsonObject ofRequest(QueryRequest request, JsonObject stream) {
        JsonArray parameters = new JsonArray();
        request.parameters().forEach(parameters::add);
        return new JsonObject()
                .put("id", request.id())
                .put("sql", request.sql())
                .put("parameters", parameters)
                .put("batchRows", request.batchRows())
                .put("timeoutMs", request.timeout().toMillis())
                .put("maxRows", request.maxRows())
                .put("output", request.output().name())
                .put("stream", stream);
    }

    static JsonObject ofExport(QueryService.Export export, JsonObject stream) {
        return new JsonObject()
                .put("op", "export")
                .put("id", export.id())
                .put("title", export.title())
                .put("user", export.user())
                .put("timeoutMs", export.timeout().toMillis())
                .put("stream", stream);
    }

    /** What is shown of it is a comment, for there is no statement. */
    static QuerySpec toExport(MessageBody body) {
        return new QuerySpec(
                body.text("id"),
                "-- " + body.text("title"),
                List.of(),
                1,
                Duration.ofMillis(body.number("timeoutMs", 1, TIMEOUT_LIMIT.toMillis())),
                null,
                TableScope.nothing(),
                body.text("user"),
                QueryOutput.PARQUET);
    }

    static QuerySpec toSpec(MessageBody body, TableScope scope, String user) {
        return new QuerySpec(
                body.text("id"),
                body.text("sql"),
                scalars(body),
                (int) body.number("batchRows", 1, BATCH_ROWS_LIMIT),
                Duration.ofMillis(body.number("timeoutMs", 1, TIMEOUT_LIMIT.toMillis())),
                body.optionalNumber("maxRows", 0, Long.MAX_VALUE),
                scope,
                user,
                body.json().containsKey("output") ? body.choice("output", QueryOutput.class) : QueryOutput.ROWS);
    }

    private static List<@Nullable Object> scalars(MessageBody body) {
        JsonArray values = body.array("parameters");
        List<@Nullable Object> scalars = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            Object value = values.getValue(i);
            if (value != null && !(value instanceof Number || value instanceof String || value instanceof Boolean)) {
                throw body.invalid("parameters", "must be JSON scalars; number " + (i + 1) + " is none");
            }
            scalars.add(value);
        }
        return scalars;
    }

    static JsonObject ofSchema(String queryId, Schema schema, List<TableInfo.Column> columns) {
        return new JsonObject()
                .put("queryId", queryId)
                .put("schema", schema.serializeAsMessage())
                .put("columns", ofColumns(columns));
    }

    static Schema toSchema(JsonObject head) {
        return Schema.deserializeMessage(ByteBuffer.wrap(head.getBinary("schema")));
    }

    static JsonArray ofColumns(List<TableInfo.Column> columns) {
        JsonArray array = new JsonArray();
        columns.forEach(
                column -> array.add(new JsonObject().put("name", column.name()).put("type", column.type())));
        return array;
    }

    static List<TableInfo.Column> toColumns(JsonArray array) {
        return array.stream()
                .map(JsonObject.class::cast)
                .map(column -> new TableInfo.Column(column.getString("name"), column.getString("type")))
                .toList();
    }

    /** A table as JSON: {@code {name, version, rows, bytes, columns}}. */
    public static JsonObject ofTable(TableInfo table) {
        return new JsonObject()
                .put("name", table.name())
                .put("version", table.version())
                .put("rows", table.rows())
                .put("bytes", table.bytes())
                .put("columns", ofColumns(table.columns()));
    }

    /** Empty where nothing was loaded. */
    static JsonObject ofLoaded(@Nullable LoadedTable loaded) {
        return loaded == null
                ? new JsonObject()
                : new JsonObject().put("table", ofTable(loaded.table())).put("created", loaded.created());
    }

    static JsonObject ofDetails(TableDetails details) {
        return ofTable(details.table()).put("versions", new JsonArray(details.versions()));
    }

    static TableInfo toTable(JsonObject table) {
        return new TableInfo(
                table.getString("name"),
                table.getLong("version"),
                table.getLong("rows"),
                table.getLong("bytes"),
                toColumns(table.getJsonArray("columns")));
    }

    static QueryInfo toQueryInfo(JsonObject query) {
        return new QueryInfo(
                query.getString("id"),
                query.getString("sql"),
                query.getString("user"),
                query.getString("node"),
                query.getString("state"),
                Instant.parse(query.getString("startedAt")),
                query.getLong("rows"),
                query.getLong("bytes"),
                query.getDouble("percent"));
    }
}
