package io.dataprism.core.event;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * A position in the log: how many events of each shard lie before it, in one epoch. As text it is
 * {@code 1~<epoch>~<counts in base 36 joined by '.'>}, opaque to clients and well below 512 characters.
 */
final class Cursor {

    static final int LENGTH_LIMIT = 512;

    private static final Pattern SYNTAX = Pattern.compile("1~([0-9a-z]{1,32})~([0-9a-z]{1,10}(?:\\.[0-9a-z]{1,10})*)");
    private static final int RADIX = 36;

    private final String epoch;
    private final long[] counts;

    private Cursor(String epoch, long[] counts) {
        this.epoch = epoch;
        this.counts = counts;
    }

    /** Reads a cursor; fails with {@code REQUEST_INVALID}. */
    static Cursor parse(String text) {
        var matcher = SYNTAX.matcher(text.length() > LENGTH_LIMIT ? "" : text);
        if (!matcher.matches()) {
            throw malformed(text);
        }
        String[] written = matcher.group(2).split("\\.", -1);
        if (written.length != EventLog.SHARDS) {
            throw malformed(text);
        }
        long[] counts = Arrays.stream(written)
                .mapToLong(count -> Long.parseLong(count, RADIX))
                .toArray();
        return new Cursor(matcher.group(1), counts);
    }

    static String encode(String epoch, long[] counts) {
        StringBuilder text = new StringBuilder(64).append("1~").append(epoch).append('~');
        for (int shard = 0; shard < counts.length; shard++) {
            if (shard > 0) {
                text.append('.');
            }
            text.append(Long.toString(counts[shard], RADIX));
        }
        return text.toString();
    }

    static DataPrismException malformed(String text) {
        String shown = text.length() > 80 ? text.substring(0, 80) + "..." : text;
        return new DataPrismException(
                ErrorCode.REQUEST_INVALID,
                "The cursor '" + shown + "' is none that this service gave out.",
                "Pass a cursor exactly as it was received, or leave it out and say from=latest or from=earliest.");
    }

    String epoch() {
        return epoch;
    }

    /** The number of events before it, over all shards. */
    long position() {
        return Arrays.stream(counts).sum();
    }
}
