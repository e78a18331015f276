package io.dataprism.cluster.event;

import io.dataprism.core.cluster.ClusterKey;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.event.ClusterCursor;
import io.dataprism.core.event.Topic;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Items of one ring as bytes, signed for that ring. */
final class ItemCodec {

    private static final byte BEGIN = 1;
    private static final byte EVENT = 2;
    private static final byte CLEAR = 3;
    private static final int SIGNATURE = ClusterKey.SIGNATURE_BYTES;

    private final ClusterKey key;
    private final String ring;

    ItemCodec(ClusterKey key, String ring) {
        this.key = key;
        this.ring = ring;
    }

    byte[] encode(RingItem item) {
        byte[] whole = switch (item) {
            case RingItem.Begin begin -> head(BEGIN, begin, 0, 0).array();
            case RingItem.Clear clear -> head(CLEAR, clear, clear.number(), 0).array();
            case RingItem.Event event -> encode(event);
        };
        byte[] signature = key.sign(ring, whole, 0, whole.length - SIGNATURE);
        System.arraycopy(signature, 0, whole, whole.length - SIGNATURE, SIGNATURE);
        return whole;
    }

    private static byte[] encode(RingItem.Event event) {
        byte[] topic = event.topic().name().getBytes(StandardCharsets.UTF_8);
        byte[] source = event.source().getBytes(StandardCharsets.UTF_8);
        byte[] data = event.dataJson();
        int bytes = Long.BYTES + 2 * Integer.BYTES + topic.length + source.length + data.length;
        return head(EVENT, event, event.number(), bytes)
                .putLong(event.timeMillis())
                .putInt(topic.length)
                .put(topic)
                .putInt(source.length)
                .put(source)
                .put(data)
                .array();
    }

    private static ByteBuffer head(byte kind, RingItem item, long number, int more) {
        byte[] epoch = item.epoch().getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(2 + epoch.length + 2 * Long.BYTES + more + SIGNATURE)
                .put(kind)
                .put((byte) epoch.length)
                .put(epoch)
                .putLong(item.writer())
                .putLong(number);
    }

    /** The item, or null where no node of the cluster has made it, or for another ring, or in a form that is not known here. */
    @Nullable
    RingItem decode(byte[] whole) {
        int length = whole.length - SIGNATURE;
        if (length <= 0 || !key.isSigned(ring, whole, 0, length, Arrays.copyOfRange(whole, length, whole.length))) {
            return null;
        }
        try {
            return decode(ByteBuffer.wrap(whole, 0, length), check(whole));
        } catch (BufferUnderflowException | NegativeArraySizeException | DataPrismException malformed) {
            return null;
        }
    }

    private static @Nullable RingItem decode(ByteBuffer bytes, int check) {
        byte kind = bytes.get();
        String epoch = new String(take(bytes, bytes.get()), StandardCharsets.US_ASCII);
        long writer = bytes.getLong();
        long number = bytes.getLong();
        return switch (kind) {
            case BEGIN -> new RingItem.Begin(epoch, writer);
            case CLEAR -> new RingItem.Clear(epoch, writer, number);
            case EVENT -> {
                long timeMillis = bytes.getLong();
                Topic topic = Topic.parse(new String(take(bytes, bytes.getInt()), StandardCharsets.UTF_8));
                String source = new String(take(bytes, bytes.getInt()), StandardCharsets.UTF_8);
                byte[] data = take(bytes, bytes.remaining());
                yield new RingItem.Event(epoch, writer, number, timeMillis, topic, source, data, check);
            }
            default -> null;
        };
    }

    private static byte[] take(ByteBuffer bytes, int length) {
        if (length > bytes.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] taken = new byte[length];
        bytes.get(taken);
        return taken;
    }

    private static int check(byte[] whole) {
        int at = whole.length - SIGNATURE;
        return 1 + ((whole[at] & 0xff) << 8 | whole[at + 1] & 0xff) % (ClusterCursor.CHECKS - 1);
    }
}
