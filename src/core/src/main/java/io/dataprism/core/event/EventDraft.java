package io.dataprism.core.event;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.time.Instant;

/**
 * An event before it has its number and its time: as much of it as can be encoded without them, so that what happens under the
 * log's lock is little. Its bytes must not be changed.
 *
 * @param middle its JSON from behind the {@code id} to before the {@code time}
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record EventDraft(Topic topic, int shard, String source, byte[] middle, byte[] dataJson) {

    /** A new one; fails with {@code PAYLOAD_TOO_LARGE}. */
    public static EventDraft of(Topic topic, String source, byte[] dataJson, int bytesLimit) {
        if (dataJson.length > bytesLimit) {
            throw tooLarge(topic, dataJson.length, bytesLimit);
        }
        return of(topic, source, dataJson);
    }

    /** One that was taken before, by whatever limit. */
    public static EventDraft of(Topic topic, String source, byte[] dataJson) {
        return new EventDraft(topic, EventLog.shardOf(topic), source, CloudEventJson.middle(topic, source), dataJson);
    }

    private static DataPrismException tooLarge(Topic topic, int bytes, int bytesLimit) {
        return new DataPrismException(
                ErrorCode.PAYLOAD_TOO_LARGE,
                "The data of an event for '" + topic + "' have " + bytes + " bytes; at most " + bytesLimit
                        + " are taken.",
                "Publish a reference to the data, such as a table's name, instead of the data; limits.eventBytes in the"
                        + " configuration allows more.");
    }

    /**
     * The event that it becomes.
     *
     * @param id of the event, without characters that JSON escapes
     * @param sequence its number in its shard, within the epoch
     * @param cursor the position behind it
     */
    public StoredEvent numbered(long position, String id, Instant time, long sequence, String epoch, String cursor) {
        CloudEventJson.Encoded encoded = CloudEventJson.encode(this, id, time, sequence, epoch);
        return new StoredEvent(
                position, topic, source, time, cursor, encoded.json(), encoded.dataOffset(), dataJson.length);
    }

    /** What it weighs while it waits, roughly. */
    public long weightBytes() {
        return middle.length + dataJson.length + 256L;
    }
}
