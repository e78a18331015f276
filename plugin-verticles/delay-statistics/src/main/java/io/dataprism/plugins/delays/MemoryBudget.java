package io.dataprism.plugins.delays;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes of heap that all aggregations of this plugin may hold together. Safe from any thread; never blocks. */
final class MemoryBudget {

    private final long limitBytes;
    private final AtomicLong reservedBytes = new AtomicLong();

    MemoryBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    long limitBytes() {
        return limitBytes;
    }

    long reservedBytes() {
        return reservedBytes.get();
    }

    /** A part of the budget for one aggregation, which gives all of it back when closed. */
    Share share() {
        return new Share();
    }

    private boolean tryReserve(long bytes) {
        long before = reservedBytes.getAndUpdate(held -> held + bytes <= limitBytes ? held + bytes : held);
        return before + bytes <= limitBytes;
    }

    /** What one aggregation holds. A cancelled call may close it while its last batch is still read: from then on it counts nothing. */
    final class Share implements AutoCloseable {

        private long heldBytes;
        private boolean closed;

        /** Takes that much, or nothing where it is not there. */
        synchronized boolean tryTake(long bytes) {
            if (closed) {
                return true;
            }
            if (!tryReserve(bytes)) {
                return false;
            }
            heldBytes += bytes;
            return true;
        }

        synchronized void giveBack(long bytes) {
            if (!closed) {
                heldBytes -= bytes;
                reservedBytes.addAndGet(-bytes);
            }
        }

        @Override
        public synchronized void close() {
            giveBack(heldBytes);
            closed = true;
        }
    }
}
