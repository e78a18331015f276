package io.dataprism.stream;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The batches that all streams into this node may have on their way together. A stream borrows its opening credit and gives it
 * back; when the pool is empty each new stream still gets 1, so that it moves. Safe on any thread.
 */
final class CreditPool {

    private final long each;
    private final AtomicLong left;

    CreditPool(long size, long each) {
        this.each = each;
        this.left = new AtomicLong(size);
    }

    /** At least 1, at most what each stream may have. */
    long borrow() {
        long before = left.getAndUpdate(free -> free - Math.clamp(free, 1, each));
        return Math.clamp(before, 1, each);
    }

    void giveBack(long credit) {
        left.addAndGet(credit);
    }

    long left() {
        return left.get();
    }
}
