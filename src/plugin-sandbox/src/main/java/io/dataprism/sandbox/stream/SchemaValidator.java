package io.dataprism.sandbox.stream;

import io.dataprism.sandbox.frame.ProtocolException;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.Schema;

/**
 * Bounds a schema message before it becomes objects: offsets within it may point to the same bytes again and again, so that a
 * short message could stand for a schema without end.
 */
public final class SchemaValidator {

    private static final int MOST_FIELDS = 4096;
    private static final int DEEPEST = 32;
    private static final int MOST_TEXT_BYTES = 1024 * 1024;

    private int fields;
    private long textBytes;

    private SchemaValidator() {}

    /** Refuses a schema with too many fields, nested too deep, or with too much text. */
    public static void checkSize(Message message) {
        if (!(message.header(new Schema()) instanceof Schema schema)) {
            throw new ProtocolException("A schema message without a schema was sent.");
        }
        SchemaValidator validator = new SchemaValidator();
        validator.checkMetadata(schema.customMetadataLength(), schema::customMetadata);
        for (int index = 0; index < schema.fieldsLength(); index++) {
            validator.check(schema.fields(index), 1);
        }
    }

    private void check(Field field, int depth) {
        fields++;
        if (fields > MOST_FIELDS || depth > DEEPEST) {
            throw new ProtocolException(
                    "A schema has at most " + MOST_FIELDS + " fields, nested at most " + DEEPEST + " deep.");
        }
        addText(field.nameAsByteBuffer() == null ? 0 : field.nameAsByteBuffer().remaining());
        checkMetadata(field.customMetadataLength(), field::customMetadata);
        for (int index = 0; index < field.childrenLength(); index++) {
            check(field.children(index), depth + 1);
        }
    }

    private void checkMetadata(int count, java.util.function.IntFunction<KeyValue> entries) {
        for (int index = 0; index < count; index++) {
            KeyValue entry = entries.apply(index);
            addText(1);
            addText(
                    entry.keyAsByteBuffer() == null
                            ? 0
                            : entry.keyAsByteBuffer().remaining());
            addText(
                    entry.valueAsByteBuffer() == null
                            ? 0
                            : entry.valueAsByteBuffer().remaining());
        }
    }

    private void addText(int bytes) {
        textBytes += bytes;
        if (textBytes > MOST_TEXT_BYTES) {
            throw new ProtocolException(
                    "The names and metadata of a schema have at most " + MOST_TEXT_BYTES + " bytes.");
        }
    }
}
