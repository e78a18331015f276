package io.dataprism.gateway;

import io.dataprism.core.format.BodyPacking;
import io.dataprism.core.format.ByteSink;
import io.dataprism.core.format.ResultWriter;
import io.dataprism.plugin.Batch;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one answer: written by its format and packed. Computes and never waits. For one thread at a time, and any: the
 * threads hand it over to each other.
 */
final class ResultSlices {

    /** What one slice has at least, unless it is the last of its batch. */
    static final int SLICE_BYTES = 128 * 1024;

    /** Enough for a small answer; the sink grows with a larger one. */
    private static final int FIRST_BYTES = 1024;

    private final ResultWriter writer;
    private final @Nullable BodyPacking packing;
    private final ByteSink sink = new ByteSink(FIRST_BYTES);
    private boolean begun;

    ResultSlices(ResultWriter writer, @Nullable BodyPacking packing) {
        this.writer = writer;
        this.packing = packing;
    }

    /**
     * A piece of a result.
     *
     * @param nextRow the row of the batch to go on with
     * @param wantsMore false: the format holds all rows that it may
     */
    record Slice(Buffer bytes, int nextRow, boolean wantsMore) {}

    /** What stands before the first row, where it has not been given yet. */
    Buffer opening() {
        begin();
        return flush(false);
    }

    /** The next rows of a batch, which stays open. */
    Slice rows(Batch batch, int firstRow) {
        begin();
        int nextRow = writer.rows(sink, batch, firstRow, SLICE_BYTES);
        return new Slice(flush(false), nextRow, writer.wantsMore());
    }

    /** What ends the result; nothing can follow. */
    Buffer end() {
        begin();
        writer.end(sink);
        return flush(true);
    }

    /** What says in the format that the result broke off, or null where it cannot. */
    @Nullable
    Buffer failure(Map<String, @Nullable Object> problem) {
        return writer.failure(sink, problem) ? flush(true) : null;
    }

    private void begin() {
        if (!begun) {
            begun = true;
            writer.begin(sink);
        }
    }

    private Buffer flush(boolean last) {
        if (packing != null && (last || sink.size() > 0)) {
            packing.pack(sink, last);
        }
        return BufferInternal.buffer(Unpooled.wrappedBuffer(sink.take()));
    }

    /** Frees native memory. May be called again. */
    void close() {
        if (packing != null) {
            packing.close();
        }
    }
}
