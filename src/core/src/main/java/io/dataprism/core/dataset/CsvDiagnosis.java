package io.dataprism.core.dataset;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the first row of a CSV file that breaks RFC 4180. The engine refuses such a file without saying where; this reads it
 * again, once, only to say so. Keeps no more than the header and one field's length in memory.
 */
final class CsvDiagnosis {

    private static final int END = -1;

    private final Reader in;
    private final List<String> header = new ArrayList<>();
    private final StringBuilder headerField = new StringBuilder();
    private long row;
    private int field;
    private int next;

    private CsvDiagnosis(Reader in) throws IOException {
        this.in = in;
        this.next = in.read();
    }

    /**
     * What is wrong and where.
     *
     * @param row 1-based, without the header; 0 is the header itself
     * @param column its name, or its 1-based number where the header has none
     */
    record Finding(long row, String column, String problem) {}

    /** The first problem, or null where the structure is sound. */
    static @Nullable Finding first(Path file) {
        try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            return new CsvDiagnosis(in).scan();
        } catch (IOException e) {
            return null;
        }
    }

    private @Nullable Finding scan() throws IOException {
        try {
            while (next != END) {
                Finding finding = record();
                if (finding != null) {
                    return finding;
                }
                row++;
            }
            return null;
        } catch (CharacterCodingException e) {
            return finding("is not UTF-8");
        }
    }

    private @Nullable Finding record() throws IOException {
        field = 0;
        boolean blank = next == '\n' || next == '\r';
        while (true) {
            String problem = null;
            if (next == '"') {
                problem = quoted();
            } else {
                plain();
            }
            if (problem != null) {
                return finding(problem);
            }
            if (row == 0) {
                header.add(headerField.toString());
                headerField.setLength(0);
            }
            if (next != ',') {
                break;
            }
            advance();
            field++;
        }
        endOfLine();
        int count = field + 1;
        if (row == 0 || count == header.size() || blank) {
            return null;
        }
        field = Math.min(count, header.size());
        return finding("has " + count + " fields and the header has " + header.size());
    }

    private void plain() throws IOException {
        while (next != ',' && next != '\n' && next != '\r' && next != END) {
            keep();
        }
    }

    private @Nullable String quoted() throws IOException {
        advance();
        while (true) {
            if (next == END) {
                return "opens a quote that is never closed";
            }
            if (next == '"') {
                advance();
                if (next != '"') {
                    break;
                }
            }
            keep();
        }
        boolean ended = next == ',' || next == '\n' || next == '\r' || next == END;
        return ended ? null : "goes on after its closing quote";
    }

    private void keep() throws IOException {
        if (row == 0) {
            headerField.append((char) next);
        }
        advance();
    }

    private void endOfLine() throws IOException {
        if (next == '\r') {
            advance();
        }
        if (next == '\n') {
            advance();
        }
    }

    private void advance() throws IOException {
        next = in.read();
    }

    private Finding finding(String problem) {
        String column = field < header.size() ? header.get(field) : Integer.toString(field + 1);
        return new Finding(row, column, problem);
    }
}
