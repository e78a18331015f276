package io.dataprism.core.event;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * Gives events of one epoch their numbers, time and cursor, and encodes them: what makes an event of a draft. One thread at a
 * time.
 */
final class EventStamper {

    private final String epoch;
    private final CloudEventJson encoder;
    private final String cursorPrefix;
    private final long[] counts;
    private final String[] countTexts = new String[EventLog.SHARDS];
    private long position;

    private long timeMillis;
    private Instant time;
    private byte[] timeText;

    /** @param counts how many events of each shard there were before */
    EventStamper(String epoch, long[] counts) {
        this.epoch = epoch;
        this.encoder = new CloudEventJson(epoch);
        this.cursorPrefix = Cursor.prefix(epoch);
        this.counts = new long[EventLog.SHARDS];
        this.time = Instant.EPOCH;
        this.timeText = time.toString().getBytes(StandardCharsets.US_ASCII);
        backTo(counts);
    }

    String epoch() {
        return epoch;
    }

    /** The number of events before the next, over all shards. */
    long position() {
        return position;
    }

    /** How many events of each shard there were. */
    long[] counts() {
        return counts.clone();
    }

    /** The cursor behind the newest event. */
    String cursor() {
        return Cursor.encode(cursorPrefix, countTexts);
    }

    StoredEvent stamp(EventDraft draft, long nowMillis) {
        tell(nowMillis);
        long offset = counts[draft.shard()];
        CloudEventJson.Encoded encoded = encoder.encode(draft, offset, timeText);
        count(draft.shard(), offset + 1);
        return new StoredEvent(
                position++,
                draft.topic(),
                draft.source(),
                time,
                cursor(),
                encoded.json(),
                encoded.dataOffset(),
                draft.dataJson().length);
    }

    /** Forgets that it numbered events: they were not kept. */
    void backTo(long[] earlierCounts) {
        position = 0;
        for (int shard = 0; shard < counts.length; shard++) {
            count(shard, earlierCounts[shard]);
            position += earlierCounts[shard];
        }
    }

    private void count(int shard, long count) {
        counts[shard] = count;
        countTexts[shard] = Cursor.countText(count);
    }

    /** Many events have the same millisecond. */
    private void tell(long nowMillis) {
        if (nowMillis != timeMillis) {
            timeMillis = nowMillis;
            time = Instant.ofEpochMilli(nowMillis);
            timeText = time.toString().getBytes(StandardCharsets.US_ASCII);
        }
    }
}
