package io.dataprism.stream;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.stream.Piece;
import io.dataprism.core.stream.StreamFrame;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;

/**
 * Messages of streams on the wire: one byte of version, the names, one byte of kind and its numbers; for a piece of a batch its
 * bytes at the end. Encoding a piece never fails: one that was let go of is written without bytes, which its receiver takes for
 * the error that it is. Decoding copies nothing of a piece.
 */
final class StreamMessageCodec implements MessageCodec<StreamMessage, StreamMessage> {

    static final String NAME = "dataprism.stream";

    private static final byte VERSION = 2;

    private enum Kind {
        PART,
        END,
        FAILED,
        ALIVE,
        CREDIT,
        CANCEL,
        DONE;

        private static final Kind[] ALL = values();
    }

    /** Within one bus, where endpoints of two nodes share it: as if over the wire. */
    @Override
    public StreamMessage transform(StreamMessage message) {
        if (message instanceof StreamMessage.Control) {
            return message;
        }
        Buffer wire = Buffer.buffer();
        encodeToWire(wire, message);
        return decodeFromWire(0, wire);
    }

    @Override
    public void encodeToWire(Buffer wire, StreamMessage message) {
        wire.appendByte(VERSION);
        append(wire, message.stream());
        append(wire, message.from());
        switch (message) {
            case StreamMessage.Control control -> append(wire, control.frame());
            case StreamMessage.Part part -> append(wire, part);
        }
    }

    private static void append(Buffer wire, StreamFrame<BatchParcel> frame) {
        switch (frame) {
            case StreamFrame.Data<BatchParcel> data ->
                throw new IllegalStateException("Batch " + data.sequence() + " goes over the wire in pieces only.");
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

    private static void append(Buffer wire, StreamMessage.Part part) {
        Piece piece = part.piece();
        kind(wire, Kind.PART)
                .appendLong(piece.sequence())
                .appendInt(piece.index())
                .appendInt(piece.count())
                .appendInt(piece.totalBytes());
        int lengthAt = wire.length();
        wire.appendInt(0);
        int written = switch (part.bytes()) {
            case PieceBytes.Leaving leaving -> leaving.writeTo(wire);
            case PieceBytes.Arrived arrived -> {
                wire.appendBuffer(arrived.wire(), arrived.start(), arrived.lengthBytes());
                yield arrived.lengthBytes();
            }
        };
        wire.setInt(lengthAt, written);
    }

    /** @throws IllegalArgumentException where it cannot be read */
    @Override
    public StreamMessage decodeFromWire(int position, Buffer wire) {
        try {
            return decode(new WireReader(wire, position), wire);
        } catch (IndexOutOfBoundsException | DecodeException | ClassCastException | NullPointerException broken) {
            throw new IllegalArgumentException(
                    "A stream message of " + (wire.length() - position) + " bytes cannot be read.", broken);
        }
    }

    private static StreamMessage decode(WireReader in, Buffer wire) {
        byte version = in.readByte();
        if (version != VERSION) {
            throw new IllegalArgumentException(
                    "A stream message has version " + version + "; this node reads " + VERSION + ".");
        }
        String stream = in.readText();
        String from = in.readText();
        byte code = in.readByte();
        if (code < 0 || code >= Kind.ALL.length) {
            throw new IllegalArgumentException(
                    "A stream message has kind " + code + "; 0 to " + (Kind.ALL.length - 1) + " are legal.");
        }
        Kind kind = Kind.ALL[code];
        return kind == Kind.PART
                ? part(stream, from, in, wire)
                : new StreamMessage.Control(stream, from, frame(kind, in));
    }

    private static StreamMessage part(String stream, String from, WireReader in, Buffer wire) {
        long sequence = in.readLong();
        int index = in.readInt();
        int count = in.readInt();
        int totalBytes = in.readInt();
        int lengthBytes = in.readInt();
        int start = in.skip(lengthBytes);
        return new StreamMessage.Part(
                stream,
                from,
                new Piece(sequence, index, count, totalBytes, lengthBytes),
                new PieceBytes.Arrived(wire, start, lengthBytes));
    }

    private static StreamFrame<BatchParcel> frame(Kind kind, WireReader in) {
        return switch (kind) {
            case PART -> throw new IllegalStateException("A piece is no frame.");
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
}
