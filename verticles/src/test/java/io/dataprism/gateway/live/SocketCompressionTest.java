package io.dataprism.gateway.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.core.event.EventLog;
import io.dataprism.gateway.live.RawSocket.Frame;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSockets whose messages come packed, for clients that offer it and where the node is told to. */
class SocketCompressionTest {

    private static final String OFFER = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n";
    private static final String LONG = "the same again, ".repeat(40);

    private static LiveServer server;

    @BeforeAll
    static void start() throws Exception {
        server = new LiveServer(EventLog.Limits.DEFAULT, true);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    void withoutContextTakeoverInEitherDirection() throws IOException {
        try (RawSocket socket = new RawSocket(server, LiveServer.SUBSCRIBER, OFFER)) {
            assertThat(socket.head.toLowerCase(Locale.ROOT))
                    .contains("permessage-deflate", "server_no_context_takeover", "client_no_context_takeover");
        }
    }

    @Test
    void eachMessageIsPackedByItselfAndShortOnesAreNot() throws Exception {
        try (RawSocket socket = new RawSocket(server, LiveServer.SUBSCRIBER, OFFER)) {
            socket.write(RawSocket.text(subscribe("packed")));
            Frame subscribed = socket.read();
            assertThat(subscribed.packed()).isFalse();
            server.append("packed", LONG + "1");
            server.append("packed", LONG + "2");
            for (String number : List.of("1", "2")) {
                Frame event = socket.read();
                assertThat(event.packed()).isTrue();
                assertThat(event.payload().length).isLessThan(LONG.length());
                assertThat(data(inflated(event.payload()))).isEqualTo(LONG + number);
            }
        }
    }

    @Test
    void thoseWhoDoNotOfferItOrWantAnotherWindowHaveTheSameEventsPlain() throws Exception {
        String window = "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=9\r\n";
        try (RawSocket plain = new RawSocket(server, LiveServer.SUBSCRIBER);
                RawSocket narrow = new RawSocket(server, LiveServer.SUBSCRIBER, window);
                RawSocket packed = new RawSocket(server, LiveServer.SUBSCRIBER, OFFER)) {
            for (RawSocket each : List.of(plain, narrow, packed)) {
                each.write(RawSocket.text(subscribe("both")));
                each.read();
            }
            server.append("both", LONG);
            assertThat(narrow.head).doesNotContain("permessage-deflate");
            for (RawSocket each : List.of(plain, narrow)) {
                Frame event = each.read();
                assertThat(event.packed()).isFalse();
                assertThat(data(event.text())).isEqualTo(LONG);
            }
            assertThat(data(inflated(packed.read().payload()))).isEqualTo(LONG);
        }
    }

    @Test
    void whatTheClientPacksIsReadAndALongAnswerIsPackedToo() throws Exception {
        try (RawSocket socket = new RawSocket(server, LiveServer.SUBSCRIBER, OFFER)) {
            String unknown = "{\"op\":\"" + "u".repeat(500) + "\"}";
            socket.write(RawSocket.frame(0xc1, deflated(unknown.getBytes(UTF_8))));
            Frame error = socket.read();
            assertThat(error.packed()).as(error.text()).isTrue();
            assertThat(new JsonObject(inflated(error.payload()))
                            .getJsonObject("problem")
                            .getString("code"))
                    .isEqualTo("REQUEST_INVALID");
        }
    }

    @Test
    void aMessageThatIsTooLongOnceItIsUnpackedEndsTheConnectionAndNoOther() throws Exception {
        byte[] bomb = deflated(new byte[64 << 20]);
        try (RawSocket other = new RawSocket(server, LiveServer.SUBSCRIBER, OFFER);
                RawSocket socket = new RawSocket(server, LiveServer.SUBSCRIBER, OFFER)) {
            socket.write(RawSocket.frame(0xc1, bomb));
            assertThat(socket.closeCode()).isEqualTo(4400);
            other.write(RawSocket.text("{\"op\":\"ping\"}"));
            assertThat(other.read().text()).isEqualTo("{\"op\":\"pong\"}");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200_000, 900_000})
    void aMessageThatPacksBetterThanAnyDocumentEndsTheConnection(int length) throws Exception {
        byte[] packed = deflated(new byte[length]);
        try (RawSocket socket = new RawSocket(server, LiveServer.SUBSCRIBER, OFFER)) {
            ByteArrayOutputStream many = new ByteArrayOutputStream();
            for (int count = 0; count < 200; count++) {
                many.write(RawSocket.frame(0xc1, packed));
            }
            socket.write(many.toByteArray());
            assertThat(socket.closeCode()).isEqualTo(4400);
        }
    }

    @Test
    void aLongMessageThatPacksAsDocumentsDoIsTaken() throws Exception {
        try (RawSocket socket = new RawSocket(server, LiveServer.SUBSCRIBER, OFFER)) {
            JsonObject frame = new JsonObject()
                    .put("op", "publish")
                    .put("id", "p")
                    .put("topic", "long")
                    .put("data", noise(200_000));
            socket.write(RawSocket.frame(0xc1, deflated(frame.encode().getBytes(UTF_8))));
            assertThat(socket.read().text()).contains("published");
        }
    }

    @ParameterizedTest
    @CsvSource({"'', 0xc1", "'', 0xa1", "offered, 0xa1", "offered, 0x91", "offered, 0xc9"})
    void reservedBitsThatMeanNothingEndTheConnection(String offer, String first) throws Exception {
        try (RawSocket socket = new RawSocket(server, LiveServer.SUBSCRIBER, offer.isEmpty() ? "" : OFFER)) {
            socket.write(RawSocket.frame(Integer.decode(first), "{\"op\":\"ping\"}".getBytes(UTF_8)));
            assertThat(socket.closeCode()).isEqualTo(4400);
        }
    }

    @Test
    void anOfferThatCannotBeReadIsDeclined() throws Exception {
        String offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=many\r\n";
        try (RawSocket socket = new RawSocket(server, LiveServer.SUBSCRIBER, offer)) {
            assertThat(socket.head).doesNotContainIgnoringCase("permessage-deflate");
            socket.write(RawSocket.text("{\"op\":\"ping\"}"));
            assertThat(socket.read().text()).isEqualTo("{\"op\":\"pong\"}");
        }
    }

    @Test
    void bytesThatAreNotPackedEndTheConnection() throws Exception {
        try (RawSocket socket = new RawSocket(server, LiveServer.SUBSCRIBER, OFFER)) {
            socket.write(RawSocket.frame(0xc1, "no deflated bytes at all".getBytes(UTF_8)));
            assertThat(socket.closeCode()).isEqualTo(4400);
        }
    }

    @Test
    void aClientOfAnotherMakeReadsEventsOfEverySize() throws Exception {
        var client = server.vertx.createWebSocketClient(new WebSocketClientOptions()
                .setTryUsePerMessageCompression(true)
                .setCompressionAllowClientNoContext(true)
                .setMaxMessageSize(1 << 20));
        CompletableFuture<String> heard = new CompletableFuture<>();
        List<Integer> sizes = List.of(1, 90, 128, 5_000, 70_000, 200_000);
        WebSocket socket = client.connect(
                        server.socketOptions().putHeader("Authorization", "Bearer " + LiveServer.SUBSCRIBER))
                .await(10, TimeUnit.SECONDS);
        StringBuilder lengths = new StringBuilder();
        socket.exceptionHandler(heard::completeExceptionally);
        socket.closeHandler(closed -> heard.complete(lengths + "closed"));
        socket.textMessageHandler(text -> {
            JsonObject frame = new JsonObject(text);
            if (frame.getString("op").equals("subscribed")) {
                sizes.forEach(size -> server.append("sizes", noise(size)));
            } else {
                String data = frame.getJsonObject("event").getString("data");
                lengths.append(data.equals(noise(data.length())) ? data.length() : -1)
                        .append(' ');
                if (data.length() == sizes.getLast()) {
                    heard.complete(lengths.toString());
                }
            }
        });
        socket.writeTextMessage(subscribe("sizes")).await(10, TimeUnit.SECONDS);
        assertThat(heard.get(15, TimeUnit.SECONDS)).isEqualTo("1 90 128 5000 70000 200000 ");
        client.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void isOffByDefault() throws Exception {
        try (LiveServer plain = new LiveServer(EventLog.Limits.DEFAULT);
                RawSocket socket = new RawSocket(plain, LiveServer.SUBSCRIBER, OFFER)) {
            assertThat(socket.head).doesNotContainIgnoringCase("permessage-deflate");
        }
    }

    /** Hard to pack, and the same each time. */
    private static String noise(int length) {
        StringBuilder text = new StringBuilder(length);
        long state = length;
        for (int at = 0; at < length; at++) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            text.append((char) ('!' + (state >>> 33) % 90));
        }
        return text.toString();
    }

    private static String subscribe(String topic) {
        return "{\"op\":\"subscribe\",\"id\":\"s\",\"topics\":[\"" + topic + "\"]}";
    }

    private static String data(String frame) {
        return new JsonObject(frame).getJsonObject("event").getString("data");
    }

    /** One message alone, by a reader that knows of no other. */
    private static String inflated(byte[] payload) throws DataFormatException {
        Inflater inflater = new Inflater(true);
        byte[] whole = new byte[payload.length + 4];
        System.arraycopy(payload, 0, whole, 0, payload.length);
        whole[whole.length - 2] = -1;
        whole[whole.length - 1] = -1;
        inflater.setInput(whole);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] piece = new byte[1024];
        for (int count = inflater.inflate(piece); count > 0; count = inflater.inflate(piece)) {
            out.write(piece, 0, count);
        }
        inflater.end();
        return out.toString(UTF_8);
    }

    private static byte[] deflated(byte[] message) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(message);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] piece = new byte[1 << 16];
        for (int count = -1; count == -1 || count == piece.length; ) {
            count = deflater.deflate(piece, 0, piece.length, Deflater.SYNC_FLUSH);
            out.write(piece, 0, count);
        }
        deflater.end();
        byte[] all = out.toByteArray();
        return java.util.Arrays.copyOf(all, all.length - 4);
    }
}
