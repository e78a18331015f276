package io.dataprism.core.format;

import io.dataprism.plugin.Batch;
import java.nio.charset.StandardCharsets;

/** The rows of one batch as one JSON array of objects, in the values of the contract: what a text frame carries. */
public final class RowsJson {

    private RowsJson() {}

    /** The rows; does not close the batch. Call on a thread that may compute for some tens of milliseconds. */
    public static String array(Batch batch) {
        JsonRows rows = new JsonRows(batch.schema(), ColumnNames.of(batch.schema()));
        ByteSink out = new ByteSink(1024);
        out.add('[');
        for (int row = 0; row < batch.rowCount(); row++) {
            if (row > 0) {
                out.add(',');
            }
            rows.write(out, batch.root(), row);
        }
        out.add(']');
        return new String(out.toByteArray(), StandardCharsets.UTF_8);
    }
}
