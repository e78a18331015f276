package io.dataprism.core.format;

import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/** Rows as JSON objects: the names are encoded once, the values by the writers of their columns. */
final class JsonRows {

    private final byte[][] names;
    private final CellWriter[] cells;

    JsonRows(Schema schema, List<String> columnNames) {
        names = memberPrefixes(columnNames);
        cells = schema.getFields().stream().map(JsonCells::of).toArray(CellWriter[]::new);
    }

    /** One row: {@code {"a":1,"b":null}}. */
    void write(ByteSink out, VectorSchemaRoot root, int row) {
        List<FieldVector> vectors = root.getFieldVectors();
        out.add('{');
        for (int i = 0; i < cells.length; i++) {
            out.add(names[i]);
            cells[i].write(out, vectors.get(i), row);
        }
        out.add('}');
    }

    /** What comes before each member's value: {@code "a":} for the first, {@code ,"b":} for the others. */
    static byte[][] memberPrefixes(List<String> names) {
        byte[][] prefixes = new byte[names.size()][];
        for (int i = 0; i < prefixes.length; i++) {
            ByteSink prefix = new ByteSink(0);
            if (i > 0) {
                prefix.add(',');
            }
            Quoting.json(prefix, names.get(i));
            prefix.add(':');
            prefixes[i] = prefix.toByteArray();
        }
        return prefixes;
    }

    /** Columns as the contract's {@code [{name, type}]}. */
    static byte[] schemaArray(List<String> names, List<String> types) {
        ByteSink out = new ByteSink(0);
        out.add('[');
        for (int i = 0; i < names.size(); i++) {
            out.ascii(i == 0 ? "{\"name\":" : ",{\"name\":");
            Quoting.json(out, names.get(i));
            out.ascii(",\"type\":");
            Quoting.json(out, types.get(i));
            out.add('}');
        }
        out.add(']');
        return out.toByteArray();
    }
}
