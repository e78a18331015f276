package io.dataprism.core.format;

import io.dataprism.plugin.Batch;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Server-sent events: {@code schema}, then {@code rows} for each slice, then {@code progress} and {@code end}, or {@code problem}. */
final class ServerSentRowsWriter implements ResultWriter {

    private final Rows rows;
    private final byte[] columns;
    private long sequence;
    private long written;

    ServerSentRowsWriter(Schema schema, List<String> names, List<String> types) {
        rows = Rows.json(schema, names, "");
        columns = JsonParts.schemaArray(names, types);
    }

    @Override
    public void begin(ByteSink out) {
        out.ascii("event: schema\ndata: ");
        out.add(columns);
        out.ascii("\n\n");
    }

    @Override
    public int rows(ByteSink out, Batch batch, int firstRow, int byteLimit) {
        int row = firstRow;
        if (row >= batch.rowCount()) {
            return row;
        }
        out.ascii("event: rows\ndata: {\"seq\":");
        out.decimal(sequence++);
        out.ascii(",\"rows\":[");
        do {
            if (row > firstRow) {
                out.add(',');
            }
            rows.write(out, batch, row++);
        } while (row < batch.rowCount() && out.size() < byteLimit);
        out.ascii("]}\n\n");
        written += row - firstRow;
        return row;
    }

    @Override
    public void end(ByteSink out) {
        out.ascii("event: progress\ndata: {\"percent\":100.0,\"rows\":");
        out.decimal(written);
        out.ascii("}\n\n");
        out.ascii("event: end\ndata: {\"batches\":");
        out.decimal(sequence);
        out.ascii(",\"rows\":");
        out.decimal(written);
        out.ascii("}\n\n");
    }

    @Override
    public boolean failure(ByteSink out, Map<String, @Nullable Object> problem) {
        out.ascii("event: problem\ndata: ");
        out.add(ProblemJson.bytes(problem));
        out.ascii("\n\n");
        return true;
    }
}
