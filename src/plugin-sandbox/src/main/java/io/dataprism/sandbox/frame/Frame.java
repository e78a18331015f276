package io.dataprism.sandbox.frame;

import java.nio.ByteBuffer;

/**
 * A frame.
 *
 * @param id the exchange; 0: the link
 * @param payload not copied, not to be changed
 */
public record Frame(FrameType type, long id, byte[] payload) implements Outgoing {

    private static final byte[] NOTHING = new byte[0];

    /** @throws IllegalArgumentException where the type does not allow a payload of that size */
    public Frame {
        if (!type.allows(payload.length)) {
            throw new IllegalArgumentException("A frame " + type + " of " + payload.length
                    + " bytes cannot be sent; at most " + type.mostBytes() + " are allowed.");
        }
    }

    /** A frame without a payload. */
    public static Frame of(FrameType type, long id) {
        return new Frame(type, id, NOTHING);
    }

    /** A frame whose payload is a number. */
    public static Frame of(FrameType type, long id, long number) {
        return new Frame(type, id, ByteBuffer.allocate(8).putLong(number).array());
    }

    /** The payload as a number. */
    public long number() {
        return ByteBuffer.wrap(payload).getLong();
    }

    @Override
    public void writeTo(FrameSink sink) throws java.io.IOException {
        sink.begin(type, id, payload.length);
        sink.write(payload, 0, payload.length);
    }

    @Override
    public boolean small() {
        return payload.length <= SMALL_BYTES;
    }

    @Override
    public String toString() {
        return type + " of exchange " + id + " with " + payload.length + " bytes";
    }
}
