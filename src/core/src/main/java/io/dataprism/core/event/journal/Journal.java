package io.dataprism.core.event.journal;

import io.dataprism.core.catalog.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Numbered records in segments of one folder. After {@link #open} the first call is {@link #roll} where there is no segment to
 * go on with ({@link #isWritable}). One thread; blocks on the disk; after an {@code IOException} it is as it was before.
 */
public final class Journal implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    private static final String ENDING = ".segment";

    private final Path folder;
    private final SegmentOpener opener;
    private final AcknowledgedMark mark;
    private final Deque<Kept> kept = new ArrayDeque<>();
    private @Nullable Segment current;
    private long next;
    private long lastFile;
    private long olderBytes;
    private boolean lostItsEnd;

    /** A segment that is there. */
    private record Kept(Path file, long first, long sizeBytes) {}

    private Journal(Path folder, SegmentOpener opener, AcknowledgedMark mark) {
        this.folder = folder;
        this.opener = opener;
        this.mark = mark;
    }

    /** Opens what is in a folder, which is made if it is missing, and tells all of it. */
    public static Journal open(Path folder, SegmentOpener opener, RecordReader reader) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        Journal journal = new Journal(folder, opener, AcknowledgedMark.open(folder));
        try {
            journal.recover(reader);
            return journal;
        } catch (IOException | RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    private void recover(RecordReader reader) throws IOException {
        List<Path> files = files(folder);
        AcknowledgedMark.Seen acknowledged = mark.read();
        for (Path file : files) {
            SegmentScan scan =
                    SegmentScan.of(file, next, forcedBefore(file.equals(files.getLast()), acknowledged), reader);
            next = scan.next();
            lastFile = number(file);
            if (file.equals(files.getLast()) && scan.headIntact()) {
                current = Segment.reopen(file, scan.intactBytes(), opener);
                kept.addLast(new Kept(file, scan.first(), 0));
            } else {
                long sizeBytes = Files.size(file);
                olderBytes += sizeBytes;
                kept.addLast(new Kept(file, scan.first(), sizeBytes));
            }
        }
        lostItsEnd = !files.isEmpty() && isBeyond(acknowledged);
        if (lostItsEnd) {
            LOG.error(
                    "The segments in {} end before record {}, and more was acknowledged ({}): what lies between is lost",
                    folder,
                    next,
                    acknowledged);
        }
    }

    /** A segment is forced before the next begins. */
    private static long forcedBefore(boolean newest, AcknowledgedMark.@Nullable Seen acknowledged) {
        if (!newest) {
            return Long.MAX_VALUE;
        }
        return acknowledged == null ? 0 : acknowledged.number();
    }

    /** A newest segment without a head was either never begun, or has lost it. */
    private boolean isBeyond(AcknowledgedMark.@Nullable Seen acknowledged) {
        return acknowledged == null
                || acknowledged.number() > next
                || acknowledged.segment() > lastFile
                || current == null && acknowledged.segment() == lastFile;
    }

    private static List<Path> files(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "[0-9]*" + ENDING)) {
            found.forEach(files::add);
        }
        Collections.sort(files);
        return files;
    }

    private static long number(Path file) {
        String name = file.getFileName().toString();
        return Long.parseLong(name.substring(0, name.length() - ENDING.length()));
    }

    /** Whether records were acknowledged that are not there any more, and whose numbers would be given again. */
    public boolean lostItsEnd() {
        return lostItsEnd;
    }

    /** Whether there is a segment to append to. */
    public boolean isWritable() {
        return current != null;
    }

    /** The number of the next record. */
    public long next() {
        return next;
    }

    /** What the current segment holds. */
    public long currentBytes() {
        return current == null ? 0 : current.sizeBytes();
    }

    /** The number of records in the current segment. */
    public long currentRecords() {
        return current == null ? 0 : next - kept.getLast().first();
    }

    /** All that is on the disk. */
    public long sizeBytes() {
        return olderBytes + currentBytes();
    }

    /** Appends a group of records; back when they are on the disk. */
    public void append(List<byte[]> payloads) throws IOException {
        Segment segment = current;
        if (segment == null) {
            throw new IOException("The journal in " + folder + " has no segment to write to.");
        }
        int bytes = payloads.stream()
                .mapToInt(payload -> payload.length + Frame.EXTRA_BYTES)
                .sum();
        ByteBuffer group = ByteBuffer.allocate(bytes);
        long number = next;
        for (byte[] payload : payloads) {
            Frame.write(group, number++, next, payload);
        }
        segment.append(group.flip());
        next = number;
        markAcknowledged();
    }

    /** Without it the next start only knows less of what may be lost. */
    private void markAcknowledged() {
        try {
            mark.write(acknowledged());
        } catch (IOException e) {
            LOG.warn("The mark of what is acknowledged could not be written in {}: {}", folder, e.getMessage());
        }
    }

    private AcknowledgedMark.Seen acknowledged() {
        return new AcknowledgedMark.Seen(next, number(kept.getLast().file()));
    }

    /** Begins a new segment, with a head of its own. */
    public void roll(byte[] head) throws IOException {
        Segment before = current;
        if (before != null) {
            before.cutOff();
        }
        Path file = folder.resolve(String.format("%019d", ++lastFile) + ENDING);
        Segment fresh = create(file, head);
        if (before != null) {
            Kept full = kept.removeLast();
            kept.addLast(new Kept(full.file(), full.first(), before.sizeBytes()));
            olderBytes += before.sizeBytes();
        }
        kept.addLast(new Kept(file, next, 0));
        current = fresh;
        if (before != null) {
            before.close();
        }
        markBegun();
    }

    /** Certain where the mark goes back: else the next start would find something lost again. */
    private void markBegun() throws IOException {
        if (lostItsEnd || mark.read() == null) {
            mark.write(acknowledged());
            mark.force();
            lostItsEnd = false;
        } else {
            markAcknowledged();
        }
    }

    private Segment create(Path file, byte[] head) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(head.length + Frame.EXTRA_BYTES);
        Frame.write(frame, next, Frame.HEAD, head);
        try {
            Segment fresh = Segment.create(file, frame.flip(), opener);
            try {
                DurableFiles.forceFolder(folder);
            } catch (IOException e) {
                fresh.close();
                throw e;
            }
            return fresh;
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /** Deletes the segments that hold no record of that number or a later one; the current one stays. */
    public void dropBefore(long number) throws IOException {
        boolean dropped = false;
        while (kept.size() > 1 && secondFirst() <= number) {
            Kept oldest = kept.getFirst();
            Files.deleteIfExists(oldest.file());
            olderBytes -= oldest.sizeBytes();
            kept.removeFirst();
            dropped = true;
        }
        if (dropped) {
            DurableFiles.forceFolder(folder);
        }
    }

    private long secondFirst() {
        var each = kept.iterator();
        each.next();
        return each.next().first();
    }

    /** Idempotent. */
    @Override
    public void close() throws IOException {
        if (!mark.isOpen()) {
            return;
        }
        try (mark) {
            if (current != null) {
                current.close();
            }
            mark.force();
        }
    }
}
