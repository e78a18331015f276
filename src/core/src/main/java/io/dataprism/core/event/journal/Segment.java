package io.dataprism.core.event.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * The segment that is written to. A group that fails is cut off again; where even that fails, the next group begins with it, so
 * that nothing is ever written behind half a group.
 */
final class Segment implements AutoCloseable {

    /** The JDK keeps a buffer outside the heap as large as the largest write of a thread. */
    private static final int WRITE_BYTES = 256 << 10;

    private final FileChannel channel;
    private long sizeBytes;
    private boolean dirty;

    private Segment(FileChannel channel, long sizeBytes) {
        this.channel = channel;
        this.sizeBytes = sizeBytes;
    }

    /** A file that is there, cut off behind so many bytes. */
    static Segment reopen(Path file, long sizeBytes, SegmentOpener opener) throws IOException {
        Segment segment = new Segment(opener.open(file, false), sizeBytes);
        try {
            segment.dirty =
                    true; // what is shown of it from now on must be on the disk, and a killed process may not have
            // forced it
            segment.cutOff();
            return segment;
        } catch (IOException e) {
            segment.channel.close();
            throw e;
        }
    }

    /** A new file that holds those bytes already, certainly. */
    static Segment create(Path file, ByteBuffer head, SegmentOpener opener) throws IOException {
        Segment segment = new Segment(opener.open(file, true), 0);
        try {
            segment.append(head);
            return segment;
        } catch (IOException e) {
            segment.channel.close();
            throw e;
        }
    }

    void append(ByteBuffer group) throws IOException {
        cutOff();
        int length = group.remaining();
        dirty = true;
        try {
            channel.position(sizeBytes);
            while (group.hasRemaining()) {
                writePiece(group);
            }
            channel.force(false);
        } catch (IOException e) {
            cutOffAfter(e);
            throw e;
        }
        dirty = false;
        sizeBytes += length;
    }

    private void writePiece(ByteBuffer group) throws IOException {
        int begin = group.position();
        int written = channel.write(group.slice(begin, Math.min(WRITE_BYTES, group.remaining())));
        group.position(begin + written);
    }

    private void cutOffAfter(IOException failure) {
        try {
            cutOff();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** Cuts off what is left of a group that failed. */
    void cutOff() throws IOException {
        if (dirty) {
            channel.truncate(sizeBytes);
            channel.force(true);
            dirty = false;
        }
    }

    long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
