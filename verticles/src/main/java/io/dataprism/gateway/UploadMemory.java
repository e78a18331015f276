package io.dataprism.gateway;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Arrow memory that uploaded batches may take on this node at a time. */
final class UploadMemory {

    private static final Logger LOG = LoggerFactory.getLogger(UploadMemory.class);
    private static final long LIMIT_BYTES = 512L * 1024 * 1024;

    private final BufferAllocator allocator = new RootAllocator(LIMIT_BYTES);

    BufferAllocator allocator() {
        return allocator;
    }

    synchronized void close() {
        try {
            allocator.close();
        } catch (IllegalStateException leaked) {
            LOG.warn("Uploaded batches were not closed", leaked);
        }
    }
}
