package io.dataprism.load.service;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Bytes of a socket, by line and by block. Large blocks go past the buffer. One thread; blocks. */
final class SocketSource {

    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int LINE_LIMIT_BYTES = 16 * 1024;

    private final SocketChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).flip();

    SocketSource(SocketChannel channel) {
        this.channel = channel;
    }

    /** A line without its end, in ASCII. */
    String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (char each = (char) next(); each != '\n'; each = (char) next()) {
            if (each != '\r') {
                line.append(each);
            }
            if (line.length() > LINE_LIMIT_BYTES) {
                throw new IOException("The service sent a line of more than " + LINE_LIMIT_BYTES + " bytes.");
            }
        }
        return line.toString();
    }

    private byte next() throws IOException {
        if (!buffer.hasRemaining()) {
            fill();
        }
        return buffer.get();
    }

    private void fill() throws IOException {
        buffer.clear();
        int count = channel.read(buffer);
        buffer.flip();
        if (count < 0) {
            throw new EOFException("The service closed the connection within an answer.");
        }
    }

    /** Reads up to {@code limit} bytes into {@code target}, at least one. */
    int read(ByteBuffer target, long limit) throws IOException {
        int wanted = (int) Math.min(limit, target.remaining());
        if (buffer.hasRemaining() || wanted < BUFFER_BYTES) {
            if (!buffer.hasRemaining()) {
                fill();
            }
            int count = Math.min(wanted, buffer.remaining());
            target.put(buffer.slice(buffer.position(), count));
            buffer.position(buffer.position() + count);
            return count;
        }
        int end = target.limit();
        target.limit(target.position() + wanted);
        int count = channel.read(target);
        target.limit(end);
        if (count < 0) {
            throw new EOFException("The service closed the connection within an answer.");
        }
        return count;
    }
}
