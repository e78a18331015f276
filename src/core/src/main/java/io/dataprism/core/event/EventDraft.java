package io.dataprism.core.event;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;

/**
 * An event before it has its number and its time: as much of it as can be encoded without them, so that what happens under the
 * log's lock is little. Its bytes must not be changed.
 *
 * @param middle its JSON from behind the {@code id} to before the {@code time}
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record EventDraft(Topic topic, int shard, String source, byte[] middle, byte[] dataJson) {

    /** A new one; fails with {@code PAYLOAD_TOO_LARGE}. */
    static EventDraft of(Topic topic, String source, byte[] dataJson, int bytesLimit) {
        if (dataJson.length > bytesLimit) {
            throw tooLarge(topic, dataJson.length, bytesLimit);
        }
        return of(topic, source, dataJson);
    }

    /** One that was taken before, by whatever limit. */
    static EventDraft of(Topic topic, String source, byte[] dataJson) {
        int shard = Math.floorMod(topic.hashCode(), EventLog.SHARDS);
        return new EventDraft(topic, shard, source, CloudEventJson.middle(topic, source), dataJson);
    }

    private static DataPrismException tooLarge(Topic topic, int bytes, int bytesLimit) {
        return new DataPrismException(
                ErrorCode.PAYLOAD_TOO_LARGE,
                "The data of an event for '" + topic + "' have " + bytes + " bytes; at most " + bytesLimit
                        + " are taken.",
                "Publish a reference to the data, such as a table's name, instead of the data; limits.eventBytes in the"
                        + " configuration allows more.");
    }

    /** What it weighs while it waits, roughly. */
    long weightBytes() {
        return middle.length + dataJson.length + 256L;
    }
}
