package io.dataprism.core.format;

import io.dataprism.plugin.Batch;
import org.apache.arrow.vector.VarBinaryVector;

/** The pieces of a file, one after the other: each row of the one binary column is one. */
final class PieceWriter implements ResultWriter {

    @Override
    public void begin(ByteSink out) {}

    @Override
    public int rows(ByteSink out, Batch batch, int firstRow, int byteLimit) {
        VarBinaryVector pieces = (VarBinaryVector) batch.root().getVector(0);
        int row = firstRow;
        while (row < batch.rowCount() && out.size() < byteLimit) {
            int start = pieces.getStartOffset(row);
            int length = pieces.getEndOffset(row) - start;
            int at = out.grow(length);
            pieces.getDataBuffer().getBytes(start, out.array(), at, length);
            row++;
        }
        return row;
    }

    @Override
    public void end(ByteSink out) {}
}
