package io.dataprism.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dataprism.gateway.connection.ConnectionLimits;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Connections for which there is no room, and those that do not use theirs. */
class ConnectionLimitsTest {

    private static final Pattern RETRY_AFTER = Pattern.compile("(?i)\r\nretry-after: ([0-9]+)\r\n");
    private static final String STATUS =
            "GET /v1/status HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + GatewayFixture.TOKEN + "\r\n\r\n";
    private static final String HEALTH = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";

    private static ConnectionLimits limits(int connections, int ofAddress, int perSecond, int burst) {
        return new ConnectionLimits(
                connections,
                ofAddress,
                perSecond,
                burst,
                connections,
                100,
                Duration.ofSeconds(30),
                Duration.ofSeconds(30));
    }

    private static String ask(Socket socket, String request) throws Exception {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        return GatewayFixture.readUntil(socket, "}");
    }

    /** What somebody gets who is turned away: a problem with a time to come back, and the end of the connection. */
    private static int refused(Socket socket) throws Exception {
        socket.getOutputStream().write(STATUS.getBytes(StandardCharsets.UTF_8));
        String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(answer)
                .startsWith("HTTP/1.1 503 ")
                .contains("application/problem+json", "\"code\":\"OVERLOADED\"", "\"retryable\":true");
        Matcher retryAfter = RETRY_AFTER.matcher(answer);
        assertThat(retryAfter.find()).as(answer).isTrue();
        return Integer.parseInt(retryAfter.group(1));
    }

    @Test
    void whoComesToAFullNodeIsToldAndNobodyGivesWay() throws Exception {
        try (GatewayFixture gateway = new GatewayFixture(limits(2, 2, 1_000, 1_000), null);
                Socket first = gateway.socket("");
                Socket second = gateway.socket("")) {
            assertThat(ask(first, STATUS)).startsWith("HTTP/1.1 200 ");
            assertThat(ask(second, STATUS)).startsWith("HTTP/1.1 200 ");
            try (Socket third = gateway.socket("")) {
                assertThat(refused(third)).isBetween(1, 8);
            }
            assertThat(ask(first, STATUS)).startsWith("HTTP/1.1 200 ");
            assertThat(ask(second, STATUS)).startsWith("HTTP/1.1 200 ");
            first.close();
            await().untilAsserted(() -> {
                try (Socket next = gateway.socket("")) {
                    assertThat(ask(next, STATUS)).startsWith("HTTP/1.1 200 ");
                }
            });
            assertThat(gateway.connections.refused().get("full").getAsLong()).isPositive();
        }
    }

    @Test
    void oneAddressCannotTakeTheWholeNode() throws Exception {
        try (GatewayFixture gateway = new GatewayFixture(limits(10, 1, 1_000, 1_000), null);
                Socket first = gateway.socket("");
                Socket second = gateway.socket("");
                Socket other = new Socket()) {
            assertThat(ask(first, STATUS)).startsWith("HTTP/1.1 200 ");
            refused(second);
            other.setSoTimeout(20_000);
            other.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 2}), 0));
            other.connect(new InetSocketAddress("127.0.0.1", gateway.deployed.port()));
            assertThat(ask(other, STATUS)).startsWith("HTTP/1.1 200 ");
            assertThat(gateway.connections.refused().get("address").getAsLong()).isOne();
        }
    }

    @Test
    void aStormIsTurnedAwayWithDifferentTimesToComeBack() throws Exception {
        try (GatewayFixture gateway = new GatewayFixture(limits(1_000, 1_000, 1, 1), null);
                Socket first = gateway.socket("")) {
            assertThat(ask(first, STATUS)).startsWith("HTTP/1.1 200 ");
            Set<Integer> times = new HashSet<>();
            for (int storm = 0; storm < 200 && times.size() < 3; storm++) {
                try (Socket next = gateway.socket("")) {
                    String answer = ask(next, STATUS);
                    Matcher retryAfter = RETRY_AFTER.matcher(answer);
                    if (answer.startsWith("HTTP/1.1 503 ") && retryAfter.find()) { // else a second has passed
                        times.add(Integer.parseInt(retryAfter.group(1)));
                    }
                }
            }
            assertThat(times).hasSizeGreaterThan(2);
            assertThat(ask(first, STATUS)).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void http2IsTurnedAwayInItsOwnWay() throws Exception {
        try (GatewayFixture gateway = new GatewayFixture(limits(1, 1, 1_000, 1_000), null);
                Socket only = gateway.socket("")) {
            assertThat(ask(only, STATUS)).startsWith("HTTP/1.1 200 ");
            HttpResponse<String> answer =
                    gateway.client2.send(gateway.request("/v1/status").build(), HttpResponse.BodyHandlers.ofString());
            GatewayFixture.problem(answer, 503, "OVERLOADED");
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        }
    }

    /** Even the refused are counted: what is beyond them is closed at once. */
    @Test
    void thereIsABoundForThoseThatAreBeingRefused() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try (GatewayFixture gateway = new GatewayFixture(limits(1, 1, 1_000, 1_000), null)) {
            for (int each = 0; each < 1 + 16; each++) {
                silent.add(gateway.socket(""));
            }
            await().untilAsserted(() -> assertThat(gateway.connections.count()).isEqualTo(17));
            try (Socket beyond = gateway.socket("")) {
                assertThat(endOf(beyond)).isEqualTo("closed");
            }
            assertThat(gateway.connections.refused().get("dropped").getAsLong()).isOne();
            await().untilAsserted(() -> assertThat(gateway.connections.count()).isOne()); // the silent are sent away
        } finally {
            for (Socket each : silent) {
                each.close();
            }
        }
    }

    private static String endOf(Socket socket) {
        try {
            return socket.getInputStream().read() < 0 ? "closed" : "data";
        } catch (java.net.SocketTimeoutException open) {
            return "open";
        } catch (java.io.IOException reset) {
            return "closed";
        }
    }

    private static GatewayFixture impatient() {
        ConnectionLimits usual = ConnectionLimits.of(100);
        return new GatewayFixture(
                new ConnectionLimits(100, 100, 1_000, 1_000, 100, 100, Duration.ofMillis(500), usual.answerRead()),
                null);
    }

    @Test
    void aSilentConnectionOnWhichNobodySignsInIsClosedAndOthersStay() throws Exception {
        try (GatewayFixture gateway = impatient();
                Socket silent = gateway.socket("");
                Socket stranger = gateway.socket("");
                Socket known = gateway.socket("")) {
            assertThat(ask(known, STATUS)).startsWith("HTTP/1.1 200 ");
            assertThat(ask(stranger, HEALTH)).startsWith("HTTP/1.1 200 ");
            assertThat(endOf(silent)).isEqualTo("closed");
            assertThat(endOf(stranger)).isEqualTo("closed");
            assertThat(gateway.connections.ended().get("stranger").getAsLong()).isEqualTo(2);
            assertThat(ask(known, STATUS)).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void aHeadThatTricklesIsCutOffAlsoWhereSomebodyHasSignedIn() throws Exception {
        try (GatewayFixture gateway = impatient();
                Socket first = gateway.socket("");
                Socket later = gateway.socket("")) {
            assertThat(ask(later, STATUS)).startsWith("HTTP/1.1 200 ");
            trickle(first);
            trickle(later);
            assertThat(endOf(first)).isEqualTo("closed");
            assertThat(endOf(later)).isEqualTo("closed");
            assertThat(gateway.connections.ended().get("head").getAsLong()).isEqualTo(2);
        }
    }

    private static void trickle(Socket socket) {
        Thread.ofVirtual().start(() -> {
            byte[] head =
                    ("GET /v1/status HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(1_000)).getBytes(StandardCharsets.UTF_8);
            try {
                for (byte each : head) {
                    socket.getOutputStream().write(each);
                    Thread.sleep(50);
                }
            } catch (java.io.IOException | InterruptedException cutOff) {
                // as it should be
            }
        });
    }

    @Test
    void headsAndRequestLinesBeyondTheirSizeAreRefused() throws Exception {
        try (GatewayFixture gateway = new GatewayFixture()) {
            for (String request : List.of(
                    "GET /v1/status?" + "q".repeat(3_000) + " HTTP/1.1\r\nHost: x\r\n\r\n",
                    "GET /v1/status HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(9_000) + "\r\n\r\n",
                    "GET /v1/status HTTP/1.1\r\nHost: x\r\n" + "X: 1234567890\r\n".repeat(900) + "\r\n")) {
                try (Socket socket = gateway.socket(request)) {
                    assertThat(GatewayFixture.readUntil(socket, "\"}"))
                            .matches("(?s)HTTP/1\\.[01] 400 .*")
                            .contains("REQUEST_INVALID");
                }
            }
        }
    }

    @Test
    void theLimitsAreShown() throws Exception {
        try (GatewayFixture gateway = new GatewayFixture(limits(7, 6, 50, 40), null)) {
            JsonObject shown =
                    new JsonObject(gateway.send(gateway.request("/v1/status")).body()).getJsonObject("limits");
            assertThat(shown.getMap())
                    .containsEntry("connections", 7)
                    .containsEntry("connectionsPerAddress", 6)
                    .containsEntry("connectionsPerSecond", 50)
                    .containsEntry("connectionBurst", 40)
                    .containsEntry("publishesPerSecond", 100);
        }
    }
}
