package io.dataprism.core.flight;

import com.google.protobuf.CodedInputStream;
import io.dataprism.sandbox.frame.ProtocolException;
import io.dataprism.sandbox.stream.BatchValidator;
import io.dataprism.sandbox.stream.SchemaValidator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Looks at one message of a stream of batches before Flight makes anything of it: that its parts lie within it, that it is of a
 * kind that Flight frees whatever becomes of it, and that the counts in its header fit its body. The body is not read.
 */
final class FrameCheck {

    private static final int DESCRIPTOR = 1;
    private static final int HEADER = 2;
    private static final int METADATA = 3;
    private static final int BODY = 1000;
    private static final int LENGTH_DELIMITED = 2;
    private static final int HEADER_BYTES_LIMIT = 4 << 20;

    private static final int[] DICTIONARY_COLUMN = {0};

    private byte @Nullable [] header;
    private int bodyBytes = -1;
    private int @Nullable [] columns;
    private boolean described;
    private boolean annotated;

    private FrameCheck(int @Nullable [] columns) {
        this.columns = columns;
    }

    /**
     * Checks a message and leaves it where it was.
     *
     * @param columns the place of each column among a batch's nodes; null until the stream's schema has come
     * @return the same, after this message
     */
    static int @Nullable [] check(InputStream message, int @Nullable [] columns) throws IOException {
        require(message.markSupported(), "is compressed by gRPC");
        message.mark(Integer.MAX_VALUE);
        FrameCheck check = new FrameCheck(columns);
        check.readParts(message);
        check.checkHeader();
        message.reset();
        return check.columns;
    }

    private void readParts(InputStream message) throws IOException {
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
                    message.skipNBytes(size);
                }
                default -> throw new ProtocolException("A message has the unknown part " + (tag >>> 3) + ".");
            }
        }
    }

    private static int varint(InputStream message) throws IOException {
        return CodedInputStream.readRawVarint32(message.read(), message);
    }

    private void checkHeader() {
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
                columns = places((Schema) message.header(new Schema()));
            }
            case MessageHeader.RecordBatch -> checkBatch((RecordBatch) message.header(new RecordBatch()), columns);
            case MessageHeader.DictionaryBatch -> {
                DictionaryBatch dictionary = (DictionaryBatch) message.header(new DictionaryBatch());
                require(dictionary != null && !dictionary.isDelta(), "adds to a dictionary, which is not supported");
                require(dictionary.id() >= 0, "is of the dictionary " + dictionary.id());
                checkBatch(dictionary.data(), DICTIONARY_COLUMN);
            }
            default -> throw new ProtocolException("A message is of the unknown kind " + message.headerType() + ".");
        }
    }

    /** Flight makes every column as long as the batch says that it is, so no column may be of another length. */
    private void checkBatch(@Nullable RecordBatch batch, int @Nullable [] places) {
        if (batch == null) {
            throw new ProtocolException("A message is a batch without a header.");
        }
        if (columns == null || places == null) {
            throw new ProtocolException("A message is a batch before its schema.");
        }
        int body = Math.max(0, bodyBytes);
        BatchValidator.checkHeader(batch, body, body);
        for (int place : places) {
            require(
                    place < batch.nodesLength() && batch.nodes(place).length() == batch.length(),
                    "is a batch of " + batch.length() + " rows with a column of another length, or without it");
        }
    }

    private static int[] places(@Nullable Schema schema) {
        if (schema == null) {
            throw new ProtocolException("A message is a schema without a header.");
        }
        int[] places = new int[schema.fieldsLength()];
        int nodes = 0;
        for (int index = 0; index < places.length; index++) {
            places[index] = nodes;
            nodes += nodes(schema.fields(index));
        }
        return places;
    }

    /** Of a column and what is nested in it; of an encoded column only the indices are in a batch. */
    private static int nodes(Field field) {
        int nodes = 1;
        for (int index = 0; field.dictionary() == null && index < field.childrenLength(); index++) {
            nodes += nodes(field.children(index));
        }
        return nodes;
    }

    private static void require(boolean holds, String problem) {
        if (!holds) {
            throw new ProtocolException("A message " + problem + ".");
        }
    }
}
