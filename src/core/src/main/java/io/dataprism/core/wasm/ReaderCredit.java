package io.dataprism.core.wasm;

/** How many batches a reader has room for. Any thread; only {@link #spend} waits. */
final class ReaderCredit {

    private long granted;
    private long spent;

    /** So many in all; what was granted is never taken back. */
    synchronized void grant(long total) {
        granted = Math.max(granted, total);
        notifyAll();
    }

    /** Waits until there is room for one more, and takes it. */
    synchronized void spend() throws InterruptedException {
        while (spent >= granted) {
            wait();
        }
        spent++;
    }

    /** How many have been taken. */
    synchronized long spent() {
        return spent;
    }
}
