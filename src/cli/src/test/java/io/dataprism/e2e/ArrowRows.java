package io.dataprism.e2e;

import io.dataprism.plugin.Cells;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.ArrowStreamReader;

/** The rows of an Arrow IPC stream as lists of texts, NULL as null. */
final class ArrowRows {

    private ArrowRows() {}

    static List<List<String>> of(byte[] stream) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        try (BufferAllocator allocator = new RootAllocator();
                ArrowStreamReader reader = new ArrowStreamReader(new ByteArrayInputStream(stream), allocator)) {
            while (reader.loadNextBatch()) {
                List<FieldVector> columns = reader.getVectorSchemaRoot().getFieldVectors();
                for (int row = 0; row < reader.getVectorSchemaRoot().getRowCount(); row++) {
                    List<String> values = new ArrayList<>();
                    for (FieldVector column : columns) {
                        values.add(Cells.text(column, row));
                    }
                    rows.add(values);
                }
            }
        }
        return rows;
    }
}
