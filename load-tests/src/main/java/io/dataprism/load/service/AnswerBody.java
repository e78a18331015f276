package io.dataprism.load.service;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowStreamReader;

/** The body of one answer, without its chunks' frames where it has such. One thread; blocks. */
public final class AnswerBody implements ReadableByteChannel {

    private static final int SCRATCH_BYTES = 1 << 20;
    private static final int HEXADECIMAL = 16;

    private final SocketSource source;
    private final String queryId;
    private final boolean chunked;
    private long left;
    private boolean begun;
    private boolean ended;
    private long bytes;

    /**
     * @param length of the body; -1: it comes in chunks
     */
    AnswerBody(SocketSource source, String queryId, long length) {
        this.source = source;
        this.queryId = queryId;
        this.chunked = length < 0;
        this.left = Math.max(0, length);
    }

    public String queryId() {
        return queryId;
    }

    /** How many bytes have been read. */
    public long bytes() {
        return bytes;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (left == 0 && chunked && !ended) {
            nextChunk();
        } else if (left == 0) {
            ended = true;
        }
        if (ended) {
            return -1;
        }
        int count = source.read(target, left);
        left -= count;
        bytes += count;
        return count;
    }

    private void nextChunk() throws IOException {
        if (begun) {
            source.line();
        }
        begun = true;
        left = Long.parseLong(source.line(), HEXADECIMAL);
        if (left == 0) {
            source.line();
            ended = true;
        }
    }

    /** Reads on until {@code limit} bytes of the body, or its end, have come; the bytes that did. */
    public long skip(long limit) throws IOException {
        ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES);
        while (bytes < limit) {
            scratch.clear().limit((int) Math.min(SCRATCH_BYTES, limit - bytes));
            if (read(scratch) < 0) {
                break;
            }
        }
        return bytes;
    }

    /** Decodes the body as an Arrow stream, to its end; the rows. */
    public long arrowRows(BufferAllocator allocator) throws IOException {
        long rows = 0;
        try (ArrowStreamReader reader = new ArrowStreamReader(this, allocator)) {
            while (reader.loadNextBatch()) {
                rows += reader.getVectorSchemaRoot().getRowCount();
            }
        }
        requireEnd();
        return rows;
    }

    /** Nothing but the frame of the last chunk follows an Arrow stream. */
    private void requireEnd() throws IOException {
        if (read(ByteBuffer.allocate(1)) >= 0) {
            throw new IOException("The service sent more than one Arrow stream.");
        }
    }

    @Override
    public boolean isOpen() {
        return !ended;
    }

    /** Does not close the connection. */
    @Override
    public void close() {}
}
