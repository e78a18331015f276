package io.dataprism.gateway.live;

import io.dataprism.bus.CallerContext;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.dataprism.engine.QueryService;
import io.dataprism.host.PluginService;
import io.dataprism.plugin.Batch;
import io.dataprism.plugin.ExportFormat;
import io.dataprism.plugin.TableInfo;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import reactor.core.publisher.Flux;

/** A tiny engine: {@code "10"} as SQL is ten batches of two rows, {@code "bad"} fails. */
final class RowsForTests {

    static final Schema SCHEMA =
            new Schema(List.of(new Field("n", FieldType.nullable(new ArrowType.Int(32, true)), null)));
    static final List<TableInfo.Column> COLUMNS = List.of(new TableInfo.Column("n", "INTEGER"));

    final BufferAllocator allocator = new RootAllocator();
    final AtomicInteger made = new AtomicInteger();
    final AtomicInteger cancelled = new AtomicInteger();
    volatile Caller lastCaller;

    QueryService queries() {
        return LiveServer.only(
                QueryService.class, Map.of("query", arguments -> query((QueryService.QueryRequest) arguments[0])));
    }

    PluginService plugins() {
        return LiveServer.only(
                PluginService.class, Map.of("execute", arguments -> execute((PluginService.Execution) arguments[0])));
    }

    private Future<QueryService.QueryResult> query(QueryService.QueryRequest request) {
        lastCaller = CallerContext.acting();
        if (request.sql().equals("bad")) {
            return Future.failedFuture(new DataPrismException(ErrorCode.QUERY_INVALID, "bad", "better"));
        }
        return Future.succeededFuture(
                new QueryService.QueryResult("q1", SCHEMA, COLUMNS, batches(Integer.parseInt(request.sql()))));
    }

    private Future<PluginService.Outcome> execute(PluginService.Execution execution) {
        lastCaller = CallerContext.acting();
        return Future.succeededFuture(
                switch (execution.operation()) {
                    case "value" -> new PluginService.Outcome.Value(new JsonObject().put("echo", execution.params()));
                    case "drawing" -> new PluginService.Outcome.Drawing(ExportFormat.SVG, Buffer.buffer("<svg/>"));
                    default -> new PluginService.Outcome.Dataset(SCHEMA, COLUMNS, batches(2));
                });
    }

    private Flux<Batch> batches(int count) {
        return Flux.range(0, count).map(this::batch).doOnCancel(cancelled::incrementAndGet);
    }

    private Batch batch(int number) {
        made.incrementAndGet();
        VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, allocator);
        IntVector vector = (IntVector) root.getVector("n");
        vector.allocateNew(2);
        vector.set(0, 2 * number);
        vector.set(1, 2 * number + 1);
        root.setRowCount(2);
        return new Batch(root);
    }

    static String encode(Batch batch, List<TableInfo.Column> columns) {
        IntVector vector = (IntVector) batch.column(columns.get(0).name());
        return "[{\"n\":" + vector.get(0) + "},{\"n\":" + vector.get(1) + "}]";
    }
}
