package io.dataprism.core.engine;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The memory of one query: an allocator that is closed by whoever is last, the query or one of its batches. A fuse against leaks,
 * and not what bounds the stream: that is the credit.
 */
public final class QueryMemory {

    private final BufferAllocator allocator;
    private final AtomicInteger holders = new AtomicInteger(1);

    public QueryMemory(BufferAllocator parent, String queryId) {
        this.allocator = parent.newChildAllocator("query " + queryId, 0, Long.MAX_VALUE);
    }

    public BufferAllocator allocator() {
        return allocator;
    }

    /** One more batch, which will {@link #release()}. */
    public void hold() {
        holders.incrementAndGet();
    }

    public void release() {
        if (holders.decrementAndGet() == 0) {
            allocator.close();
        }
    }
}
