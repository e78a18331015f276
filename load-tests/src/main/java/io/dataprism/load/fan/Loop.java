package io.dataprism.load.fan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.function.BooleanSupplier;

/** The one thread's turns: who can be read or written, and what is due. */
final class Loop implements AutoCloseable {

    private static final int BUFFER_BYTES = 512 * 1024;
    private static final long NANOS_OF_A_MILLI = 1_000_000;

    private final Selector selector;
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES);

    Loop() throws IOException {
        selector = Selector.open();
    }

    Selector selector() {
        return selector;
    }

    /** What a connection is read into, for as long as its turn lasts. */
    ByteBuffer in() {
        return in;
    }

    /**
     * Turns until something is so.
     *
     * @param turn what is to be done in each turn
     * @param isBusy whether to look again at once, for what must happen to the microsecond, or to wait a millisecond for something
     * @return false where the limit was over before
     */
    boolean until(BooleanSupplier isSo, Runnable turn, long limitMillis, boolean isBusy) throws IOException {
        long end = System.nanoTime() + limitMillis * NANOS_OF_A_MILLI;
        while (!isSo.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            turn.run();
            if (isBusy) {
                selector.selectNow(Loop::ready);
            } else {
                selector.select(Loop::ready, 1);
            }
        }
        return true;
    }

    /** Closed connections are given back to the kernel in a turn only. */
    void letGo() throws IOException {
        selector.selectNow(Loop::ready);
    }

    private static void ready(SelectionKey key) {
        if (key.attachment() instanceof Connection connection) {
            connection.onReady();
        }
    }

    @Override
    public void close() {
        try {
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException("The selector could not be closed", e);
        }
    }
}
