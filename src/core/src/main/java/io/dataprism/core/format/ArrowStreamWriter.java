package io.dataprism.core.format;

import io.dataprism.plugin.Batch;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** An Arrow IPC stream: the schema, one message for each batch, the end. A batch is one slice. */
final class ArrowStreamWriter implements ResultWriter {

    private final Schema schema;
    private final ArrowCompression compression;

    ArrowStreamWriter(Schema schema, List<String> names, ArrowCompression compression) {
        this.compression = compression;
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            Field field = schema.getFields().get(i);
            fields.add(new Field(names.get(i), field.getFieldType(), field.getChildren()));
        }
        this.schema = new Schema(fields, schema.getCustomMetadata());
    }

    @Override
    public void begin(ByteSink out) {
        ArrowMessages.schema(out, schema);
    }

    @Override
    public int rows(ByteSink out, Batch batch, int firstRow, int byteLimit) {
        ArrowMessages.batch(out, batch.root(), compression);
        return batch.rowCount();
    }

    @Override
    public void end(ByteSink out) {
        ArrowMessages.end(out);
    }
}
