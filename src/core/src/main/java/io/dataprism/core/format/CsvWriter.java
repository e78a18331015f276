package io.dataprism.core.format;

import io.dataprism.plugin.Batch;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;

/** CSV by RFC 4180 in UTF-8, with a header: null is empty, an empty string {@code ""}, nested values are JSON. */
final class CsvWriter implements ResultWriter {

    private final List<String> names;
    private final Rows rows;

    CsvWriter(Schema schema, List<String> names) {
        this.names = names;
        rows = Rows.csv(schema);
    }

    @Override
    public void begin(ByteSink out) {
        for (int i = 0; i < names.size(); i++) {
            if (i > 0) {
                out.add(',');
            }
            int start = out.size();
            out.utf8(names.get(i));
            Quoting.csv(out, start);
        }
        out.ascii("\r\n");
    }

    @Override
    public int rows(ByteSink out, Batch batch, int firstRow, int byteLimit) {
        int row = firstRow;
        while (row < batch.rowCount() && out.size() < byteLimit) {
            rows.write(out, batch, row++);
        }
        return row;
    }

    @Override
    public void end(ByteSink out) {}
}
