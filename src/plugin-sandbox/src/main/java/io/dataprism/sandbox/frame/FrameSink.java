package io.dataprism.sandbox.frame;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Writes frames to a stream, through a buffer. One thread. */
public final class FrameSink {

    static final int HEADER_BYTES = 13;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final OutputStream out;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int buffered;
    /** What of the buffer is gone. */
    private int gone;

    /** @param out unbuffered */
    public FrameSink(OutputStream out) {
        this.out = out;
    }

    /** Begins a frame; exactly so many bytes of payload must follow. */
    public void begin(FrameType type, long id, int payloadBytes) throws IOException {
        byte[] header = ByteBuffer.allocate(HEADER_BYTES)
                .putInt(payloadBytes + HEADER_BYTES - 4)
                .put((byte) type.code())
                .putLong(id)
                .array();
        write(header, 0, header.length);
    }

    /** Writes a part of the payload. */
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length > BUFFER_BYTES - buffered) {
            flush();
        }
        if (length >= BUFFER_BYTES) {
            out.write(bytes, offset, length);
        } else {
            System.arraycopy(bytes, offset, buffer, buffered, length);
            buffered += length;
        }
    }

    /** Writes a part of the payload, all that remains in the buffer. */
    public void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (buffered == BUFFER_BYTES) {
                flush();
            }
            int part = Math.min(bytes.remaining(), BUFFER_BYTES - buffered);
            bytes.get(buffer, buffered, part);
            buffered += part;
        }
    }

    /** Hands what is buffered to the stream; may wait for the peer. */
    public void flush() throws IOException {
        if (buffered > 0) {
            int from = gone;
            int length = buffered - gone;
            buffered = 0;
            gone = 0;
            out.write(buffer, from, length);
        }
        out.flush();
    }

    /** Whether the stream can take what it has room for, and no more. */
    boolean isPrompt() {
        return out instanceof PromptOutput;
    }

    /** Whether a frame with so much payload can be written without a flush. */
    boolean hasRoomFor(int payloadBytes) {
        return payloadBytes + HEADER_BYTES <= BUFFER_BYTES - buffered;
    }

    /** Hands over what the stream has room for, without waiting. @return whether that was all */
    boolean flushPromptly() throws IOException {
        if (buffered > gone && out instanceof PromptOutput prompt) {
            gone += prompt.offer(buffer, gone, buffered - gone);
        }
        boolean all = buffered == gone;
        if (all) {
            buffered = 0;
            gone = 0;
        }
        return all;
    }
}
