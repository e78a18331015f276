package io.dataprism.core.event;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * An event as it lies on the disk: how many events of each shard there are behind it, its time, topic, source and data. The rest
 * follows from those and the epoch of its segment.
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record EventRecord(long[] counts, long timeMillis, String topic, String source, byte[] dataJson) {

    private static final int FORMAT = 1;

    byte[] encode() {
        byte[] topicBytes = topic.getBytes(StandardCharsets.UTF_8);
        byte[] sourceBytes = source.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(1
                + (counts.length + 1) * Long.BYTES
                + 2 * Integer.BYTES
                + topicBytes.length
                + sourceBytes.length
                + dataJson.length);
        bytes.put((byte) FORMAT);
        putCounts(bytes, counts);
        bytes.putLong(timeMillis);
        put(bytes, topicBytes);
        put(bytes, sourceBytes);
        return bytes.put(dataJson).array();
    }

    /** Fails with {@code IllegalArgumentException} for a format that is not known here. */
    static EventRecord decode(ByteBuffer bytes) {
        expectFormat(bytes);
        long[] counts = readCounts(bytes);
        long timeMillis = bytes.getLong();
        String topic = text(bytes);
        String source = text(bytes);
        byte[] dataJson = new byte[bytes.remaining()];
        bytes.get(dataJson);
        return new EventRecord(counts, timeMillis, topic, source, dataJson);
    }

    /**
     * What a segment begins with.
     *
     * @param counts how many events of each shard lie before it
     */
    record Head(String epoch, long[] counts) {

        byte[] encode() {
            byte[] epochBytes = epoch.getBytes(StandardCharsets.US_ASCII);
            ByteBuffer bytes = ByteBuffer.allocate(1 + counts.length * Long.BYTES + Integer.BYTES + epochBytes.length);
            bytes.put((byte) FORMAT);
            putCounts(bytes, counts);
            put(bytes, epochBytes);
            return bytes.array();
        }

        static Head decode(ByteBuffer bytes) {
            expectFormat(bytes);
            long[] counts = readCounts(bytes);
            return new Head(text(bytes), counts);
        }
    }

    private static void expectFormat(ByteBuffer bytes) {
        int format = bytes.get();
        if (format != FORMAT) {
            throw new IllegalArgumentException(
                    "The events on the disk have the format " + format + "; this version reads " + FORMAT
                            + ". Start the version that wrote them, or move the folder away.");
        }
    }

    private static void putCounts(ByteBuffer to, long[] counts) {
        for (long count : counts) {
            to.putLong(count);
        }
    }

    private static long[] readCounts(ByteBuffer from) {
        long[] counts = new long[EventLog.SHARDS];
        for (int shard = 0; shard < counts.length; shard++) {
            counts[shard] = from.getLong();
        }
        return counts;
    }

    private static void put(ByteBuffer to, byte[] text) {
        to.putInt(text.length).put(text);
    }

    private static String text(ByteBuffer from) {
        byte[] text = new byte[from.getInt()];
        from.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }
}
