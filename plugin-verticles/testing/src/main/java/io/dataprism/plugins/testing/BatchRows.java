package io.dataprism.plugins.testing;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Cells;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** Reads what an operation answers, and closes it. */
public final class BatchRows {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private BatchRows() {}

    /** All rows in order, by column: numbers as {@code Double}, booleans as they are, everything else as text. Within 60 s. */
    public static List<Map<String, @Nullable Object>> of(Flux<Batch> batches) {
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        batches.doOnNext(batch -> add(batch, rows)).blockLast(LIMIT);
        return rows;
    }

    private static void add(Batch batch, List<Map<String, @Nullable Object>> rows) {
        try (batch) {
            for (int row = 0; row < batch.rowCount(); row++) {
                Map<String, @Nullable Object> values = new LinkedHashMap<>();
                for (FieldVector vector : batch.root().getFieldVectors()) {
                    values.put(vector.getName(), value(vector, row));
                }
                rows.add(values);
            }
        }
    }

    private static @Nullable Object value(FieldVector vector, int row) {
        if (vector.isNull(row)) {
            return null;
        }
        if (vector instanceof BitVector bits) {
            return bits.get(row) == 1;
        }
        return Cells.isNumeric(vector) ? (Object) Cells.number(vector, row) : Cells.text(vector, row);
    }
}
