package io.dataprism.core.dataset;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Finds the first row of a CSV file that breaks RFC 4180 or our bounds. The engine refuses such a file without saying where; this
 * reads it again, once, only to say so. Keeps no more than the header and the beginning of one field in memory.
 */
final class CsvDiagnosis {

    /** Of one row, as the engine is told. */
    static final int ROW_LIMIT_BYTES = 16 << 20;

    private static final int NAME_LIMIT_BYTES = 1_000;
    private static final int SHOWN_BYTES = 40;

    private final ByteSource in;
    private final Utf8Check utf8 = new Utf8Check();
    private final List<String> header = new ArrayList<>();
    private final byte[] beginning = new byte[NAME_LIMIT_BYTES + 1];
    private int fieldBytes;
    private long rowBytes;
    private long row;
    private int field;
    private @Nullable String lineEnd;

    /** Ends the reading at the first problem; never seen outside. */
    private static final class Found extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient UploadFinding finding;

        Found(UploadFinding finding) {
            super(finding.problem(), null, false, false);
            this.finding = finding;
        }
    }

    private CsvDiagnosis(ByteSource in) {
        this.in = in;
    }

    /** The first problem, or null where the structure is sound. */
    static @Nullable UploadFinding first(Path file) throws IOException {
        return first(file, Long.MAX_VALUE);
    }

    /** What is wrong with the header, or null. */
    static @Nullable UploadFinding ofHeader(Path file) throws IOException {
        return first(file, 1);
    }

    private static @Nullable UploadFinding first(Path file, long records) throws IOException {
        try (ByteSource in = new ByteSource(file)) {
            CsvDiagnosis reading = new CsvDiagnosis(in);
            while (in.peek() != ByteSource.END && reading.row < records) {
                reading.record();
                reading.row++;
            }
            return null;
        } catch (Found found) {
            return found.finding;
        }
    }

    private void record() throws IOException, Found {
        field = 0;
        rowBytes = 0;
        boolean blank = isLineEnd(in.peek());
        do {
            if (field > 0 || rowBytes > 0) {
                in.take();
                field++;
            }
            fieldBytes = 0;
            rowBytes++;
            if (in.peek() == '"') {
                quoted();
            } else {
                plain();
            }
            if (row == 0) {
                name();
            }
        } while (in.peek() == ',');
        endOfLine();
        requireWidth(field + 1, blank);
    }

    private void plain() throws IOException, Found {
        while (in.peek() != ',' && !isLineEnd(in.peek()) && in.peek() != ByteSource.END) {
            keep(in.take());
        }
    }

    private void quoted() throws IOException, Found {
        in.take();
        while (true) {
            if (in.peek() == ByteSource.END) {
                throw found("opens a quote that is never closed: " + shown());
            }
            int next = in.take();
            if (next == '"') {
                if (in.peek() != '"') {
                    break;
                }
                in.take();
            }
            keep(next);
        }
        if (in.peek() != ',' && !isLineEnd(in.peek()) && in.peek() != ByteSource.END) {
            throw found("goes on after its closing quote: " + shown());
        }
    }

    private void keep(int next) throws Found {
        if (fieldBytes < beginning.length) {
            beginning[fieldBytes] = (byte) next;
        }
        fieldBytes++;
        rowBytes++;
        if (next == 0) {
            throw found("has a NUL byte after " + shown() + "; is the file UTF-16?");
        }
        if (!utf8.accepts(next)) {
            throw found("is not UTF-8: " + shown() + (next >= 0xFE ? "; is the file UTF-16?" : ""));
        }
        if (rowBytes > ROW_LIMIT_BYTES) {
            throw found("begins with " + shown() + ", and its row has more than " + ROW_LIMIT_BYTES
                    + " bytes, which is the limit");
        }
    }

    private void name() throws Found {
        String name = new String(beginning, 0, Math.min(fieldBytes, NAME_LIMIT_BYTES), StandardCharsets.UTF_8);
        if (fieldBytes > NAME_LIMIT_BYTES) {
            throw found("has a name of more than " + NAME_LIMIT_BYTES + " bytes: " + shown());
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            throw found("has a name with a control character: " + shown());
        }
        String folded = name.toLowerCase(Locale.ROOT);
        if (!name.isEmpty()
                && header.stream()
                        .anyMatch(each -> each.toLowerCase(Locale.ROOT).equals(folded))) {
            throw new Found(new UploadFinding(0, name, "the header has this name twice"));
        }
        header.add(name);
    }

    private void requireWidth(int count, boolean blank) throws Found {
        if (row == 0) {
            if (count == 1 && header.getFirst().isBlank()) {
                throw found("the first line is empty, and must be the header");
            }
        } else if (count != header.size() && !blank) {
            field = Math.min(count, header.size());
            throw found("has " + count + " fields and the header has " + header.size());
        }
    }

    private void endOfLine() throws IOException, Found {
        String found = in.peek() == '\r' ? "CR" : "";
        if (in.peek() == '\r') {
            in.take();
        }
        if (in.peek() == '\n') {
            in.take();
            found += "LF";
        }
        if (lineEnd == null) {
            lineEnd = found;
        } else if (!found.isEmpty() && !found.equals(lineEnd)) {
            throw found("ends with " + found + " where the header ends with " + lineEnd);
        }
    }

    private static boolean isLineEnd(int next) {
        return next == '\n' || next == '\r';
    }

    private String shown() {
        String text = new String(beginning, 0, Math.min(fieldBytes, SHOWN_BYTES), StandardCharsets.UTF_8);
        return "'" + text.replace('\0', '\uFFFD') + (fieldBytes > SHOWN_BYTES ? "..." : "") + "'";
    }

    private Found found(String problem) {
        boolean named = field < header.size() && !header.get(field).isEmpty();
        return new Found(new UploadFinding(row, named ? header.get(field) : Integer.toString(field + 1), problem));
    }
}
