package io.dataprism.core.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a file byte by byte, looking one byte ahead, with one small buffer. For one thread; blocks. */
final class ByteSource implements AutoCloseable {

    static final int END = -1;

    private static final int BUFFER_BYTES = 1 << 16;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;

    ByteSource(Path file) throws IOException {
        this.in = Files.newInputStream(file);
        fill();
        boolean mark = limit >= 3 && buffer[0] == (byte) 0xEF && buffer[1] == (byte) 0xBB && buffer[2] == (byte) 0xBF;
        position = mark ? 3 : 0;
    }

    /** The next byte, which stays the next; {@link #END} at the end. A byte order mark of UTF-8 is passed over. */
    int peek() throws IOException {
        if (position == limit) {
            fill();
        }
        return position < limit ? buffer[position] & 0xFF : END;
    }

    /** The next byte, taken. */
    int take() throws IOException {
        int next = peek();
        if (next != END) {
            position++;
        }
        return next;
    }

    private void fill() throws IOException {
        position = 0;
        limit = Math.max(0, in.readNBytes(buffer, 0, BUFFER_BYTES));
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
