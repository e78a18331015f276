package io.dataprism.stream;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.stream.StreamFrame;
import io.dataprism.plugin.Batch;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Messages of streams on the bus: within a node by reference, between nodes as one byte of version, the names, one byte of kind
 * and its numbers; a batch as an Arrow IPC stream of its own. Writing a batch to the wire takes and closes it.
 */
final class StreamMessageCodec implements MessageCodec<StreamMessage, StreamMessage> {

    static final String NAME = "dataprism.stream";

    private static final byte VERSION = 1;

    private enum Kind {
        DATA,
        END,
        FAILED,
        ALIVE,
        CREDIT,
        CANCEL,
        DONE
    }

    private final BufferAllocator allocator;

    StreamMessageCodec(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    @Override
    public StreamMessage transform(StreamMessage message) {
        return message;
    }

    @Override
    public void encodeToWire(Buffer wire, StreamMessage message) {
        wire.appendByte(VERSION);
        append(wire, message.stream());
        append(wire, message.from());
        switch (message.frame()) {
            case StreamFrame.Data<BatchParcel> data ->
                appendBatch(kind(wire, Kind.DATA).appendLong(data.sequence()), data);
            case StreamFrame.End<BatchParcel> end ->
                kind(wire, Kind.END).appendLong(end.batches()).appendLong(end.rows());
            case StreamFrame.Failed<BatchParcel> failed ->
                append(kind(wire, Kind.FAILED), new JsonObject(failed.problem().toJson()).encode());
            case StreamFrame.Alive<BatchParcel> alive -> kind(wire, Kind.ALIVE).appendLong(alive.sent());
            case StreamFrame.Credit<BatchParcel> credit ->
                kind(wire, Kind.CREDIT).appendLong(credit.total());
            case StreamFrame.Cancel<BatchParcel> cancel -> kind(wire, Kind.CANCEL);
            case StreamFrame.Done<BatchParcel> done -> kind(wire, Kind.DONE);
        }
    }

    @Override
    public StreamMessage decodeFromWire(int position, Buffer wire) {
        WireReader in = new WireReader(wire, position);
        byte version = in.readByte();
        if (version != VERSION) {
            throw new IllegalArgumentException(
                    "A stream message has version " + version + "; this node reads " + VERSION + ".");
        }
        return new StreamMessage(in.readText(), in.readText(), frame(in));
    }

    private StreamFrame<BatchParcel> frame(WireReader in) {
        return switch (Kind.values()[in.readByte()]) {
            case DATA ->
                new StreamFrame.Data<>(in.readLong(), new BatchParcel(BatchWire.read(in.readBytes(), allocator)));
            case END -> new StreamFrame.End<>(in.readLong(), in.readLong());
            case FAILED ->
                new StreamFrame.Failed<>(DataPrismException.fromJson(new JsonObject(in.readText()).getMap()));
            case ALIVE -> new StreamFrame.Alive<>(in.readLong());
            case CREDIT -> new StreamFrame.Credit<>(in.readLong());
            case CANCEL -> new StreamFrame.Cancel<>();
            case DONE -> new StreamFrame.Done<>();
        };
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }

    private static Buffer kind(Buffer wire, Kind kind) {
        return wire.appendByte((byte) kind.ordinal());
    }

    private static void append(Buffer wire, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        wire.appendInt(bytes.length).appendBytes(bytes);
    }

    private static void appendBatch(Buffer wire, StreamFrame.Data<BatchParcel> data) {
        Batch batch = data.payload().take();
        if (batch == null) {
            wire.appendInt(0);
            return;
        }
        try (batch) {
            byte[] bytes = BatchWire.write(batch);
            wire.appendInt(bytes.length).appendBytes(bytes);
        }
    }

    /** Reads a buffer from front to back. */
    private static final class WireReader {

        private final Buffer wire;
        private int position;

        WireReader(Buffer wire, int position) {
            this.wire = wire;
            this.position = position;
        }

        byte readByte() {
            return wire.getByte(position++);
        }

        long readLong() {
            position += Long.BYTES;
            return wire.getLong(position - Long.BYTES);
        }

        byte[] readBytes() {
            int length = wire.getInt(position);
            int start = position + Integer.BYTES;
            position = start + length;
            return wire.getBytes(start, position);
        }

        String readText() {
            return new String(readBytes(), StandardCharsets.UTF_8);
        }
    }
}
