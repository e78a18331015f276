package io.dataprism.stream;

import io.dataprism.plugin.Batch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import reactor.core.publisher.Flux;

/** Batches whose every value follows from a number, so that whoever receives them can tell. */
final class Batches {

    private Batches() {}

    /** Rows of a number and a text, the numbers from {@code first} on. */
    static Batch of(BufferAllocator allocator, long first, int rows) {
        BigIntVector numbers = new BigIntVector("n", allocator);
        VarCharVector texts = new VarCharVector("t", allocator);
        numbers.allocateNew(rows);
        texts.allocateNew();
        for (int row = 0; row < rows; row++) {
            numbers.set(row, first + row);
            texts.setSafe(row, text(first + row).getBytes());
        }
        numbers.setValueCount(rows);
        texts.setValueCount(rows);
        return new Batch(VectorSchemaRoot.of(numbers, texts));
    }

    static Flux<Batch> source(BufferAllocator allocator, int count, int rows) {
        return Flux.range(0, count).map(index -> of(allocator, (long) index * rows, rows));
    }

    /** The numbers, once each row's text is seen to belong to its number. Closes the batch. */
    static List<Long> values(Batch batch) {
        try (batch) {
            BigIntVector numbers = (BigIntVector) batch.column("n");
            VarCharVector texts = (VarCharVector) batch.column("t");
            List<Long> values = new ArrayList<>();
            for (int row = 0; row < batch.rowCount(); row++) {
                long number = numbers.get(row);
                if (!texts.getObject(row).toString().equals(text(number))) {
                    throw new AssertionError("Row " + row + " has " + texts.getObject(row) + " beside " + number);
                }
                values.add(number);
            }
            return values;
        }
    }

    static List<Long> values(Flux<Batch> batches) {
        return batches.concatMapIterable(Batches::values, 1).collectList().block(Duration.ofSeconds(30));
    }

    private static String text(long number) {
        return "row " + number + (number % 3 == 0 ? " with more to say" : "");
    }
}
