package io.dataprism.core.dataset;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The memory of one query: an allocator that is closed by whoever is last, the query or one of its batches. A fuse against leaks,
 * and not what bounds the stream: that is the credit.
 */
final class QueryMemory {

    private final BufferAllocator allocator;
    private final AtomicInteger holders = new AtomicInteger(1);

    QueryMemory(BufferAllocator parent, String queryId) {
        this.allocator = parent.newChildAllocator("query " + queryId, 0, Long.MAX_VALUE);
    }

    BufferAllocator allocator() {
        return allocator;
    }

    /** One more batch, which will {@link #release()}. */
    void hold() {
        holders.incrementAndGet();
    }

    void release() {
        if (holders.decrementAndGet() == 0) {
            allocator.close();
        }
    }
}
