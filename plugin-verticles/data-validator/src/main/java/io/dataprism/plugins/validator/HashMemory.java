package io.dataprism.plugins.validator;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes that the hashes of all calls under way may take together. Any thread; never blocks. */
final class HashMemory {

    private final long limitBytes;
    private final AtomicLong takenBytes = new AtomicLong();

    HashMemory(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    long limitBytes() {
        return limitBytes;
    }

    long takenBytes() {
        return takenBytes.get();
    }

    /** Takes that much, or nothing where it is not there. */
    boolean tryTake(long bytes) {
        long before = takenBytes.getAndUpdate(taken -> taken + bytes <= limitBytes ? taken + bytes : taken);
        return before + bytes <= limitBytes;
    }

    void giveBack(long bytes) {
        takenBytes.addAndGet(-bytes);
    }
}
