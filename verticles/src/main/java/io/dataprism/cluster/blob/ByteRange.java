package io.dataprism.cluster.blob;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A part of a file.
 *
 * @param start the first byte
 * @param end the one behind the last
 */
record ByteRange(long start, long end) {

    private static final Pattern HEADER = Pattern.compile("bytes=(\\d{1,18})-(\\d{0,18})");

    /** What a {@code Range} header asks for of a file, or null where it is not a range of it. @param header null: all */
    static @Nullable ByteRange of(@Nullable String header, long size) {
        if (header == null || size == 0) {
            return new ByteRange(0, size);
        }
        Matcher parts = HEADER.matcher(header);
        if (!parts.matches()) {
            return null;
        }
        long start = Long.parseLong(parts.group(1));
        long end = parts.group(2).isEmpty() ? size : Math.min(size, Long.parseLong(parts.group(2)) + 1);
        return start < end ? new ByteRange(start, end) : null;
    }

    long length() {
        return end - start;
    }

    /** As a {@code Content-Range} header says it. */
    String within(long size) {
        return "bytes " + start + "-" + (end - 1) + "/" + size;
    }
}
