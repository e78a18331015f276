package io.dataprism.gateway;

import io.dataprism.bus.CallerContext;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.format.EngineTypes;
import io.dataprism.core.permission.Caller;
import io.dataprism.engine.QueryService;
import io.dataprism.plugin.Batch;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import reactor.core.publisher.Flux;

/**
 * Queries over made-up rows: {@code rows N} gives N batches of 1,000 rows {@code n, text}; {@code rows N fail} fails after
 * them; {@code syntax} and {@code unforeseen} fail at once; {@code columns a,b,a} gives one row with those columns.
 */
final class FixtureQueries implements QueryService, AutoCloseable {

    static final int BATCH_ROWS = 1_000;

    final BufferAllocator allocator = new RootAllocator();
    final AtomicInteger produced = new AtomicInteger();
    final AtomicInteger cancelled = new AtomicInteger();
    final List<Caller> callers = new CopyOnWriteArrayList<>();
    final List<QueryRequest> requests = new CopyOnWriteArrayList<>();
    final Map<String, QueryInfo> running = new ConcurrentHashMap<>();

    @Override
    public Future<QueryResult> query(QueryRequest request) {
        Caller caller = CallerContext.acting();
        if (caller != null) {
            callers.add(caller);
        }
        requests.add(request);
        String[] words = request.sql().split(" ");
        return switch (words[0]) {
            case "rows" -> Future.succeededFuture(rows(request.sql(), Integer.parseInt(words[1]), words.length > 2));
            case "never" -> {
                running.put(
                        request.id(),
                        new QueryInfo(request.id(), "never", "admin", "node", "running", Instant.now(), 0, 0, 0));
                yield Promise.<QueryResult>promise().future();
            }
            case "columns" -> Future.succeededFuture(columns(words[1].split(",")));
            case "syntax" ->
                Future.failedFuture(new DataPrismException(ErrorCode.QUERY_INVALID, "no such word", "spell it")
                        .with("position", 3));
            case "overloaded" -> Future.failedFuture(new DataPrismException(ErrorCode.OVERLOADED, "too much", "later"));
            default -> Future.failedFuture(new IllegalStateException("secret internals"));
        };
    }

    private QueryResult rows(String sql, int batches, boolean fail) {
        String id = UUID.randomUUID().toString();
        Schema schema = new Schema(List.of(
                Field.nullable("n", new ArrowType.Int(64, true)), Field.nullable("text", ArrowType.Utf8.INSTANCE)));
        running.put(id, new QueryInfo(id, sql, "admin", "node", "running", Instant.now(), 0, 0, 0));
        Flux<Batch> flux = Flux.<Batch, Integer>generate(() -> 0, (count, sink) -> {
                    if (count < batches) {
                        produced.incrementAndGet();
                        sink.next(batch(schema, count * BATCH_ROWS));
                    } else if (fail) {
                        sink.error(new DataPrismException(ErrorCode.QUERY_TIMEOUT, "took too long", "ask for less"));
                    } else {
                        sink.complete();
                    }
                    return count + 1;
                })
                .doOnCancel(cancelled::incrementAndGet)
                .doFinally(signal -> running.remove(id));
        return new QueryResult(id, schema, EngineTypes.columns(schema), flux);
    }

    Batch batch(Schema schema, int first) {
        VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
        BigIntVector numbers = (BigIntVector) root.getVector("n");
        VarCharVector texts = (VarCharVector) root.getVector("text");
        for (int i = 0; i < BATCH_ROWS; i++) {
            numbers.setSafe(i, first + i);
            texts.setSafe(
                    i,
                    ("row, \"" + (first + i) + "\" of many rows, padded to be long enough to fill sockets soon")
                            .getBytes(StandardCharsets.UTF_8));
        }
        root.setRowCount(BATCH_ROWS);
        return new Batch(root);
    }

    private QueryResult columns(String[] names) {
        List<Field> fields = new ArrayList<>();
        for (String name : names) {
            fields.add(Field.nullable(name, new ArrowType.Int(64, true)));
        }
        Schema schema = new Schema(fields);
        return new QueryResult("q", schema, EngineTypes.columns(schema), Flux.defer(() -> {
            VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
            int value = 0;
            for (FieldVector vector : root.getFieldVectors()) {
                ((BigIntVector) vector).setSafe(0, value++);
            }
            root.setRowCount(1);
            return Flux.just(new Batch(root));
        }));
    }

    @Override
    public Future<List<QueryInfo>> queries() {
        return Future.succeededFuture(List.copyOf(running.values()));
    }

    @Override
    public Future<Void> withdraw(String queryId) {
        return cancel(queryId);
    }

    @Override
    public Future<Void> cancel(String queryId) {
        return running.remove(queryId) != null
                ? Future.succeededFuture()
                : Future.failedFuture(new DataPrismException(ErrorCode.QUERY_NOT_FOUND, "no query " + queryId, "look"));
    }

    @Override
    public void close() {
        allocator.close();
    }
}
