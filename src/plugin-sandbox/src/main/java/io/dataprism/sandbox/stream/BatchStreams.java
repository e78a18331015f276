package io.dataprism.sandbox.stream;

import io.dataprism.plugin.Batch;
import io.dataprism.sandbox.frame.Frame;
import io.dataprism.sandbox.frame.FrameSink;
import io.dataprism.sandbox.frame.FrameType;
import io.dataprism.sandbox.frame.Link;
import java.io.IOException;
import java.util.concurrent.Executor;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What all streams of batches over one link have in common. Bodies of {@value BatchArea#LEAST_BYTES} bytes and more lie in memory that
 * is shared, where there is some and room in it, and go with their frames otherwise. Any thread.
 */
public final class BatchStreams {

    private final Link link;
    private final BufferAllocator allocator;
    private final BatchArea area;
    private final boolean trusted;
    private final Runnable largeBatch;

    /**
     * @param allocator of what comes in
     * @param trusted whether the peer is the host: its batches are used where they lie, and their contents are not checked
     * @param largeBatch told, often, that a large batch went or came with its frame because the area is not open
     */
    public BatchStreams(Link link, BufferAllocator allocator, BatchArea area, boolean trusted, Runnable largeBatch) {
        this.link = link;
        this.allocator = allocator;
        this.area = area;
        this.trusted = trusted;
        this.largeBatch = largeBatch;
    }

    /** Whether this side places bodies in memory that is shared. */
    public boolean areShared() {
        return area.isOpen();
    }

    /** For one stream that goes out. */
    public BatchEncoding outgoing() {
        return new BatchEncoding(this);
    }

    /**
     * One stream that comes in.
     *
     * @param signals where the subscriber is called
     * @param tellPeer cancels at the peer, where the subscriber cancels or there is no memory
     */
    public IncomingBatches incoming(long id, Executor signals, Runnable tellPeer) {
        return new IncomingBatches(link, id, signals, this, tellPeer);
    }

    /** The peer has read what this side had placed. @throws io.dataprism.sandbox.frame.ProtocolException where nothing was */
    public void freed(Frame frame) {
        area.freed(frame.number());
    }

    /** A frame came for a stream that is forgotten here: nobody will read what it speaks of. */
    public void late(Frame frame) {
        if (frame.type() == FrameType.PLACED) {
            free(PlacedBatch.of(frame, area).offset());
        }
    }

    /** Writes a batch as one frame. @throws IllegalArgumentException, before anything is written, where it is too large */
    void write(FrameSink sink, long id, VectorSchemaRoot root) throws IOException {
        if (BatchCodec.write(sink, id, root, area) && !area.isOpen()) {
            largeBatch.run();
        }
    }

    /** @throws OutOfMemoryException where the allocator has no room */
    Batch read(Frame frame, Schema schema) {
        if (frame.type() == FrameType.PLACED) {
            PlacedBatch placed = PlacedBatch.of(frame, area);
            return trusted
                    ? placed.inPlace(schema, allocator, () -> free(placed.offset()))
                    : placed.copied(schema, allocator, () -> free(placed.offset()));
        }
        if (frame.payload().length >= BatchArea.LEAST_BYTES && !area.isOpen()) {
            largeBatch.run();
        }
        return BatchCodec.decode(frame.payload(), schema, allocator, trusted);
    }

    private void free(long offset) {
        link.send(Frame.of(FrameType.FREED, 0, offset));
    }
}
