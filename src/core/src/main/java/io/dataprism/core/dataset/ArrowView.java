package io.dataprism.core.dataset;

import io.dataprism.core.engine.LoadRequest;
import io.dataprism.core.format.ArrowFraming;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.duckdb.DuckDBConnection;

/**
 * An uploaded Arrow stream or file, shown to one connection as the view {@value #VIEW}, which can be scanned once. What a client
 * wrote is validated in full before DuckDB sees a batch of it: an offset out of range would end the process.
 */
final class ArrowView implements AutoCloseable {

    static final String VIEW = "arrow_upload";

    private static final byte[] FILE_MAGIC = {'A', 'R', 'R', 'O', 'W', '1', 0, 0};

    private final ArrowArrayStream stream;
    private final ArrowReader reader;

    private ArrowView(ArrowArrayStream stream, ArrowReader reader) {
        this.stream = stream;
        this.reader = reader;
    }

    static ArrowView register(
            DuckDBConnection connection, BufferAllocator allocator, LoadRequest.Format format, Path file)
            throws IOException {
        int start = format == LoadRequest.Format.ARROW_FILE ? FILE_MAGIC.length : 0;
        try (FileChannel channel = FileChannel.open(file)) {
            ArrowFraming.check(channel, start, format == LoadRequest.Format.ARROW_STREAM);
        }
        InputStream in = new BufferedInputStream(Files.newInputStream(file));
        requireMagic(in.readNBytes(start), start);
        ArrowReader reader = new CheckedArrowReader(in, allocator);
        ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator);
        try {
            ArrowCheck.requireShallow(reader.getVectorSchemaRoot().getSchema().getFields(), StoredTypes.DEPTH_LIMIT);
            Data.exportArrayStream(allocator, reader, stream);
            connection.registerArrowStream(VIEW, stream);
            return new ArrowView(stream, reader);
        } catch (IOException | RuntimeException e) {
            stream.close();
            reader.close();
            throw e;
        }
    }

    /** A file is this, a stream, and an index of it that is not needed to read all. */
    private static void requireMagic(byte[] found, int expected) throws IOException {
        if (expected > 0 && !Arrays.equals(found, FILE_MAGIC)) {
            throw new IOException("it does not begin with ARROW1");
        }
    }

    /** Frees what the stream holds on this side. After a failure DuckDB leaves the reader to us; else it is closed already. */
    @Override
    public void close() throws IOException {
        try {
            stream.close();
        } finally {
            reader.close();
        }
    }
}
