package io.dataprism.core.format;

import io.dataprism.plugin.Batch;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Writes the rows of batches one by one. Names are encoded once, types are looked at once a window of rows. */
final class Rows {

    /** Small enough for the window of a few columns to stay in the processor's nearest memory. */
    private static final int WINDOW_ROWS = 1_024;

    private static final byte[] NOTHING = new byte[0];

    private final RowColumn[] columns;
    private final byte[] end;
    private @Nullable Batch loaded;
    private int first;
    private int next;

    private Rows(RowColumn[] columns, byte[] end) {
        this.columns = columns;
        this.end = end;
    }

    /**
     * Rows as objects: {@code {"a":1,"b":null}}.
     *
     * @param after what follows each, in ASCII
     */
    static Rows json(Schema schema, List<String> names, String after) {
        byte[][] prefixes = JsonParts.memberPrefixes(names);
        RowColumn[] columns = new RowColumn[prefixes.length];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = RowColumns.json(schema.getFields().get(i), i == 0 ? opened(prefixes[0]) : prefixes[i]);
        }
        return new Rows(columns, ascii((columns.length == 0 ? "{}" : "}") + after));
    }

    /** Rows as records of CSV. */
    static Rows csv(Schema schema) {
        List<Field> fields = schema.getFields();
        RowColumn[] columns = new RowColumn[fields.size()];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = RowColumns.csv(fields.get(i), i == 0 ? NOTHING : ascii(","));
        }
        return new Rows(columns, ascii("\r\n"));
    }

    private static byte[] opened(byte[] prefix) {
        byte[] opened = new byte[prefix.length + 1];
        opened[0] = '{';
        System.arraycopy(prefix, 0, opened, 1, prefix.length);
        return opened;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** One row, with what follows it. */
    void write(ByteSink out, Batch batch, int row) {
        if (row < first || row >= next || batch != loaded) {
            load(batch, row);
        }
        int within = row - first;
        for (RowColumn column : columns) {
            column.write(out, within);
        }
        out.add(end);
    }

    private void load(Batch batch, int row) {
        List<FieldVector> vectors = batch.root().getFieldVectors();
        int count = Math.min(WINDOW_ROWS, batch.rowCount() - row);
        for (int i = 0; i < columns.length; i++) {
            columns[i].load(vectors.get(i), row, count);
        }
        loaded = batch;
        first = row;
        next = row + count;
    }
}
