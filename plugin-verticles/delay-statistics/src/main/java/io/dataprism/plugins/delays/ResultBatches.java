package io.dataprism.plugins.delays;

import io.dataprism.plugin.Batch;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import reactor.core.publisher.Flux;

/** Writes the sorted groups as batches of at most 8,192 rows, each made when it is asked for. */
final class ResultBatches {

    static final int MAX_ROWS = 8_192;

    private ResultBatches() {}

    /** One batch at least, so that the schema is known where there are no groups. */
    static Flux<Batch> of(List<GroupRow> rows, String keyName, BufferAllocator allocator) {
        int batchCount = Math.max(1, Math.ceilDiv(rows.size(), MAX_ROWS));
        return Flux.generate(() -> 0, (index, sink) -> {
            int from = index * MAX_ROWS;
            sink.next(batch(rows.subList(from, Math.min(rows.size(), from + MAX_ROWS)), keyName, allocator));
            if (index + 1 == batchCount) {
                sink.complete();
            }
            return index + 1;
        });
    }

    private static Batch batch(List<GroupRow> rows, String keyName, BufferAllocator allocator) {
        VarCharVector keys = new VarCharVector(keyName, allocator);
        BigIntVector counts = new BigIntVector("count", allocator);
        Float8Vector means = new Float8Vector("mean", allocator);
        Float8Vector medians = new Float8Vector("median", allocator);
        Float8Vector p95s = new Float8Vector("p95", allocator);
        BitVector exacts = new BitVector("exact", allocator);
        VectorSchemaRoot root = VectorSchemaRoot.of(keys, counts, means, medians, p95s, exacts);
        try {
            for (int row = 0; row < rows.size(); row++) {
                GroupRow group = rows.get(row);
                byte[] key = group.key();
                if (key == null) {
                    keys.setNull(row);
                } else {
                    keys.setSafe(row, key);
                }
                counts.setSafe(row, group.count());
                exacts.setSafe(row, group.exact() ? 1 : 0);
                set(means, row, group, group.mean());
                set(medians, row, group, group.median());
                set(p95s, row, group, group.p95());
            }
            root.setRowCount(rows.size());
            return new Batch(root);
        } catch (RuntimeException failure) {
            root.close();
            throw failure;
        }
    }

    /** NULL where the group has no values, as SQL's aggregates have it. */
    private static void set(Float8Vector vector, int row, GroupRow group, double value) {
        if (group.count() == 0) {
            vector.setNull(row);
        } else {
            vector.setSafe(row, value);
        }
    }
}
