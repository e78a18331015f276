package io.dataprism.plugins.outliers;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.PluginException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The input of one call, kept until it was read twice. Closing lets go of what is left; later batches are not kept. Any thread. */
final class HeldBatches implements AutoCloseable {

    private final HeldMemory memory;
    private final int columnCount;
    private final Deque<Batch> batches = new ArrayDeque<>();
    private long heldBytes;
    private boolean closed;

    /** @param columnCount how many columns' values are copied to be compared */
    HeldBatches(HeldMemory memory, int columnCount) {
        this.memory = memory;
        this.columnCount = columnCount;
    }

    /** Keeps a batch with a reference of its own. Fails with {@code QUOTA_EXCEEDED} where there is no room. */
    synchronized void add(Batch batch) {
        if (closed) {
            return;
        }
        // values are copied one column at a time into arrays that double: three times their size at worst
        long bytes = batch.sizeBytes() + (columnCount == 0 ? 0 : 3L * Double.BYTES * batch.rowCount());
        if (!memory.tryTake(bytes)) {
            throw new PluginException(
                    "QUOTA_EXCEEDED",
                    "The input needs more than the " + memory.limitBytes()
                            + " bytes that all calls of this plugin may hold together. Load it as a table and name it as the"
                            + " parameter 'table', which may be of any size; or narrow the input with WHERE.");
        }
        heldBytes += bytes;
        batches.add(batch.retain());
    }

    /** Hands all that is kept to a reader, which is not disturbed by a close meanwhile. Call before the first {@link #poll}. */
    <T> T read(Function<List<Batch>, T> reader) {
        List<Batch> all;
        synchronized (this) {
            all = batches.stream().map(Batch::retain).toList();
        }
        try {
            return reader.apply(all);
        } finally {
            all.forEach(Batch::close);
        }
    }

    synchronized boolean isEmpty() {
        return batches.isEmpty();
    }

    /** The next batch, which is the caller's to close; null after the last. */
    synchronized @Nullable Batch poll() {
        return batches.poll();
    }

    @Override
    public synchronized void close() {
        closed = true;
        batches.forEach(Batch::close);
        batches.clear();
        memory.giveBack(heldBytes);
        heldBytes = 0;
    }
}
