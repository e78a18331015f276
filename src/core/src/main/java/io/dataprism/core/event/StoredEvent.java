package io.dataprism.core.event;

import java.time.Instant;

/**
 * An event as the log keeps it, encoded once. Immutable; its bytes are shared by all readers and must not be changed.
 *
 * @param position its number over all shards of this log, from 0
 * @param source who published it, a URI reference
 * @param cursor the position behind it: reading on from here never shows it again
 * @param json the whole event as CloudEvents 1.0 in JSON, UTF-8, on one line
 * @param dataOffset where in {@code json} the value of {@code data} begins
 * @param dataLength its length in bytes
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody, shared by all
public record StoredEvent(
        long position,
        Topic topic,
        String source,
        Instant time,
        String cursor,
        byte[] json,
        int dataOffset,
        int dataLength) {

    /** What it weighs in the log, roughly: its bytes and the objects around them. */
    long weightBytes() {
        return json.length + 512L;
    }
}
