package io.dataprism.load.fan;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What a client sends. */
final class Frames {

    private static final int MASKED = 0x80;
    private static final int TEXT = 0x81;
    private static final int BINARY = 0x82;
    private static final int MASK_BYTES = 4;
    private static final int ONE_BYTE_SIZE = 126;

    private Frames() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A text frame. Its mask is zero, which is a mask too. */
    static byte[] text(String text) {
        return frame(TEXT, bytes(text));
    }

    static byte[] binary(String text) {
        return frame(BINARY, bytes(text));
    }

    private static byte[] frame(int first, byte[] payload) {
        boolean isShort = payload.length < ONE_BYTE_SIZE;
        ByteBuffer frame = ByteBuffer.allocate(2 + (isShort ? 0 : 2) + MASK_BYTES + payload.length);
        frame.put((byte) first).put((byte) (MASKED | (isShort ? payload.length : ONE_BYTE_SIZE)));
        if (!isShort) {
            frame.putShort((short) payload.length);
        }
        return frame.putInt(0).put(payload).array();
    }

    /** A WebSocket's handshake. @param more header lines, each with its end */
    static byte[] handshake(String path, String more) {
        return bytes("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" + more + "\r\n");
    }

    /** The request of an event stream. */
    static byte[] stream(String path, String more) {
        return bytes("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n" + more + "\r\n");
    }

    /** A request with a body. */
    static byte[] post(String path, String more, String body) {
        return bytes("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + more + "Content-Length: " + body.length()
                + "\r\n\r\n" + body);
    }
}
