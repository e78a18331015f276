package io.dataprism.sandbox.stream;

import io.dataprism.plugin.Batch;
import io.dataprism.sandbox.frame.Frame;
import io.dataprism.sandbox.stream.RecordBatches.Check;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.ForeignAllocation;
import org.apache.arrow.vector.ipc.message.ArrowBuffer;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A batch whose body lies in the {@link BatchArea}.
 *
 * @param metadata the record batch message without its body; came with the frame, out of anybody's reach
 * @param offset in the half of whoever wrote it
 */
record PlacedBatch(ByteBuffer metadata, long offset, MemorySegment body) {

    static final int HEAD_BYTES = 16;

    /** Of a frame {@code PLACED}. @throws ProtocolException where it is not legal */
    static PlacedBatch of(Frame frame, BatchArea area) {
        ByteBuffer payload = ByteBuffer.wrap(frame.payload());
        long offset = payload.getLong();
        long bodyBytes = payload.getLong();
        return new PlacedBatch(payload.slice(), offset, area.ofPeer(offset, bodyBytes));
    }

    /** Puts a body where it is to lie, as its message says. */
    static void put(ArrowRecordBatch message, MemorySegment place) {
        List<ArrowBuf> buffers = message.getBuffers();
        List<ArrowBuffer> layout = message.getBuffersLayout();
        for (int index = 0; index < buffers.size(); index++) {
            ArrowBuf buffer = buffers.get(index);
            MemorySegment.copy(
                    RecordBatches.segment(buffer), 0, place, layout.get(index).getOffset(), buffer.readableBytes());
        }
    }

    /** A batch that uses the body where it lies. @param freed called once: when nothing uses it any more, or at once where that fails */
    Batch inPlace(Schema schema, BufferAllocator allocator, Runnable freed) {
        ArrowBuf lent;
        try {
            lent = allocator.wrapForeignAllocation(new Lent(body, freed));
        } catch (RuntimeException full) {
            freed.run();
            throw full;
        }
        try (ArrowBuf buffer = lent) {
            return RecordBatches.load(metadata, buffer, schema, allocator, Check.NONE);
        }
    }

    /** A batch of a copy, checked afterwards. @param freed called once the copy is made, or there is no memory for it */
    Batch copied(Schema schema, BufferAllocator allocator, Runnable freed) {
        // before there is memory for it
        RecordBatches.header(metadata.duplicate(), body.byteSize());
        try (ArrowBuf copy = copy(allocator, freed)) {
            return RecordBatches.load(metadata, copy.slice(0, body.byteSize()), schema, allocator, Check.CONTENTS);
        }
    }

    private ArrowBuf copy(BufferAllocator allocator, Runnable freed) {
        ArrowBuf copy = null;
        try {
            copy = allocator.buffer(body.byteSize());
            MemorySegment.copy(body, 0, RecordBatches.segment(copy), 0, body.byteSize());
            return copy;
        } catch (RuntimeException | Error gone) {
            // what is shared is given back when the child has ended, whoever still reads
            if (copy != null) {
                copy.close();
            }
            throw gone;
        } finally {
            freed.run();
        }
    }

    private static final class Lent extends ForeignAllocation {

        private final Runnable freed;

        Lent(MemorySegment body, Runnable freed) {
            super(body.byteSize(), body.address());
            this.freed = freed;
        }

        @Override
        protected void release0() {
            freed.run();
        }
    }
}
