package io.dataprism.sandbox.child;

import io.dataprism.plugin.PluginException;
import io.dataprism.sandbox.frame.Exchange;
import io.dataprism.sandbox.frame.Frame;
import io.dataprism.sandbox.frame.FrameType;
import io.dataprism.sandbox.frame.Link;
import io.dataprism.sandbox.frame.ProtocolException;
import io.dataprism.sandbox.stream.BytesIn;
import io.dataprism.sandbox.stream.BytesOut;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection through the host, as the child sees it. Reading, writing and connecting block as a socket's do; one thread may
 * read while another writes. Buffers {@link BytesOut#WINDOW_BYTES} at most each way. Frames come from the link's reader.
 */
final class HostConnection implements Exchange {

    private final Link link;
    private final Runnable whenGone;
    private final Deque<byte[]> buffer = new ArrayDeque<>();
    private final long id;
    private final BytesOut out;
    private final BytesIn in;
    private int offset;
    private boolean connected;
    private boolean closed;
    private boolean gone;
    private @Nullable IOException failure;

    /** Registers itself; sends nothing yet. */
    HostConnection(Link link, Runnable whenGone) {
        this.link = link;
        this.whenGone = whenGone;
        this.id = link.open(this);
        this.out = new BytesOut(link, id);
        this.in = new BytesIn(link, id);
    }

    /** Asks for the connection and waits for it. */
    synchronized void open(byte[] order, int timeoutMillis) throws IOException {
        link.send(new Frame(FrameType.CALL, id, order));
        long end = deadline(timeoutMillis);
        while (!connected && failure == null) {
            if (!await(end)) {
                close();
                throw new SocketTimeoutException("The host has not connected within " + timeoutMillis + " ms.");
            }
        }
        check();
    }

    /** As {@link java.io.InputStream#read(byte[], int, int)}, with a limit in milliseconds; 0: none. */
    synchronized int read(byte[] bytes, int at, int length, int timeoutMillis) throws IOException {
        if (length == 0) {
            return 0;
        }
        long end = deadline(timeoutMillis);
        while (buffer.isEmpty() && !in.hasEnded()) {
            check();
            if (!await(end)) {
                throw new SocketTimeoutException("Nothing came within " + timeoutMillis + " ms.");
            }
        }
        byte[] first = buffer.peek();
        if (first == null) {
            return -1;
        }
        int count = Math.min(length, first.length - offset);
        System.arraycopy(first, offset, bytes, at, count);
        offset += count;
        if (offset == first.length) {
            buffer.remove();
            offset = 0;
        }
        in.used(count);
        return count;
    }

    /** Bytes that can be read without waiting. */
    synchronized int available() {
        return buffer.stream().mapToInt(piece -> piece.length).sum() - offset;
    }

    /** Writes all, waiting for room. */
    synchronized void write(byte[] bytes, int at, int length) throws IOException {
        int done = 0;
        while (done < length) {
            check();
            if (out.ended()) {
                throw new SocketException("The output of this socket is shut down.");
            }
            int sent = out.send(bytes, at + done, length - done);
            done += sent;
            if (sent == 0) {
                await(Long.MAX_VALUE);
            }
        }
    }

    /** Ends what is written; reading goes on. */
    synchronized void shutdownOutput() throws IOException {
        check();
        out.end();
        finishIfBothEnded();
    }

    /** Ends both directions and frees everything; again: nothing. */
    void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            buffer.clear();
            notifyAll();
            if (gone) {
                return;
            }
        }
        finish();
        link.send(Frame.of(FrameType.CANCEL, id));
    }

    @Override
    public synchronized void onFrame(Frame frame) {
        switch (frame.type()) {
            case ITEM -> connected = true;
            case BYTES -> {
                in.received(frame.payload().length);
                if (!closed) {
                    buffer.add(frame.payload());
                }
            }
            case CREDIT -> out.credit(frame.number());
            case END -> {
                in.ended(frame.number());
                finishIfBothEnded();
            }
            case FAILED -> {
                failed(Failures.ofHost(frame.payload()));
                finish();
            }
            default -> throw new ProtocolException("The host sent " + frame + " to a connection.");
        }
        notifyAll();
    }

    @Override
    public synchronized void onLinkEnded(Throwable reason) {
        failed(reason);
        notifyAll();
    }

    private void failed(Throwable reason) {
        String message = reason instanceof PluginException known
                ? known.code() + ": " + known.getMessage()
                : String.valueOf(reason.getMessage());
        IOException raised = connected ? new SocketException(message) : new ConnectException(message);
        raised.initCause(reason);
        failure = raised;
    }

    private void finishIfBothEnded() {
        if (out.ended() && in.hasEnded()) {
            finish();
        }
    }

    private void finish() {
        synchronized (this) {
            if (gone) {
                return;
            }
            gone = true;
        }
        link.forget(id);
        whenGone.run();
    }

    private void check() throws IOException {
        if (closed) {
            throw new SocketException("This socket is closed.");
        }
        IOException known = failure;
        if (known != null) {
            throw known;
        }
    }

    private static long deadline(int timeoutMillis) {
        return timeoutMillis == 0 ? Long.MAX_VALUE : System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    }

    /** Waits for a change, or answers false where the time is up. */
    private boolean await(long end) throws IOException {
        try {
            if (end == Long.MAX_VALUE) {
                wait();
                return true;
            }
            long leftMillis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (leftMillis <= 0) {
                return false;
            }
            wait(leftMillis);
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            close();
            throw new SocketException("The thread that waited for the socket was interrupted.");
        }
    }
}
