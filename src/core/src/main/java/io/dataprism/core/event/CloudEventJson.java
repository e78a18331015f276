package io.dataprism.core.event;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;

/** Writes an event as CloudEvents 1.0 in JSON. */
final class CloudEventJson {

    private static final String TYPE_PREFIX = "io.dataprism.";

    /** The bytes, and where in them the data are. */
    @SuppressWarnings("ArrayRecordComponent")
    record Encoded(byte[] json, int dataOffset) {}

    private CloudEventJson() {}

    static Encoded encode(
            Topic topic, String source, Instant time, String epoch, int shard, long offset, byte[] dataJson) {
        String head = "{\"specversion\":\"1.0\",\"id\":\"" + epoch + "-" + shard + "-" + offset
                + "\",\"source\":\"" + escaped(source)
                + "\",\"type\":\"" + TYPE_PREFIX + topic.name().replace(':', '.')
                + "\",\"subject\":\"" + topic.name()
                + "\",\"time\":\"" + time
                + "\",\"datacontenttype\":\"application/json\",\"data\":";
        String tail = String.format(Locale.ROOT, ",\"sequence\":\"%020d\",\"epoch\":\"%s\"}", offset, epoch);
        byte[] headBytes = head.getBytes(StandardCharsets.UTF_8);
        byte[] tailBytes = tail.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream json = new ByteArrayOutputStream(headBytes.length + dataJson.length + tailBytes.length);
        json.writeBytes(headBytes);
        json.writeBytes(dataJson);
        json.writeBytes(tailBytes);
        return new Encoded(json.toByteArray(), headBytes.length);
    }

    private static String escaped(String text) {
        return new String(JsonStringEncoder.getInstance().quoteAsString(text));
    }
}
