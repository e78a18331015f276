package io.dataprism.load.node;

import io.dataprism.load.child.Answers;
import io.dataprism.load.child.ProcessClock;
import io.dataprism.load.measure.Measured;
import io.dataprism.load.peer.PlainDuckDb;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * The process of the first row: a node alone, and beside it the barest loop over a DuckDB of its own with the same settings and
 * files. Argument: a data folder. Questions: {@code load} with {@code file}; {@code flux}, {@code bare}: a statement.
 */
public final class SoloNode {

    private SoloNode() {}

    public static void main(String[] arguments) throws Exception {
        Vertx vertx = Vertx.vertx();
        try (EngineUnderTest engine = EngineUnderTest.open(Path.of(arguments[0]));
                PlainDuckDb duckDb = PlainDuckDb.open();
                BufferAllocator allocator = new RootAllocator()) {
            NodeUnderTest node =
                    new NodeUnderTest(vertx, "solo", engine.engine().allocator());
            node.addEngine(engine);
            Answers.serve(Map.of(), question -> {
                String table = question.get("load");
                if (table != null) {
                    duckDb.view(table, engine.load(table, Path.of(question.getOrDefault("file", ""))));
                    return Map.of();
                }
                String flux = question.get("flux");
                return Answers.of(
                        flux != null ? node.read(flux) : bare(duckDb, allocator, question.getOrDefault("bare", "")));
            });
            node.close();
        }
        System.exit(0);
    }

    private static Measured bare(PlainDuckDb duckDb, BufferAllocator allocator, String sql) throws Exception {
        long pid = ProcessHandle.current().pid();
        long computed = ProcessClock.cpuNanos(pid);
        long start = System.nanoTime();
        long rows = duckDb.count(sql, allocator);
        return new Measured(rows, 0, System.nanoTime() - start, ProcessClock.cpuNanos(pid) - computed);
    }
}
