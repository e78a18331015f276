package io.dataprism.plugins.outliers;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes that all calls under way may hold together. Any thread; never blocks. */
final class HeldMemory {

    private final long limitBytes;
    private final AtomicLong heldBytes = new AtomicLong();

    HeldMemory(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    long limitBytes() {
        return limitBytes;
    }

    /** Takes that much, or nothing where it is not there. */
    boolean tryTake(long bytes) {
        long before = heldBytes.getAndUpdate(held -> held + bytes <= limitBytes ? held + bytes : held);
        return before + bytes <= limitBytes;
    }

    void giveBack(long bytes) {
        heldBytes.addAndGet(-bytes);
    }

    long heldBytes() {
        return heldBytes.get();
    }
}
