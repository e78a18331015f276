package io.dataprism.sandbox.frame;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads frames from a stream, strictly. One thread; waits for the peer. Takes memory only as bytes arrive. */
public final class FrameReader {

    private static final int FIRST_STEP_BYTES = 256 * 1024;
    private static final int GROWTH = 16;

    private final InputStream in;

    /** @param in read in large pieces */
    public FrameReader(InputStream in) {
        this.in = in;
    }

    /**
     * Reads the next frame.
     *
     * @return null at the end of the stream, between two frames
     * @throws ProtocolException where the header is not legal
     * @throws EOFException where the stream ends within a frame
     */
    public @Nullable Frame next() throws IOException {
        byte[] header = new byte[FrameSink.HEADER_BYTES];
        int read = in.readNBytes(header, 0, header.length);
        if (read == 0) {
            return null;
        }
        if (read < header.length) {
            throw new EOFException("The stream ended within the header of a frame.");
        }
        ByteBuffer fields = ByteBuffer.wrap(header);
        long payloadBytes = Integer.toUnsignedLong(fields.getInt()) - (FrameSink.HEADER_BYTES - 4);
        int code = Byte.toUnsignedInt(fields.get());
        long id = fields.getLong();
        FrameType type = FrameType.of(code);
        if (type == null) {
            throw new ProtocolException("A frame of the unknown type " + code + " was sent.");
        }
        if (!type.allows(payloadBytes)) {
            throw new ProtocolException("A frame " + type + " of " + payloadBytes + " bytes was announced; at most "
                    + type.mostBytes() + " are allowed.");
        }
        if (id < 0) {
            throw new ProtocolException("A frame " + type + " with the exchange id " + id + " was sent.");
        }
        return new Frame(type, id, payload((int) payloadBytes));
    }

    private byte[] payload(int length) throws IOException {
        byte[] payload = new byte[Math.min(length, FIRST_STEP_BYTES)];
        int done = 0;
        while (done < length) {
            if (done == payload.length) {
                payload = Arrays.copyOf(payload, Math.min(length, payload.length * GROWTH));
            }
            int read = in.readNBytes(payload, done, payload.length - done);
            if (read < payload.length - done) {
                throw new EOFException("The stream ended within a frame of " + length + " bytes.");
            }
            done += read;
        }
        return payload;
    }
}
