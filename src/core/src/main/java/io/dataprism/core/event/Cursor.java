package io.dataprism.core.event;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A position in the log: how many events of each shard lie before it, in one epoch. As text it is
 * {@code 1~<epoch>~<counts in base 36 joined by '.'>}, opaque to clients and well below 512 characters.
 *
 * @param counts as they are written; the same position is always written in the same way
 * @param position the number of events before it, over all shards
 */
record Cursor(String epoch, String counts, long position) {

    static final int LENGTH_LIMIT = 512;

    /** Ten digits of base 36 for each shard: their sum is far from the end of a long. */
    private static final Pattern SYNTAX = Pattern.compile("1~([0-9a-z]{1,32})~([0-9a-z]{1,10}(?:\\.[0-9a-z]{1,10})*)");

    private static final int RADIX = 36;

    /** Reads a cursor; fails with {@code REQUEST_INVALID}. */
    static Cursor parse(String text) {
        Matcher matcher = SYNTAX.matcher(text.length() > LENGTH_LIMIT ? "" : text);
        if (!matcher.matches()) {
            throw malformed(text);
        }
        String[] written = matcher.group(2).split("\\.", -1);
        if (written.length != EventLog.SHARDS) {
            throw malformed(text);
        }
        long position = 0;
        for (String count : written) {
            position += Long.parseLong(count, RADIX);
        }
        return new Cursor(matcher.group(1), matcher.group(2), position);
    }

    /** What the cursors of an epoch begin with. */
    static String prefix(String epoch) {
        return "1~" + epoch + "~";
    }

    static String countText(long count) {
        return Long.toString(count, RADIX);
    }

    static String encode(String prefix, String[] countTexts) {
        StringBuilder text = new StringBuilder(96).append(prefix).append(countTexts[0]);
        for (int shard = 1; shard < countTexts.length; shard++) {
            text.append('.').append(countTexts[shard]);
        }
        return text.toString();
    }

    /** Whether that is a cursor to this position, be it of another epoch. */
    boolean isAtPositionOf(String other) {
        return other.length() > counts.length()
                && other.endsWith(counts)
                && other.charAt(other.length() - counts.length() - 1) == '~';
    }

    static DataPrismException malformed(String text) {
        String shown = text.length() > 80 ? text.substring(0, 80) + "..." : text;
        return new DataPrismException(
                ErrorCode.REQUEST_INVALID,
                "The cursor '" + shown + "' is none that this service gave out.",
                "Pass a cursor exactly as it was received, or leave it out and say from=latest or from=earliest.");
    }
}
