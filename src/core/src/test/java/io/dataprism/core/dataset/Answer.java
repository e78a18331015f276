package io.dataprism.core.dataset;

import io.dataprism.core.engine.OpenedQuery;
import io.dataprism.core.format.ByteSink;
import io.dataprism.core.format.ResultFormat;
import io.dataprism.core.format.ResultWriter;
import io.dataprism.plugin.Batch;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowStreamReader;

/** What an engine answers to a statement, as the bytes of a format. */
final class Answer {

    private static final int SLICE_BYTES = 1_000;

    private Answer() {}

    static String text(EngineFixture engine, String sql, ResultFormat format) {
        return new String(bytes(engine, sql, format), StandardCharsets.UTF_8);
    }

    static byte[] bytes(EngineFixture engine, String sql, ResultFormat format) {
        OpenedQuery opened = engine.open(engine.spec(sql));
        ResultWriter writer = format.writer(opened.schema(), opened.columns());
        ByteSink out = new ByteSink(0);
        ByteSink slice = new ByteSink(0);
        writer.begin(out);
        List<Batch> batches = opened.batches().collectList().block();
        for (Batch batch : batches == null ? List.<Batch>of() : batches) {
            try (batch) {
                for (int row = 0; row < batch.rowCount(); ) {
                    row = writer.rows(slice, batch, row, SLICE_BYTES);
                    out.add(slice.take());
                }
            }
        }
        writer.end(out);
        return out.toByteArray();
    }

    /** The type of the first column, and its values as Arrow Java shows them. */
    static String arrow(byte[] stream) throws IOException {
        try (BufferAllocator allocator = new RootAllocator();
                ArrowStreamReader reader = new ArrowStreamReader(new ByteArrayInputStream(stream), allocator)) {
            var vector = reader.getVectorSchemaRoot().getVector(0);
            StringBuilder shown = new StringBuilder(vector.getField().getType().toString());
            while (reader.loadNextBatch()) {
                for (int row = 0; row < vector.getValueCount(); row++) {
                    Object value = vector.getObject(row);
                    shown.append(' ')
                            .append(
                                    value instanceof byte[] bytes
                                            ? java.util.HexFormat.of().formatHex(bytes)
                                            : value);
                }
            }
            return shown.toString();
        }
    }
}
