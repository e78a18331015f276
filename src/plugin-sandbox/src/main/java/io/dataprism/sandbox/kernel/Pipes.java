package io.dataprism.sandbox.kernel;

import java.io.BufferedInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The pipes to the host, moved from descriptors 0 and 1 to private ones, so that nothing that reads standard input or writes
 * standard output can come near the frames. One thread at a time reads and one writes; both wait for the peer.
 *
 * @param fromHost ends when the host closes its end
 * @param toHost unbuffered
 */
public record Pipes(InputStream fromHost, OutputStream toHost) {

    private static final int DUPLICATE_CLOSE_ON_EXEC = 1030;
    private static final int FIRST_PRIVATE_DESCRIPTOR = 16;
    private static final int AT_WORKING_FOLDER = -100;
    private static final int SET_PIPE_SIZE = 1031;
    private static final int PIPE_BYTES = 1024 * 1024;
    private static final int CHUNK_BYTES = 256 * 1024;
    /** Room for several calls: one system call then brings them all. */
    private static final int BUFFER_BYTES = 16 * 1024;

    /** Takes descriptors 0 and 1: standard input becomes empty, standard output becomes standard error. Call once. */
    public static Pipes takeStandardStreams() {
        long input = SystemCalls.require("fcntl", 0, DUPLICATE_CLOSE_ON_EXEC, FIRST_PRIVATE_DESCRIPTOR);
        long output = SystemCalls.require("fcntl", 1, DUPLICATE_CLOSE_ON_EXEC, FIRST_PRIVATE_DESCRIPTOR);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment nothing = arena.allocateFrom("/dev/null");
            long empty = SystemCalls.require("openat", AT_WORKING_FOLDER, nothing.address(), 0, 0);
            SystemCalls.require("dup3", empty, 0, 0);
            SystemCalls.require("close", empty);
        }
        SystemCalls.require("dup3", 2, 1, 0);
        enlarge(input);
        enlarge(output);
        return new Pipes(new BufferedInputStream(new Reading(input), BUFFER_BYTES), new Writing(output));
    }

    /** The same on a machine whose kernel is not known here: the descriptors stay where they are, and only Java's streams change. */
    public static Pipes takeStandardStreamsOfJava() {
        Pipes pipes = new Pipes(new FileInputStream(FileDescriptor.in), new FileOutputStream(FileDescriptor.out));
        System.setIn(InputStream.nullInputStream());
        System.setOut(System.err);
        return pipes;
    }

    /** So that a batch changes sides in few turns. A kernel that gives no more room goes on with what there is. */
    private static void enlarge(long descriptor) {
        SystemCalls.call(SystemCalls.machine().number("fcntl"), descriptor, SET_PIPE_SIZE, PIPE_BYTES);
    }

    private static final class Reading extends InputStream {

        private final long descriptor;
        private final int number = SystemCalls.machine().number("read");
        private final MemorySegment state = SystemCalls.state(Arena.global());
        private final MemorySegment chunk = Arena.global().allocate(CHUNK_BYTES);

        Reading(long descriptor) {
            this.descriptor = descriptor;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            long count = SystemCalls.call(state, number, descriptor, chunk.address(), Math.min(length, CHUNK_BYTES));
            while (count == -SystemCalls.EINTR) {
                count = SystemCalls.call(state, number, descriptor, chunk.address(), Math.min(length, CHUNK_BYTES));
            }
            if (count < 0) {
                throw new IOException("Reading the pipe from the host failed with errno " + -count + ".");
            }
            MemorySegment.copy(chunk, ValueLayout.JAVA_BYTE, 0, bytes, offset, (int) count);
            return count == 0 ? -1 : (int) count;
        }
    }

    private static final class Writing extends OutputStream {

        private final long descriptor;
        private final int number = SystemCalls.machine().number("write");
        private final MemorySegment state = SystemCalls.state(Arena.global());
        private final MemorySegment chunk = Arena.global().allocate(CHUNK_BYTES);

        Writing(long descriptor) {
            this.descriptor = descriptor;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int done = 0; done < length; ) {
                int part = Math.min(length - done, CHUNK_BYTES);
                MemorySegment.copy(bytes, offset + done, chunk, ValueLayout.JAVA_BYTE, 0, part);
                writeChunk(part);
                done += part;
            }
        }

        private void writeChunk(int length) throws IOException {
            for (int done = 0; done < length; ) {
                long count = SystemCalls.call(state, number, descriptor, chunk.address() + done, length - done);
                if (count < 0 && count != -SystemCalls.EINTR) {
                    throw new IOException("Writing the pipe to the host failed with errno " + -count + ".");
                }
                done += (int) Math.max(0, count);
            }
        }
    }
}
