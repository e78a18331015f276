package io.dataprism.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests of whose end two readers could think differently: a proxy before the gateway would let a second request pass inside of
 * the first one's body.
 */
class FramingTest {

    private static final String SECOND = "GET /v1/second HTTP/1.1\r\nHost: x\r\n\r\n";

    private static GatewayFixture gateway;

    @BeforeAll
    static void start() {
        gateway = new GatewayFixture();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static String post(String headers, String body) {
        return "POST /v1/query HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + GatewayFixture.TOKEN
                + "\r\nContent-Type: application/json\r\n" + headers + "\r\n" + body;
    }

    private static Stream<String> requests() {
        String chunked = "2\r\n{}\r\n0\r\n\r\n";
        return Stream.of(
                post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", chunked),
                post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", chunked),
                post("Transfer-Encoding: CHUNKED\r\nContent-Length: 0\r\n", chunked),
                post("Content-Length: 2\r\nContent-Length: 4\r\n", "{}"),
                post("Content-Length: 2\r\nContent-Length: 2\r\n", "{}"),
                post("Content-Length: 2, 2\r\n", "{}"),
                post("Content-Length: +2\r\n", "{}"),
                post("Content-Length: 0x2\r\n", "{}"),
                post("Content-Length:\r\n", "{}"),
                post("Content-Length : 2\r\n", "{}"),
                post("Transfer-Encoding: chunked, chunked\r\n", chunked),
                post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", chunked),
                post("Transfer-Encoding: identity\r\nContent-Length: 2\r\n", "{}"),
                post("Transfer-Encoding: gzip\r\nContent-Length: 2\r\n", "{}"),
                post("Transfer-Encoding: xchunked\r\nContent-Length: 2\r\n", "{}"),
                post("Transfer-Encoding: chunked, identity\r\n", chunked),
                post("X: a\rb\r\nContent-Length: 2\r\n", "{}"),
                post("X: a\nContent-Length: 2\r\n", "{}"),
                post("X: a\0b\r\nContent-Length: 2\r\n", "{}"),
                post("X\r: a\r\nContent-Length: 2\r\n", "{}"),
                "GET /v1/status HTTP/1.1\nHost: x\r\n\r\n",
                post("Transfer-Encoding: chunked\r\n", chunked).replace("HTTP/1.1", "HTTP/1.0"));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void aRequestWhoseEndIsNotClearIsRefusedAndTheConnectionClosed(String request) throws Exception {
        try (Socket socket = gateway.socket(request + SECOND)) {
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer)
                    .matches("(?s)HTTP/1\\.[01] 400 .*")
                    .contains("application/problem+json", "REQUEST_INVALID")
                    .doesNotContain("UNAUTHENTICATED"); // which the second one would be
        }
    }

    @Test
    void requestsWhoseEndIsClearFollowEachOtherOnOneConnection() throws Exception {
        String sized = post("Content-Length: 16\r\n", "{\"sql\":\"rows 1\"}");
        String chunked = post("Transfer-Encoding: chunked\r\n", "10\r\n{\"sql\":\"rows 1\"}\r\n0\r\n\r\n");
        try (Socket socket = gateway.socket(sized + chunked + sized + SECOND)) {
            String answers = GatewayFixture.readUntil(socket, "UNAUTHENTICATED");
            assertThat(answers.split("HTTP/1.1 200 ", -1)).hasSize(4);
        }
    }

    /** The first bytes decide what a connection speaks, however they come. */
    @Test
    void aConnectionThatBeginsByteByByteIsReadAsAnyOther() throws Exception {
        String unclear = post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n");
        for (String request : List.of(post("Content-Length: 16\r\n", "{\"sql\":\"rows 1\"}"), unclear)) {
            try (Socket socket = gateway.socket("")) {
                socket.setTcpNoDelay(true);
                for (byte each : request.getBytes(StandardCharsets.UTF_8)) {
                    socket.getOutputStream().write(each);
                }
                assertThat(GatewayFixture.readUntil(socket, "\r\n\r\n"))
                        .startsWith("HTTP/1.1 " + (request.equals(unclear) ? 400 : 200));
            }
        }
    }

    @Test
    void http2GoesOn() throws Exception {
        var request = gateway.query("{\"sql\":\"rows 1\"}").build();
        assertThat(gateway.client2
                        .send(request, HttpResponse.BodyHandlers.discarding())
                        .version())
                .isEqualTo(HttpClient.Version.HTTP_2);
    }
}
