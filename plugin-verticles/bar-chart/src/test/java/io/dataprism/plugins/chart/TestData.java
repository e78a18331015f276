package io.dataprism.plugins.chart;

import io.dataprism.plugin.Batch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** Rows for charts, as batches of a real allocator that finds a leak when it is closed. */
final class TestData implements AutoCloseable {

    private final BufferAllocator allocator = new RootAllocator();

    /** A label and a number, either of which may be NULL. */
    record Row(@Nullable String label, @Nullable Double number) {}

    static Row row(@Nullable String label, @Nullable Number number) {
        return new Row(label, number == null ? null : number.doubleValue());
    }

    /** The mean delay of 20 origins of real flights of 2001. */
    static List<Row> origins() {
        String[] names = "ORD DFW ATL LAX PHX STL DTW LAS MSP CLT EWR DEN SFO PIT IAH PHL SEA LGA BOS MCO".split(" ");
        double[] means = {
            10.1, 6.9, 8.8, 6.5, 8.2, 5.4, 5.9, 8.6, 4.6, 5.0, 8.0, 7.3, 7.6, 4.7, 4.1, 8.9, 9.9, 8.1, 7.7, 5.2
        };
        return IntStream.range(0, names.length)
                .mapToObj(index -> row(names[index], means[index]))
                .toList();
    }

    static List<Row> numbered(int count) {
        return IntStream.range(0, count)
                .mapToObj(index -> row("bar " + index, 100 + 80 * Math.sin(index / 5.0)))
                .toList();
    }

    /** In batches of at most 100 rows, with the columns {@code origin} and {@code delay}. */
    Flux<Batch> batches(List<Row> rows) {
        List<List<Row>> parts = new ArrayList<>();
        for (int from = 0; from < rows.size(); from += 100) {
            parts.add(rows.subList(from, Math.min(rows.size(), from + 100)));
        }
        return Flux.fromIterable(parts).map(this::batch);
    }

    Batch batch(List<Row> rows) {
        VarCharVector labels = new VarCharVector("origin", allocator);
        Float8Vector numbers = new Float8Vector("delay", allocator);
        for (int index = 0; index < rows.size(); index++) {
            Row row = rows.get(index);
            if (row.label() != null) {
                labels.setSafe(index, row.label().getBytes(StandardCharsets.UTF_8));
            }
            if (row.number() != null) {
                numbers.setSafe(index, row.number());
            }
        }
        VectorSchemaRoot root = VectorSchemaRoot.of(labels, numbers);
        root.setRowCount(rows.size());
        return new Batch(root);
    }

    @Override
    public void close() {
        allocator.close();
    }
}
