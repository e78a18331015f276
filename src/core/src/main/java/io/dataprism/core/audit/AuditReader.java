package io.dataprism.core.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a log in pages: so many lines, so many bytes of them, and no more than {@value #SCAN_BYTES} bytes looked at for each, so that a
 * page of which nothing matches comes soon too. Blocks on the disk; beside the writer, and several at once.
 */
public final class AuditReader {

    static final long SCAN_BYTES = 64L * 1024 * 1024;

    private final Path lines;
    private final AuditFilter filter;

    public AuditReader(Path dataDirectory, AuditFilter filter) {
        this.lines = AuditFiles.of(dataDirectory).lines();
        this.filter = filter;
    }

    /**
     * A page.
     *
     * @param most lines
     * @param bytes of those lines; one line is on a page whatever its size
     */
    public AuditPage page(AuditStart from, int most, int bytes) {
        try (LineEnds ends = new LineEnds(lines, from.offset())) {
            return read(ends, from, most, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private AuditPage read(LineEnds ends, AuditStart from, int most, int bytes) throws IOException {
        List<AuditPage.Line> found = new ArrayList<>();
        long sequence = from.afterSequence();
        long afterMillis = from.afterMillis();
        long offset = from.offset();
        int left = bytes;
        while (offset - from.offset() < SCAN_BYTES) {
            if (!ends.next()) {
                return new AuditPage(found, new AuditStart(sequence, afterMillis, offset), true);
            }
            long behind = offset + ends.sizeBytes() + 1L;
            long claimed = ends.claimedSequence();
            AuditLine line = claimed < 0 || claimed > sequence ? AuditLine.readIntact(ends.text()) : null;
            // line 0 is the head, and no line of anybody's
            if (line != null && line.sequence() > sequence) {
                long millis = millis(line);
                if (afterMillis == 0 || millis > afterMillis) {
                    afterMillis = 0;
                    if (filter.matches(line.json())) {
                        if (found.size() == most || (!found.isEmpty() && ends.sizeBytes() > left)) {
                            return new AuditPage(found, new AuditStart(sequence, 0, offset), false);
                        }
                        found.add(new AuditPage.Line(line.sequence(), millis, ends.text()));
                        left -= ends.sizeBytes();
                    }
                }
                sequence = line.sequence();
            }
            offset = behind;
        }
        return new AuditPage(found, new AuditStart(sequence, afterMillis, offset), false);
    }

    private static long millis(AuditLine line) {
        try {
            return Instant.parse(line.json().path("time").asText()).toEpochMilli();
        } catch (DateTimeException noTime) {
            return 0;
        }
    }
}
