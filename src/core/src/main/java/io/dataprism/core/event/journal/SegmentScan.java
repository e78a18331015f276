package io.dataprism.core.event.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one segment, telling what is intact. What cannot be read is damage where it is known to have been forced, or
 * where something lies behind it that was written after that, and else the torn end of the group that was being written.
 *
 * @param first the number of its first record, or of what would have been
 * @param next the number behind its last intact record
 * @param intactBytes where a torn end begins; the whole length where there is none
 * @param headIntact whether it may be written to
 */
record SegmentScan(long first, long next, long intactBytes, boolean headIntact) {

    private static final Logger LOG = LoggerFactory.getLogger(SegmentScan.class);

    private static final long BYTES_LIMIT = 256L << 20;

    /**
     * @param expected the number behind the last record of the segment before
     * @param forcedBefore what has a lower number had been forced
     */
    static SegmentScan of(Path file, long expected, long forcedBefore, RecordReader reader) throws IOException {
        if (Files.size(file) > BYTES_LIMIT) {
            return skipped(file, expected, "has more than " + BYTES_LIMIT + " bytes");
        }
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        Frame head = Frame.read(bytes, 0);
        if (head == null || !head.isHead()) {
            return skipped(file, expected, "has no intact head");
        }
        if (head.number() < expected) {
            return skipped(file, expected, "begins at " + head.number() + ", which was already read");
        }
        reader.onHead(head.number(), head.payload());
        return new SegmentScan(head.number(), head.number(), head.end(), true)
                .records(file, bytes, forcedBefore, reader);
    }

    private static SegmentScan skipped(Path file, long expected, String why) {
        LOG.error("The segment {} {}: its records are lost", file, why);
        return new SegmentScan(expected, expected, 0, false);
    }

    private SegmentScan records(Path file, ByteBuffer bytes, long forcedBefore, RecordReader reader) {
        long expected = first;
        int at = (int) intactBytes;
        while (at < bytes.limit()) {
            Frame frame = Frame.read(bytes, at);
            if (frame == null || frame.number() < expected) {
                frame = behindDamage(bytes, at, expected, forcedBefore);
                if (frame == null) {
                    break;
                }
                LOG.error(
                        "The segment {} is damaged at byte {}: the records {} to {} are lost",
                        file,
                        at,
                        expected,
                        frame.number() - 1);
            }
            reader.onRecord(frame.number(), frame.payload());
            expected = frame.number() + 1;
            at = frame.end();
        }
        if (at < bytes.limit()) {
            LOG.warn("The segment {} ends in {} torn bytes behind record {}", file, bytes.limit() - at, expected - 1);
        }
        return new SegmentScan(first, expected, at, true);
    }

    /** The next that is intact, where what should be here had been forced; null: it was not yet, or nothing is intact. */
    private static @Nullable Frame behindDamage(ByteBuffer bytes, int at, long expected, long forcedBefore) {
        Frame next = Frame.find(bytes, at + 1);
        while (next != null && next.number() < expected) {
            next = Frame.find(bytes, next.end());
        }
        boolean forced = expected < forcedBefore;
        for (Frame later = next; later != null && !forced; later = Frame.find(bytes, later.end())) {
            forced = later.groupFirst() > expected; // it was written once that was on the disk
        }
        return forced ? next : null;
    }
}
