package io.dataprism.sandbox.kernel;

import io.dataprism.sandbox.frame.PromptOutput;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The host's end of a child's standard input, opened a second time so that writing to it need not wait. Whoever writes waits for whoever
 * writes already; nobody writes to a descriptor that was closed.
 */
public final class ChildInput extends PromptOutput {

    private static final int AT_WORKING_FOLDER = -100;
    private static final int WRITE_ONLY = 1;
    private static final int NON_BLOCKING = 2048;
    private static final int CLOSE_ON_EXEC = 524_288;
    private static final int EAGAIN = 11;
    private static final int POLL_OUT = 4;
    private static final int CHUNK_BYTES = 64 * 1024;

    private final int write = SystemCalls.machine().number("write");
    private final int poll = SystemCalls.machine().number("ppoll");
    private final long descriptor;
    private final Arena memory = Arena.ofShared();
    private final MemorySegment state = SystemCalls.state(memory);
    private final MemorySegment chunk = memory.allocate(CHUNK_BYTES);
    private final MemorySegment polled = memory.allocate(Long.BYTES, Long.BYTES);
    private boolean closed;

    private ChildInput(long descriptor) {
        this.descriptor = descriptor;
    }

    /** That of a child which has not read yet; empty where the kernel does not let it be opened. Blocks for a moment. */
    public static Optional<ChildInput> of(long pid) {
        if (Machine.current().isEmpty()) {
            return Optional.empty();
        }
        long descriptor;
        try (Arena arena = Arena.ofConfined()) {
            descriptor = SystemCalls.call(
                    SystemCalls.machine().number("openat"),
                    AT_WORKING_FOLDER,
                    arena.allocateFrom("/proc/" + pid + "/fd/0").address(),
                    WRITE_ONLY | NON_BLOCKING | CLOSE_ON_EXEC,
                    0);
        }
        if (descriptor < 0) {
            return Optional.empty();
        }
        if (isPipe(descriptor)) {
            return Optional.of(new ChildInput(descriptor));
        }
        SystemCalls.call(SystemCalls.machine().number("close"), descriptor);
        return Optional.empty();
    }

    /** A child that was quick has something else there by now. */
    private static boolean isPipe(long descriptor) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString()
                    .startsWith("pipe:");
        } catch (IOException hidden) {
            return false;
        }
    }

    @Override
    public synchronized int offer(byte[] bytes, int offset, int length) throws IOException {
        int part = Math.min(length, CHUNK_BYTES);
        requireOpen();
        MemorySegment.copy(bytes, offset, chunk, ValueLayout.JAVA_BYTE, 0, part);
        return part == 0 ? 0 : written(part);
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            int taken = offer(bytes, offset + done, length - done);
            done += taken;
            if (taken == 0) {
                awaitRoom();
            }
        }
    }

    /** Waits for nobody but one who writes, whose wait ends with the child. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            SystemCalls.call(SystemCalls.machine().number("close"), descriptor);
            memory.close();
        }
    }

    private int written(int part) throws IOException {
        long count = SystemCalls.call(state, write, descriptor, chunk.address(), part);
        if (count == -EAGAIN || count == -SystemCalls.EINTR) {
            return 0;
        }
        if (count < 0) {
            throw new IOException("Writing the pipe to the child failed with errno " + -count + ".");
        }
        return (int) count;
    }

    private void awaitRoom() {
        polled.set(ValueLayout.JAVA_INT, 0, (int) descriptor);
        polled.set(ValueLayout.JAVA_SHORT, 4, (short) POLL_OUT);
        polled.set(ValueLayout.JAVA_SHORT, 6, (short) 0);
        SystemCalls.call(state, poll, polled.address(), 1, 0, 0, 0);
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("The pipe to the child is closed.");
        }
    }
}
