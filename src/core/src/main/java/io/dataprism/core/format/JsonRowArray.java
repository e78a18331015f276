package io.dataprism.core.format;

import io.dataprism.plugin.Batch;
import java.nio.charset.StandardCharsets;

/** All rows of a batch as one JSON array of objects, by the value rules of the contract. */
public final class JsonRowArray {

    private JsonRowArray() {}

    /**
     * Writes the array. The batch is not closed.
     *
     * @throws io.dataprism.core.error.DataPrismException {@code QUERY_INVALID} where a column has a name that is taken
     */
    public static String of(Batch batch) {
        Rows rows = Rows.json(batch.schema(), ColumnNames.of(batch.schema()), "");
        ByteSink out = new ByteSink(0);
        out.add('[');
        for (int row = 0; row < batch.rowCount(); row++) {
            if (row > 0) {
                out.add(',');
            }
            rows.write(out, batch, row);
        }
        out.add(']');
        return new String(out.array(), 0, out.size(), StandardCharsets.UTF_8);
    }
}
