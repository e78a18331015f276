package io.dataprism.core.flight;

import com.google.protobuf.CodedInputStream;
import io.dataprism.sandbox.frame.ProtocolException;
import io.dataprism.sandbox.stream.BatchValidator;
import io.dataprism.sandbox.stream.SchemaValidator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
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

    private byte @Nullable [] header;
    private int bodyBytes = -1;
    private boolean schemaSeen;
    private boolean described;
    private boolean annotated;

    private FrameCheck(boolean schemaSeen) {
        this.schemaSeen = schemaSeen;
    }

    /**
     * Checks a message and leaves it where it was.
     *
     * @param schemaSeen whether the stream's schema has come
     * @return the same, after this message
     */
    static boolean check(InputStream message, boolean schemaSeen) throws IOException {
        require(message.markSupported(), "is compressed by gRPC");
        message.mark(Integer.MAX_VALUE);
        FrameCheck check = new FrameCheck(schemaSeen);
        check.readParts(message);
        check.checkHeader();
        message.reset();
        return check.schemaSeen;
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
                require(bodyBytes <= 0 && !schemaSeen, "is a second schema, or one with a body");
                schemaSeen = true;
                SchemaValidator.checkSize(message);
            }
            case MessageHeader.RecordBatch -> checkBatch((RecordBatch) message.header(new RecordBatch()));
            case MessageHeader.DictionaryBatch -> {
                DictionaryBatch dictionary = (DictionaryBatch) message.header(new DictionaryBatch());
                require(dictionary != null && !dictionary.isDelta(), "adds to a dictionary, which is not supported");
                require(dictionary.id() >= 0, "is of the dictionary " + dictionary.id());
                checkBatch(dictionary.data());
            }
            default -> throw new ProtocolException("A message is of the unknown kind " + message.headerType() + ".");
        }
    }

    private void checkBatch(@Nullable RecordBatch batch) {
        if (batch == null) {
            throw new ProtocolException("A message is a batch without a header.");
        }
        require(schemaSeen, "is a batch before its schema");
        int body = Math.max(0, bodyBytes);
        BatchValidator.checkHeader(batch, body, body);
    }

    private static void require(boolean holds, String problem) {
        if (!holds) {
            throw new ProtocolException("A message " + problem + ".");
        }
    }
}
