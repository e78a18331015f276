package io.dataprism.core.flight;

import com.google.protobuf.CodedInputStream;
import io.dataprism.sandbox.frame.ProtocolException;
import io.dataprism.sandbox.stream.BatchValidator;
import io.dataprism.sandbox.stream.SchemaValidator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/**
 * Looks at one message of a stream of batches before Flight makes anything of it: that its parts lie within it, that it is of a
 * kind that Flight frees whatever becomes of it, and that the counts in its header fit its body and its schema. Of the body only where lists
 * end is read.
 */
final class FrameCheck {

    private static final int DESCRIPTOR = 1;
    private static final int HEADER = 2;
    private static final int METADATA = 3;
    private static final int BODY = 1000;
    private static final int LENGTH_DELIMITED = 2;
    private static final int HEADER_BYTES_LIMIT = 4 << 20;

    private byte @Nullable [] header;
    private int bodyBytes = -1;
    private int bodyStart;
    private @Nullable List<Field> columns;
    private boolean described;
    private boolean annotated;

    private FrameCheck(@Nullable List<Field> columns) {
        this.columns = columns;
    }

    /**
     * Checks a message and leaves it where it was.
     *
     * @param columns those of the stream's schema; null until the stream's schema has come
     * @return the same, after this message
     */
    static @Nullable List<Field> check(InputStream message, @Nullable List<Field> columns) throws IOException {
        require(message.markSupported(), "is compressed by gRPC");
        message.mark(Integer.MAX_VALUE);
        FrameCheck check = new FrameCheck(columns);
        check.readParts(message);
        check.checkHeader(message);
        message.reset();
        return check.columns;
    }

    private void readParts(InputStream message) throws IOException {
        int whole = message.available();
        while (message.available() > 0) {
            int tag = varint(message);
            int size = (tag & 7) == LENGTH_DELIMITED ? varint(message) : -1;
            require(size >= 0 && size <= message.available(), "has a part that does not lie within it");
            switch (tag >>> 3) {
                case DESCRIPTOR -> {
                    require(!described, "has two descriptors");
                    described = true;
                    message.skipNBytes(size);
                }
                case HEADER -> {
                    require(header == null && size <= HEADER_BYTES_LIMIT, "has two headers, or a huge one");
                    header = message.readNBytes(size);
                }
                case METADATA -> {
                    require(!annotated, "has metadata twice");
                    annotated = true;
                    message.skipNBytes(size);
                }
                case BODY -> {
                    require(bodyBytes < 0, "has two bodies");
                    bodyBytes = size;
                    bodyStart = whole - message.available();
                    message.skipNBytes(size);
                }
                default -> throw new ProtocolException("A message has the unknown part " + (tag >>> 3) + ".");
            }
        }
    }

    private static int varint(InputStream message) throws IOException {
        return CodedInputStream.readRawVarint32(message.read(), message);
    }

    private void checkHeader(InputStream input) throws IOException {
        byte[] bytes = header;
        if (bytes == null || bytes.length == 0) {
            require(bytes == null && bodyBytes <= 0, "has a body without a header");
            return;
        }
        Message message = Message.getRootAsMessage(ByteBuffer.wrap(bytes));
        require(
                message.version() == MetadataVersion.V4 || message.version() == MetadataVersion.V5,
                "is of the version " + message.version() + " of Arrow's format, V4 and V5 are known");
        switch (message.headerType()) {
            case MessageHeader.Schema -> {
                require(bodyBytes <= 0 && columns == null, "is a second schema, or one with a body");
                SchemaValidator.checkSize(message);
                columns = read((Schema) message.header(new Schema())).getFields();
            }
            case MessageHeader.RecordBatch ->
                checkBatch((RecordBatch) message.header(new RecordBatch()), known(), input);
            case MessageHeader.DictionaryBatch -> {
                DictionaryBatch dictionary = (DictionaryBatch) message.header(new DictionaryBatch());
                require(dictionary != null && !dictionary.isDelta(), "adds to a dictionary, which is not supported");
                require(dictionary.id() >= 0, "is of the dictionary " + dictionary.id());
                checkBatch(dictionary.data(), column(known(), dictionary.id()), input);
            }
            default -> throw new ProtocolException("A message is of the unknown kind " + message.headerType() + ".");
        }
    }

    private void checkBatch(@Nullable RecordBatch batch, List<Field> fields, InputStream input) throws IOException {
        if (batch == null) {
            throw new ProtocolException("A message is a batch without a header.");
        }
        int body = Math.max(0, bodyBytes);
        BatchValidator.checkHeader(batch, body, body);
        AnnouncedColumns.check(batch, fields, (place, bytes) -> number(input, place, bytes));
    }

    private long number(InputStream message, long place, int bytes) throws IOException {
        message.reset();
        message.skipNBytes(bodyStart + place);
        ByteBuffer found = ByteBuffer.wrap(message.readNBytes(bytes)).order(ByteOrder.LITTLE_ENDIAN);
        return bytes == Integer.BYTES ? found.getInt() : found.getLong();
    }

    private List<Field> known() {
        List<Field> known = columns;
        if (known == null) {
            throw new ProtocolException("A message is a batch before its schema.");
        }
        return known;
    }

    private static org.apache.arrow.vector.types.pojo.Schema read(@Nullable Schema schema) {
        if (schema == null) {
            throw new ProtocolException("A message is a schema without a header.");
        }
        return org.apache.arrow.vector.types.pojo.Schema.convertSchema(schema);
    }

    private static List<Field> column(List<Field> fields, long dictionary) {
        Field encoded = encoded(fields, dictionary);
        if (encoded == null) {
            throw new ProtocolException("A message is of the dictionary " + dictionary + ", which no column has.");
        }
        return List.of(new Field(
                "dictionary " + dictionary, new FieldType(true, encoded.getType(), null), encoded.getChildren()));
    }

    /** What is nested comes first, as where Flight looks for it. */
    private static @Nullable Field encoded(List<Field> fields, long dictionary) {
        for (Field field : fields) {
            Field nested = encoded(field.getChildren(), dictionary);
            if (nested != null) {
                return nested;
            }
            DictionaryEncoding encoding = field.getDictionary();
            if (encoding != null && encoding.getId() == dictionary) {
                return field;
            }
        }
        return null;
    }

    private static void require(boolean holds, String problem) {
        if (!holds) {
            throw new ProtocolException("A message " + problem + ".");
        }
    }
}
