package io.dataprism.core.confinement;

import io.dataprism.sandbox.stream.BatchArea;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory that a host and one child share for large batches: a file in {@code /dev/shm} that has its full length from the beginning
 * and no name once the child has mapped it. It takes memory only when it is {@linkplain #fill() filled}. Any thread.
 */
final class SharedMemory implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SharedMemory.class);
    private static final Path FOLDER = Path.of("/dev/shm");
    private static final String PREFIX = "dataprism-";
    private static final int STEP_BYTES = 1 << 20;

    private final Path path;
    private final FileChannel channel;
    private final Supplier<Runnable> reserve;
    private final Arena arena = Arena.ofShared();
    private Runnable reservation = () -> {};
    private boolean closed;

    private SharedMemory(Path path, FileChannel channel, Supplier<Runnable> reserve) {
        this.path = path;
        this.channel = channel;
        this.reserve = reserve;
    }

    /**
     * Makes one; empty where this machine has no place for it: batches then go through the pipes.
     *
     * @param reserve sets {@link BatchArea#SIZE_BYTES} aside when it is filled, and answers what gives them back; fails with {@code
     *     QUOTA_EXCEEDED} where there is not so much left
     */
    static Optional<SharedMemory> create(Supplier<Runnable> reserve) {
        Path path = FOLDER.resolve(PREFIX + ProcessHandle.current().pid() + "-" + UUID.randomUUID());
        try {
            if (!Files.getFileStore(FOLDER).type().equals("tmpfs")) {
                return Optional.empty();
            }
            FileChannel channel = FileChannel.open(
                    path,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            SharedMemory made = new SharedMemory(path, channel, reserve);
            try {
                channel.write(ByteBuffer.allocate(1), BatchArea.SIZE_BYTES - 1);
            } catch (IOException full) {
                made.close();
                throw full;
            }
            return Optional.of(made);
        } catch (IOException | UnsupportedOperationException unfit) {
            LOG.debug("There is no memory to share with a plugin's process in {}", FOLDER, unfit);
            return Optional.empty();
        }
    }

    /** Removes the files of hosts that were killed while a child of theirs began. */
    static void removeLeftOnes() {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(FOLDER, PREFIX + "[0-9]*-*")) {
            for (Path file : files) {
                removeLeftOne(file);
            }
        } catch (IOException unfit) {
            LOG.debug("What was left in {} stays", FOLDER, unfit);
        }
    }

    private static void removeLeftOne(Path file) {
        String host = file.getFileName().toString().substring(PREFIX.length());
        try {
            long pid = Long.parseLong(host.substring(0, host.indexOf('-')));
            if (ProcessHandle.of(pid).isEmpty()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | NumberFormatException notOurs) {
            LOG.debug("{} stays", file, notOurs);
        }
    }

    /** Where a child finds it. */
    Path path() {
        return path;
    }

    /** Takes its name away: whoever has mapped it keeps it, nobody else can open it. */
    void removeName() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException failure) {
            LOG.warn("The file {} of memory that is shared cannot be removed", path, failure);
        }
    }

    /**
     * Makes every page of it be there, so that no access can fail later, and maps it. Blocks for some milliseconds. Null after
     * {@link #close()}.
     *
     * @throws IOException where the machine has no memory for it, or would have little left
     * @throws io.dataprism.core.error.DataPrismException {@code QUOTA_EXCEEDED} where plugins may not have so much more
     */
    synchronized @Nullable MemorySegment fill() throws IOException {
        if (closed) {
            return null;
        }
        if (Files.getFileStore(FOLDER).getUsableSpace() < 2 * BatchArea.SIZE_BYTES) {
            throw new IOException("There is no room for it in " + FOLDER + ".");
        }
        reservation = reserve.get();
        try {
            writeZeros();
        } catch (IOException full) {
            reservation.run();
            // the child is never told of it, and who touches it all the same ends
            channel.truncate(0);
            throw full;
        }
        return channel.map(MapMode.READ_WRITE, 0, BatchArea.SIZE_BYTES, arena);
    }

    private void writeZeros() throws IOException {
        try (Arena ofThisCall = Arena.ofConfined()) {
            ByteBuffer zeros = ofThisCall.allocate(STEP_BYTES).asByteBuffer();
            for (long done = 0; done < BatchArea.SIZE_BYTES; done += STEP_BYTES) {
                zeros.clear();
                while (zeros.hasRemaining()) {
                    channel.write(zeros, done + zeros.position());
                }
            }
        }
    }

    /** Gives it back; who still reads or writes there fails. After the child has ended. Again: nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        removeName();
        arena.close();
        try {
            channel.close();
        } catch (IOException failure) {
            LOG.warn("The memory {} that was shared cannot be closed", path, failure);
        }
        reservation.run();
    }
}
