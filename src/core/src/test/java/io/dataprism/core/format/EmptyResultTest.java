package io.dataprism.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Results that have no columns, which no SQL gives, but a plugin may. */
class EmptyResultTest {

    @ParameterizedTest(name = "{0} with batch: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "NDJSON | false | ''",
                "NDJSON | true  | ''",
                "CSV    | false | '\r\n'",
                "CSV    | true  | '\r\n'",
                "JSON   | false | {\"schema\":[],\"rows\":[],\"truncated\":false}",
                "JSON   | true  | {\"schema\":[],\"rows\":[],\"truncated\":false}"
            })
    void ofNoColumnsAndNoRowsAreWellFormed(ResultFormat format, boolean withBatch, String expected) {
        try (BufferAllocator allocator = Results.allocator();
                VectorSchemaRoot root = VectorSchemaRoot.create(new Schema(List.of()), allocator)) {
            assertThat(new String(Results.write(root, format, 64, withBatch), StandardCharsets.UTF_8))
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource
    void ofNoColumnsIsAnArrowStream(ArrowCompression compression) throws Exception {
        Schema schema = new Schema(List.of());
        try (BufferAllocator allocator = Results.allocator();
                VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator)) {
            ByteSink out = new ByteSink(0);
            ResultWriter writer = ResultFormat.ARROW_STREAM.writer(schema, List.of(), compression);
            writer.begin(out);
            writer.rows(out, new io.dataprism.plugin.Batch(root), 0, 64);
            writer.end(out);
            try (ArrowStreamReader reader = new ArrowStreamReader(
                    new ByteArrayInputStream(out.toByteArray()), allocator, CommonsCompressionFactory.INSTANCE)) {
                assertThat(reader.getVectorSchemaRoot().getFieldVectors()).isEmpty();
                while (reader.loadNextBatch()) {
                    assertThat(reader.getVectorSchemaRoot().getRowCount()).isZero();
                }
            }
        }
    }
}
