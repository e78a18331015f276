package io.dataprism.core.audit;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writer of a node's audit log. One thread at a time; blocks on the disk. The chain goes on where the last run ended; a
 * last line that a crash tore, and lines that came after the last checkpoint, are kept or cut as told in a line
 * {@code audit.recovered}.
 */
public final class AuditLog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);

    private final AuditFiles files;
    private final NodeKey key;
    private final String node;
    private final InstantSource clock;
    private final FileChannel channel;
    private long sequence;
    private String hash;
    private volatile AuditHead head;

    private AuditLog(
            AuditFiles files,
            NodeKey key,
            String publicKey,
            String node,
            InstantSource clock,
            FileChannel channel,
            Tail tail) {
        this.files = files;
        this.key = key;
        this.head = new AuditHead(node, tail.sequence, tail.hash, "", publicKey);
        this.node = node;
        this.clock = clock;
        this.channel = channel;
        this.sequence = tail.sequence;
        this.hash = tail.hash;
    }

    /** Where the chain of a file ends, and what lies behind that end. */
    private record Tail(long sequence, String hash, long bytes, long tornBytes) {}

    /**
     * Opens the log of a data folder, or begins it.
     *
     * @param node the id to write into lines
     */
    public static AuditLog open(Path dataDirectory, String node, InstantSource clock) {
        AuditFiles files = AuditFiles.of(dataDirectory);
        try {
            Files.createDirectories(
                    files.directory(),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            NodeKey key = NodeKey.loadOrCreate(dataDirectory);
            if (!Files.exists(files.lines()) || Files.size(files.lines()) == 0) {
                begin(files, node, clock);
            }
            Tail tail = cutTornLine(files);
            FileChannel channel = FileChannel.open(files.lines(), StandardOpenOption.WRITE, StandardOpenOption.APPEND);
            AuditLog log = new AuditLog(files, key, NodeKey.publicKeyText(dataDirectory), node, clock, channel, tail);
            log.recover(tail.tornBytes);
            return log;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void begin(AuditFiles files, String node, InstantSource clock) throws IOException {
        Files.deleteIfExists(files.lines());
        Files.createFile(
                files.lines(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        AuditLine.Written head = AuditLine.head(clock.instant().truncatedTo(ChronoUnit.MILLIS), node);
        Files.writeString(files.lines(), head.text() + "\n", StandardOpenOption.SYNC, StandardOpenOption.WRITE);
    }

    /** Only what follows the last line feed is torn: a whole line that is wrong is for {@link AuditVerifier} to find. */
    private static Tail cutTornLine(AuditFiles files) throws IOException {
        Tail tail = tail(files.lines());
        if (tail.tornBytes > 0) {
            LOG.warn("The audit log ends in a torn line of {} bytes, which is cut off", tail.tornBytes);
            try (RandomAccessFile file = new RandomAccessFile(files.lines().toFile(), "rw")) {
                file.setLength(tail.bytes);
                file.getFD().sync();
            }
        }
        return tail;
    }

    private static Tail tail(Path lines) throws IOException {
        @Nullable AuditLine last = null;
        long bytes = 0;
        try (LineEnds ends = new LineEnds(lines)) {
            while (ends.next()) {
                bytes += ends.sizeBytes() + 1L;
                AuditLine line = AuditLine.readIntact(ends.text());
                last = line == null ? last : line;
            }
        }
        long torn = Files.size(lines) - bytes;
        return last == null
                ? new Tail(-1, AuditLine.NO_HASH, bytes, torn)
                : new Tail(last.sequence(), last.hash(), bytes, torn);
    }

    /**
     * Says what the last run left behind, and vouches for it from now on. Where lines are missing that were vouched for, the
     * chain goes on from the checkpoint, so that the hole shows for ever.
     */
    private void recover(long tornBytes) throws IOException {
        AuditCheckpoint checkpoint = AuditCheckpoint.read(files.checkpoint());
        long found = sequence;
        long vouched = checkpoint == null ? 0 : checkpoint.sequence();
        if (checkpoint != null && vouched > found) {
            LOG.error("The audit log ends at line {}, but line {} was written: lines were cut off", found, vouched);
            sequence = vouched;
            hash = checkpoint.hash();
        }
        if (tornBytes == 0 && vouched == found) {
            vouch();
        } else {
            append(List.of(recovery(tornBytes, vouched, found)));
        }
    }

    private AuditEntry recovery(long tornBytes, long vouched, long found) {
        return new AuditEntry(
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                "audit.recovered",
                "/nodes/" + node,
                List.of(),
                "audit.jsonl",
                "ok",
                "{\"tornBytes\":" + tornBytes + ",\"lastVouchedFor\":" + vouched + ",\"lastFound\":" + found + "}");
    }

    /** Appends a group of lines: one write, one flush to the disk, one checkpoint. */
    public void append(List<AuditEntry> entries) {
        long nextSequence = sequence;
        String nextHash = hash;
        List<String> texts = new ArrayList<>(entries.size());
        for (AuditEntry entry : entries) {
            AuditLine.Written line = AuditLine.of(++nextSequence, node, entry, nextHash);
            texts.add(line.text());
            nextHash = line.hash();
        }
        try {
            write(String.join("\n", texts) + "\n");
            sequence = nextSequence;
            hash = nextHash;
            vouch();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void vouch() throws IOException {
        AuditCheckpoint checkpoint = AuditCheckpoint.signed(key, sequence, hash);
        checkpoint.write(files.checkpoint());
        head = new AuditHead(node, sequence, hash, checkpoint.signature(), head.key());
    }

    private void write(String text) throws IOException {
        long before = channel.size();
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(false);
        } catch (IOException e) {
            channel.truncate(before);
            throw e;
        }
    }

    /** The number of the newest line; the head is 0. */
    public long sequence() {
        return sequence;
    }

    /** What the node vouches for now. */
    public AuditHead head() {
        return head;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
