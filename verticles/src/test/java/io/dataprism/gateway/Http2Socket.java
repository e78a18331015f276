package io.dataprism.gateway;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** HTTP/2 as bytes: frames are sent as they are said, whether that is legal or not. */
final class Http2Socket implements AutoCloseable {

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;
    static final int ENHANCE_YOUR_CALM = 0xb;

    private static final int HEAD_BYTES = 9;
    private static final int WITH_PRIORITY = 0x20;
    private static final int PRIORITY_BYTES = 5;

    private final Socket socket;
    private final OutputStream out;
    private final DataInputStream in;

    record Frame(int type, int flags, int stream, ByteBuffer payload) {}

    /** Connects, with settings as pairs of id and value. */
    Http2Socket(GatewayFixture gateway, int... settings) throws IOException {
        socket = gateway.socket("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        out = socket.getOutputStream();
        in = new DataInputStream(socket.getInputStream());
        ByteBuffer payload = ByteBuffer.allocate(settings.length / 2 * 6);
        for (int each = 0; each < settings.length; each += 2) {
            payload.putShort((short) settings[each]).putInt(settings[each + 1]);
        }
        send(SETTINGS, 0, 0, payload.array());
    }

    void send(int type, int flags, int stream, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(HEAD_BYTES + payload.length);
        frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
        frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
        out.write(frame.array());
    }

    /** A head with fields that are in no table. */
    static byte[] head(String... namesAndValues) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int each = 0; each < namesAndValues.length; each += 2) {
            block.write(0);
            literal(block, namesAndValues[each]);
            literal(block, namesAndValues[each + 1]);
        }
        return block.toByteArray();
    }

    private static void literal(ByteArrayOutputStream block, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        int rest = bytes.length;
        if (rest < 127) {
            block.write(rest);
        } else {
            block.write(127);
            for (rest -= 127; rest >= 128; rest /= 128) {
                block.write(rest % 128 + 128);
            }
            block.write(rest);
        }
        block.writeBytes(bytes);
    }

    static byte[] get(String path) {
        return request("GET", path);
    }

    static byte[] post(String path) {
        return request("POST", path);
    }

    private static byte[] request(String method, String path) {
        return head(
                ":method",
                method,
                ":scheme",
                "http",
                ":path",
                path,
                ":authority",
                "x",
                "authorization",
                "Bearer " + GatewayFixture.TOKEN,
                "content-type",
                "application/json");
    }

    Frame next() throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        ByteBuffer payload = ByteBuffer.wrap(in.readNBytes(length));
        if (type == HEADERS && (flags & WITH_PRIORITY) != 0) {
            payload.position(PRIORITY_BYTES);
        }
        return new Frame(type, flags, stream, payload);
    }

    /** The first frame of a type; those before it are dropped. */
    Frame next(int type) throws IOException {
        Frame frame = next();
        while (frame.type() != type) {
            frame = next();
        }
        return frame;
    }

    /** The error of the first GOAWAY, after which the connection ends. */
    int goAway() throws IOException {
        int error = next(GOAWAY).payload().getInt(4);
        awaitEnd();
        return error;
    }

    void awaitEnd() throws IOException {
        try {
            while (true) {
                next();
            }
        } catch (EOFException | SocketException ended) {
            // what it waits for
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
