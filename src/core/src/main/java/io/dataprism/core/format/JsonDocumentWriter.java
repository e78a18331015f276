package io.dataprism.core.format;

import io.dataprism.plugin.Batch;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;

/** One document {@code {schema, rows, truncated}} with at most 10,000 rows. */
final class JsonDocumentWriter implements ResultWriter {

    static final int ROW_LIMIT = 10_000;

    private final Rows rows;
    private final byte[] columns;
    private int written;
    private boolean truncated;

    JsonDocumentWriter(Schema schema, List<String> names, List<String> types) {
        rows = Rows.json(schema, names, "");
        columns = JsonParts.schemaArray(names, types);
    }

    @Override
    public void begin(ByteSink out) {
        out.ascii("{\"schema\":");
        out.add(columns);
        out.ascii(",\"rows\":[");
    }

    @Override
    public int rows(ByteSink out, Batch batch, int firstRow, int byteLimit) {
        int row = firstRow;
        while (row < batch.rowCount() && out.size() < byteLimit) {
            if (written == ROW_LIMIT) {
                truncated = true;
                return batch.rowCount();
            }
            if (written++ > 0) {
                out.add(',');
            }
            rows.write(out, batch, row++);
        }
        return row;
    }

    @Override
    public boolean wantsMore() {
        return !truncated;
    }

    @Override
    public void end(ByteSink out) {
        out.ascii(truncated ? "],\"truncated\":true}" : "],\"truncated\":false}");
    }
}
