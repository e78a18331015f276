package io.dataprism.core.format;

import io.dataprism.plugin.Batch;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.ArrowType.ExtensionType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** CSV by RFC 4180 in UTF-8, with a header: null is empty, an empty string {@code ""}, nested values are JSON. */
final class CsvWriter implements ResultWriter {

    private final List<String> names;
    private final CellWriter[] cells;

    CsvWriter(Schema schema, List<String> names) {
        this.names = names;
        cells = schema.getFields().stream().map(CsvWriter::cell).toArray(CellWriter[]::new);
    }

    private static CellWriter cell(Field field) {
        ArrowType type = field.getType();
        CellWriter scalar = ScalarText.of(type);
        if (scalar != null) {
            return scalar;
        }
        CellWriter text = StringText.isString(type) ? StringText::raw : unwrapped(type, JsonCells.of(field));
        return (out, vector, row) -> {
            int start = out.size();
            text.write(out, vector, row);
            Quoting.csv(out, start);
        };
    }

    /** A UUID and its like are JSON strings: their quotes are none of the value. */
    private static CellWriter unwrapped(ArrowType type, CellWriter json) {
        if (!(type instanceof ExtensionType)) {
            return json;
        }
        return (out, vector, row) -> {
            ByteSink apart = new ByteSink(0);
            json.write(apart, vector, row);
            byte[] bytes = apart.toByteArray();
            boolean quoted = bytes.length >= 2 && bytes[0] == '"';
            out.add(quoted ? java.util.Arrays.copyOfRange(bytes, 1, bytes.length - 1) : bytes);
        };
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
        List<FieldVector> vectors = batch.root().getFieldVectors();
        int row = firstRow;
        while (row < batch.rowCount() && out.size() < byteLimit) {
            for (int i = 0; i < cells.length; i++) {
                if (i > 0) {
                    out.add(',');
                }
                FieldVector vector = vectors.get(i);
                if (!vector.isNull(row)) {
                    cells[i].write(out, vector, row);
                }
            }
            out.ascii("\r\n");
            row++;
        }
        return row;
    }

    @Override
    public void end(ByteSink out) {}
}
