package io.dataprism.core.wasm;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.format.ArrowMessages;
import io.dataprism.core.format.ByteSink;
import io.dataprism.plugin.Batch;
import io.dataprism.sandbox.stream.RecordBatches;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.util.TransferPair;

/**
 * A batch as Arrow IPC streams of one record batch each, of as many rows as fit. Takes the batch over. For one thread at a time.
 */
final class BatchPieces implements AutoCloseable {

    /** What describes a batch and ends a stream, beside 64 bytes for each column and all in it. */
    private static final int FRAME_BYTES = 1024;

    private static final int COLUMN_BYTES = 64;

    private final Batch batch;
    private final int mostBytes;
    private int from;
    private int rows;
    private boolean begun;

    BatchPieces(Batch batch, int mostBytes) {
        this.batch = batch;
        this.mostBytes = mostBytes;
        this.rows = batch.rowCount();
    }

    /** Whether there is a piece that was not given; a batch without rows is one piece too. */
    boolean more() {
        return !begun || from < batch.rowCount();
    }

    /** @throws DataPrismException {@code PAYLOAD_TOO_LARGE} where not one row fits */
    byte[] next() {
        rows = Math.min(rows, batch.rowCount() - from);
        byte[] piece = piece();
        while (piece.length == 0 && rows > 1) {
            rows = rows / 2;
            piece = piece();
        }
        if (piece.length == 0) {
            throw new DataPrismException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "A row of the input has more than the " + mostBytes
                            + " bytes that the module gets at once, with its schema.",
                    "Read fewer columns, or raise 'resources.memory' in the manifest: a module gets a quarter of it at once, and at most "
                            + HostRequests.MOST_ANSWER_BYTES + " bytes.");
        }
        begun = true;
        from += rows;
        rows = 2 * rows; // one row may have been larger than the others
        return piece;
    }

    @Override
    public void close() {
        batch.close();
    }

    /** Empty where it does not fit. */
    private byte[] piece() {
        VectorSchemaRoot whole = batch.root();
        if (rows == whole.getRowCount()) {
            return bytes(whole);
        }
        try (VectorSchemaRoot slice = slice(whole, from, rows)) {
            return bytes(slice);
        }
    }

    private byte[] bytes(VectorSchemaRoot root) {
        ByteSink out = new ByteSink(FRAME_BYTES);
        ArrowMessages.schema(out, root.getSchema());
        try (ArrowRecordBatch message = RecordBatches.unload(root)) {
            long expected = out.size()
                    + message.computeBodyLength()
                    + (long) COLUMN_BYTES * message.getNodes().size()
                    + FRAME_BYTES;
            if (expected > mostBytes) {
                return new byte[0];
            }
            ArrowMessages.batch(out, message);
        }
        ArrowMessages.end(out);
        return out.toByteArray();
    }

    /** As the root's own, which forgets the first columns where there is no memory for a later one. */
    private static VectorSchemaRoot slice(VectorSchemaRoot root, int from, int rows) {
        List<FieldVector> vectors = new ArrayList<>();
        try {
            for (FieldVector vector : root.getFieldVectors()) {
                TransferPair pair = vector.getTransferPair(vector.getAllocator());
                vectors.add((FieldVector) pair.getTo());
                pair.splitAndTransfer(from, rows);
            }
            return new VectorSchemaRoot(root.getSchema(), vectors, rows);
        } catch (RuntimeException noMemory) {
            vectors.forEach(FieldVector::close);
            throw noMemory;
        }
    }
}
