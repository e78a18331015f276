package io.dataprism.core.engine;

import io.dataprism.plugin.Batch;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Cuts batches that are too large to be one unit of credit. The pieces share the memory of the whole. */
public final class BatchCutter {

    /** The bytes of a batch, as far as its rows can be parted. */
    public static final long BYTES_LIMIT = 2 << 20;

    private static final int ALIGNMENT_ROWS = 8;

    private BatchCutter() {}

    /** The rows of {@code whole} up to {@code rowsLimit}, as one batch or several. Takes {@code whole} over. */
    public static List<Batch> cut(Batch whole, long rowsLimit, QueryMemory memory) {
        return cut(whole, rowsLimit, Integer.MAX_VALUE, memory);
    }

    /** The same, where the batches have at most {@code batchRows} rows. */
    public static List<Batch> cut(Batch whole, long rowsLimit, int batchRows, QueryMemory memory) {
        int rows = (int) Math.min(whole.rowCount(), rowsLimit);
        long bytes = whole.sizeBytes();
        if (rows == whole.rowCount() && rows <= batchRows && bytes <= BYTES_LIMIT) {
            return List.of(whole);
        }
        int step = Math.min(step(whole.rowCount(), bytes), batchRows);
        List<Batch> pieces = new ArrayList<>();
        try (whole) {
            for (int at = 0; at < rows; at += step) {
                pieces.add(piece(whole.root(), at, Math.min(step, rows - at), memory));
            }
            return pieces;
        } catch (RuntimeException e) {
            pieces.forEach(Batch::close);
            throw e;
        }
    }

    private static int step(int rows, long bytes) {
        long pieces = Math.max(1, Math.ceilDiv(bytes, BYTES_LIMIT));
        int step = (int) Math.max(1, Math.ceilDiv(rows, pieces));
        return step < ALIGNMENT_ROWS ? step : step - step % ALIGNMENT_ROWS;
    }

    private static Batch piece(VectorSchemaRoot whole, int at, int rows, QueryMemory memory) {
        VectorSchemaRoot slice = whole.slice(at, rows);
        if (slice == whole) {
            throw new IllegalStateException("A slice of " + rows + " rows from " + at + " was the whole batch.");
        }
        memory.hold();
        return new Batch(CountedRoot.of(slice, memory::release));
    }
}
