package io.dataprism.load.fan;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** One subscriber: shakes hands, subscribes, and hands each message on. */
final class Subscriber extends Connection implements FrameReader.Listener {

    private static final byte[] PONG = {(byte) 0x8a, (byte) 0x80, 0, 0, 0, 0};

    private static final byte[] GOODBYE = {(byte) 0x88, (byte) 0x82, 0, 0, 0, 0, 0x03, (byte) 0xe8}; // 1000

    /** Whom messages go to. */
    interface Reader {

        /** The handshake was answered as it must be. */
        void onOpen(Subscriber subscriber);

        /** One message lies between two places. Answers where its mark begins, or -1. */
        int onMessage(Subscriber subscriber, ByteBuffer in, int from, int to) throws IOException;
    }

    private final int number;
    private final Dialect dialect;
    private final Reader reader;
    private final Tally tally;
    private final String topic;
    private final FrameReader frames;
    private boolean open;
    private boolean heard;
    private int markFrom; // where the last message had its mark, from its beginning

    Subscriber(Fan fan, int number, String topic, Tally tally) throws IOException {
        super(fan.loop(), fan.port(), number, fan.isStalled(number) ? Fan.STALLED_BYTES : 0);
        this.number = number;
        this.dialect = fan.dialect();
        this.frames = new FrameReader(dialect.framing(), fan.splitting(), fan.head(), this);
        this.reader = fan;
        this.topic = topic;
        this.tally = tally;
    }

    int number() {
        return number;
    }

    Tally tally() {
        return tally;
    }

    /** Whether an event came that only tells that it is there; takes note that one did. */
    boolean hear() {
        boolean before = heard;
        heard = true;
        return before;
    }

    /** A message's likeliest place of its mark. */
    int markFrom() {
        return markFrom;
    }

    @Override
    void onConnected() throws IOException {
        send(ByteBuffer.wrap(dialect.handshake(topic)));
    }

    /** Sends the frame that subscribes. @param cursor where to resume; empty: now */
    void subscribe(String cursor) throws IOException {
        byte[] frame = dialect.subscription(topic, cursor);
        if (frame.length > 0) {
            send(ByteBuffer.wrap(frame));
        }
    }

    /** Ends the connection: one in two of the WebSockets says so and waits for the answer, all others are cut. */
    void leave() {
        if (dialect.framing() != Framing.WEB_SOCKET || number % 2 == 0) {
            close();
            return;
        }
        try {
            send(ByteBuffer.wrap(GOODBYE));
        } catch (IOException gone) {
            fail(String.valueOf(gone));
        }
    }

    @Override
    int onBytes(ByteBuffer in) throws IOException {
        if (open) {
            return frames.read(in, 0);
        }
        HttpHead answer = HttpHead.read(in);
        if (answer == null) {
            return 0;
        }
        if (answer.status() != dialect.status()) {
            fail("the handshake was answered with " + answer.text());
            return in.limit();
        }
        open = true;
        reader.onOpen(this);
        return frames.read(in, answer.length());
    }

    @Override
    public void onMessage(ByteBuffer in, int from, int to) throws IOException {
        int mark = reader.onMessage(this, in, from, to);
        markFrom = mark < 0 ? markFrom : mark - from;
    }

    @Override
    public void onControl(int opcode) throws IOException {
        if (opcode == Framing.CLOSE) {
            fail("the server closed the connection");
        } else if (opcode == Framing.PING) {
            send(ByteBuffer.wrap(PONG));
        }
    }

    /** What a message says, for one that is no event. */
    static String text(ByteBuffer in, int from, int to) {
        byte[] bytes = new byte[to - from];
        in.get(from, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
