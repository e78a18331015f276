package io.dataprism.core.event;

import io.dataprism.core.error.DataPrismException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A position in the log of a cluster: one in each shard, since nodes agree on the order within a shard only. As text it is {@code
 * 2~<epochs joined by '.'>~<marks joined by '.'>}, a mark being {@code <which epoch><next in base 36>-<check in base 36>} or {@code -};
 * opaque to clients and below 512 characters. Immutable.
 *
 * @param marks one for each shard; null: nothing had ever been in it
 */
public record ClusterCursor(List<@Nullable Mark> marks) {

    /** The least number that is no check. */
    public static final int CHECKS = 36 * 36 * 36;

    private static final int RADIX = 36;
    private static final String PREFIX = "2~";
    private static final String NOTHING = "-";
    private static final String NO_EPOCHS = "0";
    private static final String NAME = "[0-9a-z]{1,16}";
    private static final String MARK = "(?:-|[0-7][0-9a-z]{1,12}-[0-9a-z]{1,3})";
    private static final Pattern SYNTAX = Pattern.compile(PREFIX + "(" + NAME + "(?:\\." + NAME + "){0,7})~(" + MARK
            + "(?:\\." + MARK + "){" + (EventLog.SHARDS - 1) + "})");

    /**
     * A position in a shard.
     *
     * @param epoch the shard's
     * @param next the sequence behind it: what has a lower one lies before it
     * @param check tells the event before it from others of its sequence; 0: none is known
     */
    public record Mark(String epoch, long next, int check) {}

    public ClusterCursor {
        marks = Collections.unmodifiableList(new ArrayList<>(marks)); // which may hold nulls
    }

    /** Whether that text has the syntax of one. */
    public static boolean isOne(String text) {
        return text.length() <= Cursor.LENGTH_LIMIT && SYNTAX.matcher(text).matches();
    }

    /** Reads one; fails with {@code REQUEST_INVALID}. */
    public static ClusterCursor parse(String text) {
        Matcher matcher = SYNTAX.matcher(text.length() > Cursor.LENGTH_LIMIT ? "" : text);
        if (!matcher.matches()) {
            throw Cursor.malformed(text);
        }
        String[] epochs = matcher.group(1).split("\\.", -1);
        List<@Nullable Mark> marks = new ArrayList<>();
        for (String mark : matcher.group(2).split("\\.", -1)) {
            marks.add(mark.equals(NOTHING) ? null : mark(mark, epochs, text));
        }
        return new ClusterCursor(marks);
    }

    private static Mark mark(String mark, String[] epochs, String text) {
        int epoch = mark.charAt(0) - '0';
        if (epoch >= epochs.length) {
            throw Cursor.malformed(text);
        }
        int dash = mark.indexOf('-');
        return new Mark(
                epochs[epoch],
                Long.parseLong(mark, 1, dash, RADIX),
                Integer.parseInt(mark, dash + 1, mark.length(), RADIX));
    }

    /** Whether a text is a cursor of a node that is alone: well-formed, and of another log. */
    public static boolean isOfOneNode(String text) {
        try {
            Cursor.parse(text);
            return true;
        } catch (DataPrismException malformed) {
            return false;
        }
    }

    /** As text; equal cursors have equal texts. */
    public String text() {
        Writer writer = new Writer();
        for (int shard = 0; shard < marks.size(); shard++) {
            writer.put(shard, marks.get(shard));
        }
        return writer.text();
    }

    /** Writes cursors that differ from each other in one mark, so that the rest is not written again. One thread at a time. */
    public static final class Writer {

        private final @Nullable Mark[] marks = new @Nullable Mark[EventLog.SHARDS];
        private final String[] texts = new String[EventLog.SHARDS];
        private List<String> epochs = List.of();
        private String prefix = PREFIX + NO_EPOCHS + "~";

        /** To nothing at all. */
        public Writer() {
            Arrays.fill(texts, NOTHING);
        }

        /** The mark of a shard. */
        public @Nullable Mark mark(int shard) {
            return marks[shard];
        }

        /** Replaces the mark of a shard. */
        public void put(int shard, @Nullable Mark mark) {
            Mark before = marks[shard];
            marks[shard] = mark;
            if (before != null && mark != null && before.epoch().equals(mark.epoch())) {
                texts[shard] = write(mark);
            } else {
                writeAll();
            }
        }

        private void writeAll() {
            List<String> found = new ArrayList<>();
            for (Mark mark : marks) {
                if (mark != null && !found.contains(mark.epoch())) {
                    found.add(mark.epoch());
                }
            }
            epochs = found;
            prefix = PREFIX + (found.isEmpty() ? NO_EPOCHS : String.join(".", found)) + "~";
            for (int shard = 0; shard < texts.length; shard++) {
                Mark mark = marks[shard];
                texts[shard] = mark == null ? NOTHING : write(mark);
            }
        }

        private String write(Mark mark) {
            return epochs.indexOf(mark.epoch())
                    + Long.toString(mark.next(), RADIX)
                    + "-"
                    + Integer.toString(mark.check(), RADIX);
        }

        /** The cursor of all marks. */
        public String text() {
            return Cursor.encode(prefix, texts);
        }

        /** The names of the epochs in it. */
        public List<String> epochs() {
            return epochs;
        }
    }
}
