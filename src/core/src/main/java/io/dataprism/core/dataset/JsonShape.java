package io.dataprism.core.dataset;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON upload once before the engine does, as bytes, for what the engine must not meet: values so deep that its own
 * recursion or Parquet's levels end the process, rows that are too large, and what is no array of objects, or no lines of them.
 */
final class JsonShape {

    static final int ROW_LIMIT_BYTES = 16 << 20;

    private final ByteSource in;
    private final boolean lines;
    private long row;
    private int depth;
    private long rowBytes;
    private boolean lineTaken;

    private JsonShape(ByteSource in, boolean lines) {
        this.in = in;
        this.lines = lines;
    }

    /**
     * The first problem, or null.
     *
     * @param lines whether each line is to be an object, or all of it an array of objects
     */
    static @Nullable UploadFinding first(Path file, boolean lines) throws IOException {
        try (ByteSource in = new ByteSource(file)) {
            JsonShape shape = new JsonShape(in, lines);
            UploadFinding found = lines ? shape.rows(0) : shape.array();
            return found == null && shape.row == 0
                    ? shape.finding("it has no objects, from whose members columns are made")
                    : found;
        }
    }

    private @Nullable UploadFinding array() throws IOException {
        skipBlank();
        if (in.peek() != '[') {
            return finding(
                    in.peek() == ByteSource.END
                            ? "it has no value"
                            : "it begins with " + shown(in.peek())
                                    + ", and an array of objects is legal: [{...}, ...]");
        }
        in.take();
        depth = 1;
        UploadFinding found = rows(1);
        if (found != null) {
            return found;
        }
        if (depth != 0) {
            return finding("it ends within the array");
        }
        skipBlank();
        return in.peek() == ByteSource.END ? null : finding("after the array stands " + shown(in.peek()));
    }

    /** Reads rows that stand at {@code outer} brackets, until the end or until those are closed. */
    private @Nullable UploadFinding rows(int outer) throws IOException {
        for (int next = in.take(); next != ByteSource.END; next = in.take()) {
            rowBytes++;
            String problem = depth == outer ? between(next, outer) : within(next, outer);
            if (problem != null) {
                return finding(problem);
            }
            if (depth < outer) {
                return null;
            }
        }
        return lines && depth > 0 ? finding("it ends within an object") : null;
    }

    private @Nullable String between(int next, int outer) {
        if (next == '{') {
            row++;
            rowBytes = 1;
            depth++;
            String problem = lines && lineTaken ? "stands on the line of the row before it" : null;
            lineTaken = true;
            return problem;
        }
        lineTaken &= next != '\n';
        if (next == ']' && outer > 0) {
            depth--;
            return null;
        }
        boolean blank = next == ' ' || next == '\t' || next == '\n' || next == '\r' || next == ',' && outer > 0;
        if (!blank) {
            row++;
            return "is no object: it begins with " + shown(next);
        }
        return null;
    }

    private @Nullable String within(int next, int outer) throws IOException {
        switch (next) {
            case '"' -> skipText();
            case '{', '[' -> depth++;
            case '}', ']' -> depth--;
            case 0 -> {
                return "has a NUL byte; is the file UTF-16?";
            }
            default -> {}
        }
        if (lines && next == '\n') {
            return "is an object on more than one line";
        }
        if (depth - outer > StoredTypes.DEPTH_LIMIT) {
            return "is nested more than " + StoredTypes.DEPTH_LIMIT + " levels deep, which is the limit";
        }
        return rowBytes > ROW_LIMIT_BYTES ? "has more than " + ROW_LIMIT_BYTES + " bytes, which is the limit" : null;
    }

    private void skipText() throws IOException {
        int next = in.take();
        while (next != '"' && next != ByteSource.END) {
            rowBytes++;
            if (next == '\\') {
                in.take();
                rowBytes++;
            }
            next = in.take();
        }
    }

    private void skipBlank() throws IOException {
        while (in.peek() == ' ' || in.peek() == '\t' || in.peek() == '\n' || in.peek() == '\r') {
            in.take();
        }
    }

    private static String shown(int next) {
        return next > ' ' && next < 0x7F
                ? "'" + new String(new byte[] {(byte) next}, StandardCharsets.US_ASCII) + "'"
                : "the byte " + next + (next == 0 || next >= 0xFE ? "; is it UTF-16?" : "");
    }

    private UploadFinding finding(String problem) {
        return new UploadFinding(row, null, problem);
    }
}
