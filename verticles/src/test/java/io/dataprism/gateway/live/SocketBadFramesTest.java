package io.dataprism.gateway.live;

import static io.dataprism.gateway.live.RawSocket.frame;
import static io.dataprism.gateway.live.RawSocket.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dataprism.core.event.EventLog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes that no WebSocket client sends, and frames at the edge of what one may: nobody else is touched. */
@Timeout(60)
class SocketBadFramesTest {

    private static final byte[] NOTHING = {};

    private LiveServer server;

    @BeforeEach
    void start() throws Exception {
        server = new LiveServer(new EventLog.Limits(1000, 64 << 20, Duration.ofHours(1)));
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    /** Name, bytes, the close code. */
    static Stream<Arguments> brokenBytes() {
        byte[] ping = text("{\"op\":\"ping\"}");
        byte[] unmasked = {(byte) 0x81, 2, '{', '}'};
        byte[] cut = Arrays.copyOf(ping, 5);
        return Stream.of(
                Arguments.of("a frame without a mask", unmasked, 4400),
                Arguments.of("reserved bits", frame(0xf1, NOTHING), 4400),
                Arguments.of("an unknown opcode", frame(0x83, NOTHING), 4400),
                Arguments.of("an unknown control opcode", frame(0x8b, NOTHING), 4400),
                Arguments.of("a ping in pieces", frame(0x09, NOTHING), 4400),
                Arguments.of("a ping that is too long", frame(0x89, new byte[126]), 4400),
                Arguments.of("a continuation of nothing", frame(0x80, NOTHING), 4400),
                Arguments.of("a message within a message", joined(frame(0x01, "{".getBytes()), text("{}")), 4400),
                Arguments.of("text that is no UTF-8", frame(0x81, new byte[] {(byte) 0xc3, 0x28}), 4400),
                Arguments.of(
                        "half a character at the end", frame(0x81, new byte[] {'{', (byte) 0xe2, (byte) 0x82}), 4400),
                Arguments.of(
                        "a length of 2 GB",
                        new byte[] {(byte) 0x81, (byte) 0xff, 0, 0, 0, 0, (byte) 0x80, 0, 0, 0, 1, 2, 3, 4},
                        4400),
                Arguments.of(
                        "a negative length",
                        new byte[] {(byte) 0x81, (byte) 0xff, -1, -1, -1, -1, -1, -1, -1, -1, 1, 2, 3, 4},
                        4400),
                Arguments.of("a text of more than 1 MiB", text("x".repeat((1 << 20) + 1)), 4400),
                Arguments.of("binary", frame(0x82, NOTHING), 1003),
                Arguments.of("a close with one byte", frame(0x88, new byte[1]), null),
                Arguments.of("half a frame, and then nothing", cut, null));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenBytes")
    void brokenBytesEndTheirConnectionAndNobodyElses(String what, byte[] bytes, Integer code) throws Exception {
        SocketClient other = new SocketClient(server, LiveServer.SUBSCRIBER);
        other.send("{\"op\":\"subscribe\",\"id\":\"o\",\"topics\":[\"a\"]}").next("subscribed");

        try (RawSocket raw = new RawSocket(server, LiveServer.SUBSCRIBER)) {
            raw.write(bytes);
            if (code != null) {
                assertThat(raw.closeCode()).as(what).isEqualTo(code);
            }
        }

        server.append("a", 1);
        assertThat(other.next("event").getString("id")).isEqualTo("o");
        await().untilAsserted(() -> assertThat(server.connections.count()).isEqualTo(1));
    }

    private static byte[] joined(byte[]... parts) {
        var whole = new java.io.ByteArrayOutputStream();
        for (byte[] part : parts) {
            whole.writeBytes(part);
        }
        return whole.toByteArray();
    }

    @Test
    void aMessageInPiecesWithPingsBetweenThemIsOne() throws Exception {
        byte[] message = "{\"op\":\"subscribe\",\"id\":\"é€😀\",\"topics\":[\"a\"]}".getBytes(StandardCharsets.UTF_8);
        try (RawSocket raw = new RawSocket(server, LiveServer.SUBSCRIBER)) {
            for (int i = 0; i < message.length; i++) {
                boolean last = i == message.length - 1;
                raw.write(frame((last ? 0x80 : 0) | (i == 0 ? 1 : 0), new byte[] {message[i]}));
                if (i % 8 == 0) {
                    raw.write(frame(0x89, new byte[] {(byte) i}));
                }
            }
            RawSocket.Frame answer = raw.read();
            while (answer.opcode() == 10) {
                answer = raw.read();
            }
            assertThat(answer.text()).contains("subscribed").contains("é€😀");
        }
    }

    @Test
    void aFloodOfPingsIsAnsweredAndHoldsNobodyUp() throws Exception {
        SocketClient other = new SocketClient(server, LiveServer.SUBSCRIBER);
        other.send("{\"op\":\"subscribe\",\"id\":\"o\",\"topics\":[\"a\"]}").next("subscribed");
        byte[] ping = frame(0x89, new byte[4]);
        try (RawSocket raw = new RawSocket(server, LiveServer.SUBSCRIBER)) {
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    for (int i = 0; i < 20_000; i++) {
                        raw.write(ping);
                    }
                } catch (java.io.IOException ended) {
                    // the reader below says what became of it
                }
            });
            for (int i = 0; i < 20; i++) {
                server.append("a", i);
                assertThat(other.next("event").getString("id")).isEqualTo("o");
            }
            assertThat(raw.read().opcode()).isEqualTo(10);
        }
        await().untilAsserted(() -> assertThat(server.connections.count()).isEqualTo(1));
    }

    /** A frame and the code that it is refused with; the connection stays. */
    static Stream<Arguments> badFrames() {
        Function<String, String> subscribe = topics -> "{\"op\":\"subscribe\",\"id\":\"s\",\"topics\":" + topics + "}";
        String tenThousand = "[" + "\"a\",".repeat(9_999) + "\"a\"]";
        return Stream.of(
                Arguments.of("a topic of 900 kB", subscribe.apply("[\"" + "t".repeat(900_000) + "\"]")),
                Arguments.of("10,000 topics", subscribe.apply(tenThousand)),
                Arguments.of("a pattern that explodes", subscribe.apply("[\"" + "*:".repeat(60) + "**\"]")),
                Arguments.of("a wildcard within a segment", subscribe.apply("[\"a:b*\"]")),
                Arguments.of("a pattern with a line break", subscribe.apply("[\"a\\r\\nb\"]")),
                Arguments.of(
                        "a cursor of 400 kB",
                        "{\"op\":\"subscribe\",\"id\":\"s\",\"topics\":[\"a\"],\"cursor\":\"" + "1".repeat(400_000)
                                + "\"}"),
                Arguments.of(
                        "a forged cursor",
                        "{\"op\":\"subscribe\",\"id\":\"s\",\"topics\":[\"a\"],\"cursor\":\"1~zz~0.0.0.0.0.0.0\"}"),
                Arguments.of(
                        "a cursor of numbers that overflow",
                        "{\"op\":\"subscribe\",\"id\":\"s\",\"topics\":[\"a\"],\"cursor\":\"1~" + "EPOCH"
                                + "~zzzzzzzzzz.zzzzzzzzzz.zzzzzzzzzz.zzzzzzzzzz.zzzzzzzzzz.zzzzzzzzzz.zzzzzzzzzz.zzzzzzzzzz\"}"),
                Arguments.of(
                        "a demand that is a text",
                        "{\"op\":\"subscribe\",\"id\":\"s\",\"topics\":[\"a\"],\"demand\":\"1\"}"),
                Arguments.of("a demand of nothing that is open", "{\"op\":\"demand\",\"id\":\"nobody\",\"total\":1}"),
                Arguments.of(
                        "an id with 65 characters",
                        "{\"op\":\"subscribe\",\"id\":\"" + "i".repeat(65) + "\",\"topics\":[\"a\"]}"),
                Arguments.of("an id that is an object", "{\"op\":\"subscribe\",\"id\":{},\"topics\":[\"a\"]}"),
                Arguments.of(
                        "deep nesting",
                        "{\"op\":\"publish\",\"id\":\"p\",\"topic\":\"a\",\"data\":" + "[".repeat(5_000)
                                + "]".repeat(5_000) + "}"),
                Arguments.of(
                        "a pattern to publish to", "{\"op\":\"publish\",\"id\":\"p\",\"topic\":\"a:*\",\"data\":1}"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badFrames")
    void aBadFrameIsRefusedAndTheConnectionStays(String what, String sent) throws Exception {
        SocketClient client = new SocketClient(server, LiveServer.SUBSCRIBER);
        client.send(sent.replace("EPOCH", server.feed.log().epoch()));

        String answer =
                client.frames.poll(15, java.util.concurrent.TimeUnit.SECONDS).encode();
        if (what.equals("deep nesting")) { // not read as JSON at all
            assertThat(answer).containsAnyOf("REQUEST_INVALID", "published");
            return;
        }
        assertThat(answer).as(what).contains("\"op\":\"error\"").containsAnyOf("REQUEST_INVALID", "NOT_FOUND");
        assertThat(answer.length()).as("a refusal repeats no more than it must").isLessThan(2_000);
        client.send("{\"op\":\"ping\"}").next("pong");
        assertThat(server.feed.subscriptionCount()).isZero();
    }

    @Test
    void aCloseFrameIsAnsweredAndTheSocketGoes() throws Exception {
        for (int code : List.of(1000, 1001, 3000, 4999)) {
            try (RawSocket raw = new RawSocket(server, LiveServer.SUBSCRIBER)) {
                raw.write(frame(0x88, new byte[] {(byte) (code >> 8), (byte) code}));
                assertThat(raw.closeCode()).isEqualTo(code);
            }
        }
        await().untilAsserted(() -> assertThat(server.connections.count()).isZero());
    }
}
