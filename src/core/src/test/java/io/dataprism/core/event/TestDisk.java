package io.dataprism.core.event;

import io.dataprism.core.event.journal.SegmentOpener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The real disk, which can be full, refuse to force or to cut, and be slow; it counts how often it was forced. */
final class TestDisk implements SegmentOpener {

    /** How many bytes still fit; a write that does not fit is done in part. */
    final AtomicLong roomBytes = new AtomicLong(Long.MAX_VALUE / 2);

    final AtomicInteger forces = new AtomicInteger();
    volatile boolean refusesToForce;
    volatile boolean refusesToCut;

    private final Semaphore turns = new Semaphore(1);

    /** No force is done until {@link #goOn}. */
    void stop() throws InterruptedException {
        turns.acquire();
    }

    void goOn() {
        turns.release();
    }

    @Override
    public FileChannel open(Path file, boolean fresh) throws IOException {
        return new Channel(FILES.open(file, fresh));
    }

    private final class Channel extends FileChannel {

        private final FileChannel real;

        Channel(FileChannel real) {
            this.real = real;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            int fits = (int) Math.min(bytes.remaining(), roomBytes.get());
            if (fits == 0 && bytes.hasRemaining()) {
                throw new IOException("No space left on device");
            }
            int written = real.write(bytes.slice(bytes.position(), fits));
            bytes.position(bytes.position() + written);
            roomBytes.addAndGet(-written);
            return written;
        }

        @Override
        public void force(boolean metadata) throws IOException {
            turns.acquireUninterruptibly();
            turns.release();
            if (refusesToForce) {
                throw new IOException("Input/output error");
            }
            forces.incrementAndGet();
            real.force(metadata);
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            if (refusesToCut) {
                throw new IOException("Input/output error");
            }
            real.truncate(size);
            return this;
        }

        @Override
        public long position() throws IOException {
            return real.position();
        }

        @Override
        public FileChannel position(long position) throws IOException {
            real.position(position);
            return this;
        }

        @Override
        public long size() throws IOException {
            return real.size();
        }

        @Override
        protected void implCloseChannel() throws IOException {
            real.close();
        }

        @Override
        public int read(ByteBuffer to) throws IOException {
            return real.read(to);
        }

        @Override
        public long read(ByteBuffer[] to, int offset, int length) throws IOException {
            return real.read(to, offset, length);
        }

        @Override
        public int read(ByteBuffer to, long position) throws IOException {
            return real.read(to, position);
        }

        @Override
        public long write(ByteBuffer[] from, int offset, int length) throws IOException {
            throw new UnsupportedOperationException("Segments are written buffer by buffer.");
        }

        @Override
        public int write(ByteBuffer from, long position) throws IOException {
            throw new UnsupportedOperationException("Segments are written at their end.");
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
            return real.transferTo(position, count, target);
        }

        @Override
        public long transferFrom(ReadableByteChannel source, long position, long count) throws IOException {
            throw new UnsupportedOperationException("Segments are written buffer by buffer.");
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
            return real.map(mode, position, size);
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) throws IOException {
            return real.lock(position, size, shared);
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return real.tryLock(position, size, shared);
        }
    }
}
