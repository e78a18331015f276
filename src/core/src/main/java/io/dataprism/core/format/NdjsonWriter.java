package io.dataprism.core.format;

import io.dataprism.plugin.Batch;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** One JSON object a line; a result that broke off ends with {@code {"$error": {problem}}}. */
final class NdjsonWriter implements ResultWriter {

    private final Rows rows;

    NdjsonWriter(Schema schema, List<String> names) {
        rows = Rows.json(schema, names, "\n");
    }

    @Override
    public void begin(ByteSink out) {}

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

    @Override
    public boolean failure(ByteSink out, Map<String, @Nullable Object> problem) {
        out.ascii("{\"$error\":");
        out.add(ProblemJson.bytes(problem));
        out.ascii("}\n");
        return true;
    }
}
