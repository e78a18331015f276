package io.dataprism.core.audit;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Lines that end in a line feed; unlike {@code readLine}, what follows the last one is no line. */
final class LineEnds implements AutoCloseable {

    private static final int BUFFER_BYTES = 64 * 1024;

    private final InputStream bytes;
    private byte[] line = new byte[4 * 1024];
    private int size;

    LineEnds(Path file) throws IOException {
        this(file, 0);
    }

    /** From a place on, which is where a line begins; beyond the end there are none. */
    LineEnds(Path file, long offset) throws IOException {
        this.bytes = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
        try {
            bytes.skipNBytes(offset);
        } catch (EOFException beyond) {
            size = 0; // the file was cut
        }
    }

    /** Goes to the next line; false at the end. */
    boolean next() throws IOException {
        size = 0;
        for (int b = bytes.read(); b >= 0; b = bytes.read()) {
            if (b == '\n') {
                return true;
            }
            if (size == line.length) {
                line = Arrays.copyOf(line, 2 * size);
            }
            line[size++] = (byte) b;
        }
        return false;
    }

    /** The line without its end; after {@link #next} answered false, what follows the last line feed. */
    String text() {
        return new String(line, 0, size, StandardCharsets.UTF_8);
    }

    /** The bytes of {@link #text()}. */
    int sizeBytes() {
        return size;
    }

    /** The number that the line says it has, without a look at the rest of it; -1: it says none. */
    long claimedSequence() {
        byte[] start = AuditLine.START;
        if (size < start.length + 2 || !Arrays.equals(line, 0, start.length, start, 0, start.length)) {
            return -1;
        }
        long number = 0;
        int at = start.length;
        while (at < size && line[at] >= '0' && line[at] <= '9' && number < Long.MAX_VALUE / 100) {
            number = 10 * number + line[at++] - '0';
        }
        return at == start.length || at == size || line[at] != ',' ? -1 : number;
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
