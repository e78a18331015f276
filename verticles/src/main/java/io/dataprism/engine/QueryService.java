package io.dataprism.engine;

import io.dataprism.core.engine.QueryOutput;
import io.dataprism.core.engine.QueryProblems;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.plugin.Batch;
import io.dataprism.plugin.TableInfo;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Queries, from the caller's side. Each call is a message on the bus that speaks for the current context
 * ({@link io.dataprism.bus.CallerContext}) and passes the permission interceptors. Call on a Vert.x context; nothing blocks.
 */
public interface QueryService {

    /** The rows of a batch where the caller does not say. */
    int DEFAULT_BATCH_ROWS = 32_768;

    /**
     * Opens a query. Succeeds when the first batch, or the end, is at hand: a statement that fails at once fails here.
     */
    Future<QueryResult> query(QueryRequest request);

    /**
     * Writes batches that are at hand as a Parquet file, whose pieces are the batches of the answer. Nobody's rights are needed, for
     * nothing is read. It is listed and cancelled as the query of its id once all batches have come.
     */
    default Future<QueryResult> export(Export export) {
        return Future.failedFuture(new DataPrismException(
                ErrorCode.NOT_ACCEPTABLE,
                "No Parquet can be written here.",
                "Accept application/vnd.apache.arrow.stream."));
    }

    /** Every query that is queued or running, oldest first. */
    Future<List<QueryInfo>> queries();

    /** One query that is queued or running; fails with {@code QUERY_NOT_FOUND}. */
    default Future<QueryInfo> query(String queryId) {
        return queries()
                .map(all -> all.stream()
                        .filter(query -> query.id().equals(queryId))
                        .findFirst()
                        .orElseThrow(() -> QueryProblems.notFound(queryId)));
    }

    /** Stops a query, as the node. Succeeds once it is stopped; fails with {@code QUERY_NOT_FOUND}. */
    Future<Void> cancel(String queryId);

    /** Stops a query of the caller's own, like {@link #cancel}; anybody else's is {@code QUERY_NOT_FOUND}. */
    Future<Void> withdraw(String queryId);

    /**
     * A query.
     *
     * @param id a UUID of the caller's making, so that the query can be cancelled before it has answered
     * @param sql one read-only statement
     * @param parameters JSON scalars or null, for its {@code ?}
     * @param batchRows rows of a batch at most, 1 to 1,000,000
     * @param timeout from now to the last byte, at most 10 minutes
     * @param maxRows cuts like LIMIT; null: all
     * @param output what the batches hold
     */
    record QueryRequest(
            String id,
            String sql,
            List<@Nullable Object> parameters,
            int batchRows,
            Duration timeout,
            @Nullable Long maxRows,
            QueryOutput output) {

        /** For rows. */
        public QueryRequest(
                String id,
                String sql,
                List<@Nullable Object> parameters,
                int batchRows,
                Duration timeout,
                @Nullable Long maxRows) {
            this(id, sql, parameters, batchRows, timeout, maxRows, QueryOutput.ROWS);
        }

        /** With an id of its own. */
        public QueryRequest(
                String sql,
                List<@Nullable Object> parameters,
                int batchRows,
                Duration timeout,
                @Nullable Long maxRows) {
            this(UUID.randomUUID().toString(), sql, parameters, batchRows, timeout, maxRows, QueryOutput.ROWS);
        }

        /** The same query with other batches. */
        public QueryRequest with(QueryOutput other) {
            return new QueryRequest(id, sql, parameters, batchRows, timeout, maxRows, other);
        }

        /** With the defaults of the contract. */
        public static QueryRequest of(String sql) {
            return new QueryRequest(sql, List.of(), DEFAULT_BATCH_ROWS, Duration.ofSeconds(30), null);
        }
    }

    /**
     * Batches to be written as a Parquet file.
     *
     * @param id a UUID of the caller's making
     * @param title what they are, for the list of queries and the words of a failure
     * @param user who asked for them, for that list
     * @param batches subscribed to at once; closed one by one
     * @param end subscribed to with them; emits why it fails where the last batch has not come by then
     * @param folder where they lie meanwhile
     * @param timeout from the last batch that comes to the last piece that goes, at most 10 minutes
     */
    record Export(
            String id,
            String title,
            String user,
            Schema schema,
            Flux<Batch> batches,
            Mono<Throwable> end,
            Path folder,
            Duration timeout) {}

    /**
     * An open query.
     *
     * @param columns with the engine's names of their types
     * @param batches one subscriber; {@code request(n)} becomes credit, cancel becomes cancel, an error is a
     *     {@link io.dataprism.core.error.DataPrismException}. Signals come on the context that called {@code query}. Must be
     *     subscribed to within 10 s, or the query is cancelled. The subscriber closes the batches.
     */
    record QueryResult(String queryId, Schema schema, List<TableInfo.Column> columns, Flux<Batch> batches) {}

    /** A query that is queued or running, as {@code GET /v1/queries} shows it. */
    record QueryInfo(
            String id,
            String sql,
            String user,
            String node,
            String state,
            Instant startedAt,
            long rows,
            long bytes,
            double percent) {

        /** As in the contract. */
        public JsonObject toJson() {
            return new JsonObject()
                    .put("id", id)
                    .put("sql", sql)
                    .put("user", user)
                    .put("node", node)
                    .put("state", state)
                    .put("startedAt", startedAt.toString())
                    .put("rows", rows)
                    .put("bytes", bytes)
                    .put("percent", percent);
        }
    }
}
