package io.dataprism.host;

import io.dataprism.core.confinement.HostStream;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A channel as a stream. Reads one piece at a time and none while paused; writes one at a time, in order. What waits to be
 * written is bounded by who writes: each piece is told when it is out.
 */
final class ChannelStream implements HostStream {

    private static final Logger LOG = LoggerFactory.getLogger(ChannelStream.class);
    private static final int READ_BYTES = 32 * 1024;

    private record Write(ByteBuffer bytes, Runnable written) {}

    private final AsynchronousSocketChannel channel;
    private final Runnable release;
    private final Queue<Write> writes = new ArrayDeque<>();
    private final ByteBuffer room = ByteBuffer.allocate(READ_BYTES);
    private @Nullable Receiver receiver;
    private boolean reading;
    private boolean writing;
    private boolean paused;
    private boolean inputEnded;
    private boolean outputEnding;
    private boolean closed;

    /** @param release closes the channel; may be called again */
    ChannelStream(AsynchronousSocketChannel channel, Runnable release) {
        this.channel = channel;
        this.release = release;
    }

    @Override
    public void start(Receiver first) {
        synchronized (this) {
            receiver = first;
        }
        read();
    }

    @Override
    public void pause() {
        synchronized (this) {
            paused = true;
        }
    }

    @Override
    public void resume() {
        synchronized (this) {
            paused = false;
        }
        read();
    }

    @Override
    public void write(byte[] bytes, Runnable written) {
        synchronized (this) {
            writes.add(new Write(ByteBuffer.wrap(bytes), written));
        }
        writeNext();
    }

    @Override
    public void endOutput() {
        synchronized (this) {
            outputEnding = true;
            if (!writes.isEmpty()) {
                return;
            }
        }
        shutOutput();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        release.run();
    }

    private void read() {
        synchronized (this) {
            if (receiver == null || reading || paused || inputEnded || closed) {
                return;
            }
            reading = true;
        }
        channel.read(room.clear(), null, new CompletionHandler<Integer, @Nullable Void>() {
            @Override
            public void completed(Integer count, @Nullable Void nothing) {
                byte[] bytes = new byte[Math.max(0, count)];
                room.flip().get(bytes);
                Receiver to;
                synchronized (ChannelStream.this) {
                    inputEnded = count < 0;
                    to = Objects.requireNonNull(receiver, "reading begins with one");
                }
                if (count < 0) {
                    to.onEnd();
                } else {
                    to.onBytes(bytes);
                }
                // only now: what a resume reads on another thread must not overtake what has just been read
                synchronized (ChannelStream.this) {
                    reading = false;
                }
                read();
            }

            @Override
            public void failed(Throwable failure, @Nullable Void nothing) {
                broken(failure);
            }
        });
    }

    private void writeNext() {
        Write next;
        synchronized (this) {
            next = writes.peek();
            if (writing || next == null) {
                return;
            }
            writing = true;
        }
        channel.write(next.bytes(), next, new CompletionHandler<Integer, Write>() {
            @Override
            public void completed(Integer count, Write write) {
                boolean whole = !write.bytes().hasRemaining();
                boolean last;
                synchronized (ChannelStream.this) {
                    writing = false;
                    if (whole) {
                        writes.remove();
                    }
                    last = writes.isEmpty() && outputEnding;
                }
                if (last) {
                    shutOutput();
                }
                writeNext();
                if (whole) {
                    write.written().run();
                }
            }

            @Override
            public void failed(Throwable failure, Write write) {
                broken(failure);
            }
        });
    }

    private void shutOutput() {
        try {
            channel.shutdownOutput();
        } catch (IOException failure) {
            broken(failure);
        }
    }

    private void broken(Throwable failure) {
        Receiver to;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            to = receiver;
        }
        release.run();
        if (to != null) {
            to.onFailure(new DataPrismException(
                    ErrorCode.NETWORK_FAILED,
                    "The connection broke: " + failure.getMessage() + ".",
                    "Connect again.",
                    failure));
        }
    }

    static void closeQuietly(AsynchronousSocketChannel channel) {
        try {
            channel.close();
        } catch (IOException failure) {
            LOG.debug("A connection could not be closed", failure);
        }
    }
}
