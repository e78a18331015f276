package io.dataprism.core.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.util.ValueVectorUtility;
import org.duckdb.DuckDBConnection;

/**
 * An uploaded Arrow stream or file, shown to one connection as the view {@link #VIEW}, which can be scanned once. What a client
 * wrote is validated in full before DuckDB sees a batch of it: an offset out of range would end the process.
 */
final class ArrowUpload implements AutoCloseable {

    static final String VIEW = "arrow_upload";

    private final ArrowArrayStream stream;

    private ArrowUpload(ArrowArrayStream stream) {
        this.stream = stream;
    }

    static ArrowUpload register(
            DuckDBConnection connection, BufferAllocator allocator, LoadRequest.Format format, Path file)
            throws IOException {
        ArrowReader reader = format == LoadRequest.Format.ARROW_FILE
                ? new CheckedFile(FileChannel.open(file), allocator)
                : new CheckedStream(Files.newInputStream(file), allocator);
        ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator);
        try {
            reader.getVectorSchemaRoot();
            Data.exportArrayStream(allocator, reader, stream);
            connection.registerArrowStream(VIEW, stream);
            return new ArrowUpload(stream);
        } catch (IOException | RuntimeException e) {
            stream.close();
            reader.close();
            throw e;
        }
    }

    /** Frees what the stream holds on this side; DuckDB has released the reader with its scan. */
    @Override
    public void close() {
        stream.close();
    }

    private static final class CheckedStream extends ArrowStreamReader {

        CheckedStream(InputStream in, BufferAllocator allocator) {
            super(in, allocator);
        }

        @Override
        public boolean loadNextBatch() throws IOException {
            boolean more = super.loadNextBatch();
            if (more) {
                ValueVectorUtility.validateFull(getVectorSchemaRoot());
            }
            return more;
        }
    }

    private static final class CheckedFile extends ArrowFileReader {

        CheckedFile(FileChannel channel, BufferAllocator allocator) {
            super(channel, allocator);
        }

        @Override
        public boolean loadNextBatch() throws IOException {
            boolean more = super.loadNextBatch();
            if (more) {
                ValueVectorUtility.validateFull(getVectorSchemaRoot());
            }
            return more;
        }
    }
}
