package io.dataprism.core.event;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Writes an event as CloudEvents 1.0 in JSON, for the events of one epoch. Immutable. */
final class CloudEventJson {

    private static final byte[] BEFORE_DATA = bytes("\",\"datacontenttype\":\"application/json\",\"data\":");
    private static final byte[] BEFORE_SEQUENCE = bytes(",\"sequence\":\"");
    private static final int SEQUENCE_DIGITS = 20;

    private final byte[][] heads = new byte[EventLog.SHARDS][];
    private final byte[] tail;

    /** The bytes, and where in them the data are. */
    @SuppressWarnings("ArrayRecordComponent")
    record Encoded(byte[] json, int dataOffset) {}

    CloudEventJson(String epoch) {
        for (int shard = 0; shard < heads.length; shard++) {
            heads[shard] = bytes("{\"specversion\":\"1.0\",\"id\":\"" + epoch + "-" + shard + "-");
        }
        tail = bytes("\",\"epoch\":\"" + epoch + "\"}");
    }

    /** What does not depend on the event's number and time, from behind the {@code id} to before the {@code time}. */
    static byte[] middle(Topic topic, String source) {
        String name = topic.name();
        return bytes("\",\"source\":\"" + escaped(source) + "\",\"type\":\"io.dataprism." + name.replace(':', '.')
                + "\",\"subject\":\"" + name + "\",\"time\":\"");
    }

    Encoded encode(EventDraft draft, long offset, byte[] time) {
        byte[] head = heads[draft.shard()];
        byte[] data = draft.dataJson();
        int offsetDigits = digits(offset);
        int dataOffset = head.length + offsetDigits + draft.middle().length + time.length + BEFORE_DATA.length;
        byte[] json = new byte[dataOffset + data.length + BEFORE_SEQUENCE.length + SEQUENCE_DIGITS + tail.length];
        int at = put(json, 0, head);
        at = putNumber(json, at, offset, offsetDigits);
        at = put(json, at, draft.middle());
        at = put(json, at, time);
        at = put(json, at, BEFORE_DATA);
        at = put(json, at, data);
        at = put(json, at, BEFORE_SEQUENCE);
        at = putNumber(json, at, offset, SEQUENCE_DIGITS);
        put(json, at, tail);
        return new Encoded(json, dataOffset);
    }

    /** One whose id and epoch are nobody else's. */
    static Encoded encode(EventDraft draft, String id, Instant time, long sequence, String epoch) {
        byte[] before = bytes("{\"specversion\":\"1.0\",\"id\":\"" + id);
        byte[] timeText = bytes(time.toString());
        byte[] end = bytes("\",\"epoch\":\"" + epoch + "\"}");
        byte[] data = draft.dataJson();
        int dataOffset = before.length + draft.middle().length + timeText.length + BEFORE_DATA.length;
        byte[] json = new byte[dataOffset + data.length + BEFORE_SEQUENCE.length + SEQUENCE_DIGITS + end.length];
        int at = put(json, 0, before);
        at = put(json, at, draft.middle());
        at = put(json, at, timeText);
        at = put(json, at, BEFORE_DATA);
        at = put(json, at, data);
        at = put(json, at, BEFORE_SEQUENCE);
        at = putNumber(json, at, sequence, SEQUENCE_DIGITS);
        put(json, at, end);
        return new Encoded(json, dataOffset);
    }

    private static int put(byte[] to, int at, byte[] piece) {
        System.arraycopy(piece, 0, to, at, piece.length);
        return at + piece.length;
    }

    /** In so many digits, with zeros before it. */
    private static int putNumber(byte[] to, int at, long number, int digits) {
        long rest = number;
        for (int digit = at + digits - 1; digit >= at; digit--) {
            to[digit] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return at + digits;
    }

    private static int digits(long number) {
        int digits = 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        return digits;
    }

    private static String escaped(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '"' || c == '\\') {
                return new String(JsonStringEncoder.getInstance().quoteAsString(text));
            }
        }
        return text;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
