package io.dataprism.gateway;

import io.dataprism.core.engine.TableName;
import io.dataprism.core.permission.Principal.Role;
import io.dataprism.engine.QueryService;
import io.dataprism.engine.QueryService.QueryRequest;
import io.dataprism.engine.TableService;
import io.dataprism.engine.TableService.Format;
import io.dataprism.engine.TableService.Mode;
import io.dataprism.gateway.contract.Operation;
import io.dataprism.gateway.contract.Parameters;
import io.dataprism.gateway.contract.Problems;
import io.dataprism.plugin.TableInfo;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code /v1/tables}. */
final class TableRoutes {

    private final TableService tables;
    private final QueryService queries;
    private final Access access;
    private final Uploads uploads;
    private final Limits limits;

    TableRoutes(TableService tables, QueryService queries, Access access, Uploads uploads, Limits limits) {
        this.tables = tables;
        this.queries = queries;
        this.access = access;
        this.uploads = uploads;
        this.limits = limits;
    }

    void mount(Router router) {
        router.route("/v1/tables")
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(access.anyOf(Role.ANALYST))
                .handler(this::list);
        router.route("/v1/tables/:name")
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(access.anyOf(Role.ANALYST))
                .handler(access::tableInScope)
                .handler(this::get);
        router.put("/v1/tables/:name")
                .handler(access.anyOf(Role.ANALYST))
                .handler(access::tableInScope)
                .handler(this::load);
        router.delete("/v1/tables/:name")
                .handler(access.anyOf(Role.ANALYST))
                .handler(access::tableInScope)
                .handler(this::delete);
    }

    private void list(RoutingContext context) {
        Parameters.of(context);
        List<String> patterns = Access.user(context).tables();
        if (patterns != null && patterns.isEmpty()) {
            Answers.json(context, 200, new JsonArray());
            return;
        }
        tables.tables()
                .onSuccess(found -> {
                    JsonArray answer = new JsonArray();
                    found.stream()
                            .filter(table -> Access.inScope(patterns, table.name()))
                            .forEach(table -> answer.add(json(table)));
                    Answers.json(context, 200, answer);
                })
                .onFailure(failure -> Answers.problem(context, failure));
    }

    private void get(RoutingContext context) {
        Parameters.of(context);
        String name = context.pathParam("name");
        tables.table(name)
                .compose(table -> tables.versions(name)
                        .onSuccess(versions -> answer(context, 200, table, new JsonArray(versions))))
                .onFailure(failure -> Answers.problem(context, failure));
    }

    private void load(RoutingContext context) {
        String name = context.pathParam("name");
        if (!TableName.isLegal(name)) {
            Problems problems = new Problems("PUT /v1/tables/{name}");
            problems.add("name", "must be the name of a table and match " + TableName.RULE, name);
            problems.check();
        }
        Mode mode =
                Mode.valueOf(String.valueOf(Parameters.of(context).text("mode")).toUpperCase(Locale.ROOT));
        UploadType upload = UploadType.of(context.request());
        EntityTags ifMatch = EntityTags.ifMatch(context);
        uploads.receive(
                        context,
                        limits.uploadBytes(),
                        file -> ifMatch.version(tables, name)
                                .compose(version -> upload.format() == Format.JSON
                                        ? json(context, name, mode, file, version)
                                        : tables.load(name, mode, upload.format(), file, version)))
                .onSuccess(loaded -> answer(context, loaded.created() ? 201 : 200, loaded.table(), null))
                .onFailure(failure -> Answers.problem(context, failure));
    }

    /** Rows in an array are loaded; an object names a query, whose rows are kept. */
    private Future<TableService.Loaded> json(
            RoutingContext context, String name, Mode mode, Path file, @Nullable Long ifMatch) {
        Operation operation = Operation.of(context);
        return context.vertx()
                .executeBlocking(() -> JsonUpload.document(file, limits.jsonBodyBytes()))
                .compose(document -> {
                    if (document == null) {
                        return tables.load(name, mode, Format.JSON, file, ifMatch);
                    }
                    JsonObject body = Bodies.parse(Bodies.operation(context), document);
                    operation.checkDocument(body);
                    QueryRequest query = query(body);
                    return Departure.watch(
                            context,
                            tables.keep(name, mode, query, ifMatch),
                            () -> Access.asNode(() -> queries.cancel(query.id())));
                });
    }

    private static QueryRequest query(JsonObject json) {
        RequestDocument body = new RequestDocument("PUT /v1/tables/{name}", json);
        List<@Nullable Object> parameters = body.scalars("parameters");
        body.check();
        Duration timeout = Duration.ofMillis(body.integer("timeoutMs", QueryRoutes.TIMEOUT_MS));
        return new QueryRequest(body.text("sql"), parameters, QueryService.DEFAULT_BATCH_ROWS, timeout, null);
    }

    private void delete(RoutingContext context) {
        String name = context.pathParam("name");
        Parameters.of(context);
        EntityTags.ifMatch(context)
                .version(tables, name)
                .compose(version -> tables.delete(name, version))
                .onSuccess(v -> Answers.nothing(context))
                .onFailure(failure -> Answers.problem(context, failure));
    }

    private static void answer(RoutingContext context, int status, TableInfo table, @Nullable JsonArray versions) {
        context.response().putHeader(HttpHeaders.ETAG, "\"" + table.version() + "\"");
        JsonObject json = json(table);
        if (versions != null) {
            json.put("versions", versions);
        }
        Answers.json(context, status, json);
    }

    private static JsonObject json(TableInfo table) {
        JsonArray columns = new JsonArray();
        table.columns()
                .forEach(column ->
                        columns.add(new JsonObject().put("name", column.name()).put("type", column.type())));
        return new JsonObject()
                .put("name", table.name())
                .put("version", table.version())
                .put("rows", table.rows())
                .put("bytes", table.bytes())
                .put("columns", columns);
    }
}
