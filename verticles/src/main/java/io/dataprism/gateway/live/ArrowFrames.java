package io.dataprism.gateway.live;

import io.dataprism.plugin.Batch;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/** Binary frames: the length of the id, the id, and one encapsulated message of an Arrow IPC stream. */
final class ArrowFrames {

    private final byte[] id;

    ArrowFrames(String id) {
        this.id = id.getBytes(StandardCharsets.UTF_8);
    }

    Buffer schema(Schema schema) {
        return frame(channel -> MessageSerializer.serialize(channel, schema));
    }

    /** Does not close the batch. */
    Buffer batch(Batch batch) {
        return frame(channel -> {
            try (ArrowRecordBatch message = new VectorUnloader(batch.root()).getRecordBatch()) {
                MessageSerializer.serialize(channel, message);
            }
        });
    }

    Buffer end() {
        return frame(channel -> ArrowStreamWriter.writeEndOfStream(channel, IpcOption.DEFAULT));
    }

    private interface Message {
        void write(WriteChannel channel) throws IOException;
    }

    private Buffer frame(Message message) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            message.write(new WriteChannel(Channels.newChannel(bytes)));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return Buffer.buffer(4 + id.length + bytes.size())
                .appendInt(id.length)
                .appendBytes(id)
                .appendBytes(bytes.toByteArray());
    }
}
