package io.dataprism.sandbox.child;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Streams within this process, for what a {@link Rehearsal} says to itself: a pipe needs what the second filter refuses. Any threads. */
final class Loop {

    private final Queue<byte[]> written = new ArrayDeque<>();
    private byte @Nullable [] current;
    private int read;
    private boolean closed;

    /** What is written can be read, and is never waited for. */
    OutputStream out() {
        return new OutputStream() {
            @Override
            public void write(int value) {
                put(new byte[] {(byte) value});
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                byte[] copy = new byte[length];
                System.arraycopy(bytes, offset, copy, 0, length);
                put(copy);
            }
        };
    }

    /** Waits for what is written, until {@link #close}. */
    InputStream in() {
        return new InputStream() {
            @Override
            public int read() {
                byte[] one = new byte[1];
                return take(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                return take(bytes, offset, length);
            }
        };
    }

    /** Nothing more comes. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    private synchronized void put(byte[] bytes) {
        if (bytes.length > 0) {
            written.add(bytes);
            notifyAll();
        }
    }

    private synchronized int take(byte[] bytes, int offset, int length) {
        while (current == null || read == current.length) {
            current = written.poll();
            read = 0;
            if (current == null) {
                if (closed || !awaitMore()) {
                    return -1;
                }
            }
        }
        int count = Math.min(length, current.length - read);
        System.arraycopy(current, read, bytes, offset, count);
        read += count;
        return count;
    }

    private boolean awaitMore() {
        try {
            wait();
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
