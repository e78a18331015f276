package io.dataprism.core.audit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Lines that end in a line feed; unlike {@code readLine}, what follows the last one is no line. */
final class LineEnds implements AutoCloseable {

    private static final int BUFFER_BYTES = 64 * 1024;

    private final InputStream bytes;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    LineEnds(Path file) throws IOException {
        this.bytes = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
    }

    /** Goes to the next line; false at the end. */
    boolean next() throws IOException {
        line.reset();
        for (int b = bytes.read(); b >= 0; b = bytes.read()) {
            if (b == '\n') {
                return true;
            }
            line.write(b);
        }
        return false;
    }

    /** The line without its end; after {@link #next} answered false, what follows the last line feed. */
    String text() {
        return line.toString(StandardCharsets.UTF_8);
    }

    /** The bytes of {@link #text()}. */
    int sizeBytes() {
        return line.size();
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
