package io.dataprism.gateway;

import static io.dataprism.gateway.Http2Socket.CONTINUATION;
import static io.dataprism.gateway.Http2Socket.DATA;
import static io.dataprism.gateway.Http2Socket.END_HEADERS;
import static io.dataprism.gateway.Http2Socket.END_STREAM;
import static io.dataprism.gateway.Http2Socket.ENHANCE_YOUR_CALM;
import static io.dataprism.gateway.Http2Socket.HEADERS;
import static io.dataprism.gateway.Http2Socket.PING;
import static io.dataprism.gateway.Http2Socket.RST_STREAM;
import static io.dataprism.gateway.Http2Socket.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.gateway.connection.ConnectionLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Who misuses HTTP/2 is closed, and somebody else on the node does not notice. Each flood is as long as it takes: with more of it on
 * its way, the connection would be reset before its last frame is read.
 */
class Http2LimitsTest {

    private static final byte[] NOTHING = {};
    private static final byte[] CANCEL = {0, 0, 0, 8};

    private static GatewayFixture gateway;
    private Http2Socket bystander;
    private int nextStream = 1;

    @BeforeAll
    static void start() {
        gateway = new GatewayFixture(
                new ConnectionLimits(100, 100, 1_000, 1_000, 100, 50, Duration.ofSeconds(30), Duration.ofSeconds(1)),
                null);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @BeforeEach
    void connectSomebodyElse() throws IOException {
        bystander = new Http2Socket(gateway);
        ask();
    }

    @AfterEach
    void somebodyElseGoesOn() throws IOException {
        ask();
        bystander.close();
    }

    private void ask() throws IOException {
        bystander.send(HEADERS, END_HEADERS | END_STREAM, nextStream, Http2Socket.get("/v1/status"));
        nextStream += 2;
        assertThat(bystander.next(HEADERS).payload().get())
                .as("the index of :status 200")
                .isEqualTo((byte) 0x88);
    }

    @Test
    void theBoundsAreTold() throws Exception {
        try (Http2Socket socket = new Http2Socket(gateway)) {
            ByteBuffer settings = socket.next(SETTINGS).payload();
            Map<Integer, Integer> told = new HashMap<>();
            while (settings.hasRemaining()) {
                told.put((int) settings.getShort(), settings.getInt());
            }
            assertThat(told).containsEntry(3, 50).containsEntry(6, 8 * 1024);
        }
    }

    @Test
    void streamsThatAreOpenedAndResetAtOnce() throws Exception {
        try (Http2Socket socket = new Http2Socket(gateway)) {
            for (int stream = 1; stream <= 2 * 200 + 1; stream += 2) {
                socket.send(HEADERS, END_HEADERS, stream, Http2Socket.post("/v1/query"));
                socket.send(RST_STREAM, 0, stream, CANCEL);
            }
            assertThat(socket.goAway()).isEqualTo(ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void pings() throws Exception {
        long before = gateway.connections.ended().get("flood").getAsLong();
        try (Http2Socket socket = new Http2Socket(gateway)) {
            for (int ping = 0; ping < 1_000; ping++) {
                socket.send(PING, 0, 0, new byte[8]);
            }
            assertThat(socket.goAway()).isEqualTo(ENHANCE_YOUR_CALM);
        }
        assertThat(gateway.connections.ended().get("flood").getAsLong()).isEqualTo(before + 1);
    }

    @Test
    void settings() throws Exception {
        try (Http2Socket socket = new Http2Socket(gateway)) {
            for (int change = 0; change < 1_000; change++) {
                socket.send(SETTINGS, 0, 0, NOTHING);
            }
            assertThat(socket.goAway()).isEqualTo(ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void emptyFrames() throws Exception {
        try (Http2Socket socket = new Http2Socket(gateway)) {
            socket.send(HEADERS, END_HEADERS, 1, Http2Socket.post("/v1/query"));
            for (int frame = 0; frame < 3; frame++) {
                socket.send(DATA, 0, 1, NOTHING);
            }
            assertThat(socket.goAway()).isEqualTo(ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void continuationsWithoutEnd() throws Exception {
        try (Http2Socket socket = new Http2Socket(gateway)) {
            socket.send(HEADERS, END_STREAM, 1, Http2Socket.get("/v1/status"));
            for (int frame = 0; frame < 17; frame++) {
                socket.send(CONTINUATION, 0, 1, NOTHING);
            }
            assertThat(socket.goAway()).isEqualTo(ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void moreStreamsThanThereMayBeAreRefusedAlsoWhereTheClientHasAcknowledgedNothing() throws Exception {
        try (Http2Socket socket = new Http2Socket(gateway)) {
            for (int stream = 1; stream <= 2 * 50 + 1; stream += 2) {
                socket.send(HEADERS, END_HEADERS, stream, Http2Socket.post("/v1/query"));
            }
            Http2Socket.Frame refused = socket.next(RST_STREAM);
            assertThat(refused.stream()).isEqualTo(101);
            assertThat(refused.payload().getInt()).as("REFUSED_STREAM").isEqualTo(7);
        }
    }

    @Test
    void aHeadBeyondTheSizeIsRefusedAndTheConnectionGoesOn() throws Exception {
        try (Http2Socket socket = new Http2Socket(gateway)) {
            byte[] large = Http2Socket.head(
                    ":method",
                    "GET",
                    ":scheme",
                    "http",
                    ":path",
                    "/v1/status",
                    ":authority",
                    "x",
                    "x",
                    "x".repeat(8_500));
            socket.send(HEADERS, END_HEADERS | END_STREAM, 1, large);
            assertThat(socket.next(HEADERS).stream()).isOne();
            socket.send(HEADERS, END_HEADERS | END_STREAM, 3, Http2Socket.get("/v1/status"));
            Http2Socket.Frame answer = socket.next(HEADERS);
            assertThat(answer.stream()).isEqualTo(3);
            assertThat(answer.payload().get()).isEqualTo((byte) 0x88);
        }
    }

    private static void ping(Http2Socket socket) {
        try {
            while (!Thread.interrupted()) {
                socket.send(PING, 0, 0, new byte[8]);
                LockSupport.parkNanos(100_000_000);
            }
        } catch (IOException closed) {
            // as it should be
        }
    }

    /** The client's window stays closed, and its pings keep the connection from being idle. */
    @Test
    void anAnswerThatIsNeverRead() throws Exception {
        long before = gateway.connections.ended().get("unread").getAsLong();
        try (Http2Socket socket = new Http2Socket(gateway, 4, 0)) {
            socket.send(HEADERS, END_HEADERS | END_STREAM, 1, Http2Socket.get("/v1/status"));
            Thread pings = Thread.ofVirtual().start(() -> ping(socket));
            socket.awaitEnd();
            pings.interrupt();
        }
        assertThat(gateway.connections.ended().get("unread").getAsLong()).isEqualTo(before + 1);
    }
}
