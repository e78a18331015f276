package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamingIT {

    private static final String SQL = "SELECT * FROM range(100000000)";
    private static final int READ_BYTES = 1 << 20;
    private static final long TOLERANCE_BYTES = 64L << 20;

    @TempDir
    static Path folder;

    private static Service service;

    @BeforeAll
    static void start() throws Exception {
        service = Service.start(folder.resolve("data"));
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
    }

    @ParameterizedTest
    @Tag("longer")
    @ValueSource(strings = {"application/x-ndjson", "text/csv"})
    void aReaderOfTextThatStopsStopsTheEngineAndOneThatGoesAwayEndsTheQuery(String mediaType) throws Exception {
        aReaderThatStopsStopsTheEngine(mediaType);
    }

    @Test
    void aReaderThatStopsStopsTheEngineAndOneThatGoesAwayEndsTheQuery() throws Exception {
        aReaderThatStopsStopsTheEngine("application/vnd.apache.arrow.stream");
    }

    private static void aReaderThatStopsStopsTheEngine(String mediaType) throws Exception {
        for (int warmUp = 0; warmUp < 3; warmUp++) {
            try (Socket reader = open(mediaType)) {
                read(reader, READ_BYTES);
            }
            noQueryIsLeft(Duration.ofSeconds(10));
        }
        long before = service.rssBytes();
        try (Socket reader = open(mediaType)) {
            read(reader, READ_BYTES);
            engineIsIdle();
            await().during(Duration.ofSeconds(2))
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> service.rssBytes() - before < TOLERANCE_BYTES);
            JsonObject query = queries().getJsonObject(0);
            assertThat(query.getString("sql")).isEqualTo(SQL);
            assertThat(query.getLong("rows")).isLessThan(100_000_000);
        }
        noQueryIsLeft(Duration.ofSeconds(1));
    }

    /** The query is there, and what it has delivered does not change for a second. */
    private static void engineIsIdle() {
        long[] lastBytes = {-1};
        await().pollInterval(Duration.ofSeconds(1))
                .atMost(Duration.ofSeconds(20))
                .until(() -> {
                    JsonArray queries = queries();
                    assertThat(queries).hasSize(1);
                    long bytes = queries.getJsonObject(0).getLong("bytes");
                    boolean still = bytes == lastBytes[0];
                    lastBytes[0] = bytes;
                    return still;
                });
    }

    private static void noQueryIsLeft(Duration limit) {
        await().pollInterval(Duration.ofMillis(50))
                .atMost(limit)
                .until(() -> queries().isEmpty());
    }

    private static JsonArray queries() throws IOException, InterruptedException {
        return service.get("/v1/queries").expect(200).array();
    }

    /** A bare socket with a small window, so that nothing but the service holds what is not read. */
    private static Socket open(String mediaType) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(64 << 10);
        socket.setSoTimeout(30_000);
        socket.connect(
                new InetSocketAddress(service.base().getHost(), service.base().getPort()), 10_000);
        String body = new JsonObject().put("sql", SQL).put("timeoutMs", 600_000).encode();
        String request = "POST /v1/query HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + service.token()
                + "\r\nContent-Type: application/json\r\nAccept: " + mediaType + "\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body;
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static void read(Socket socket, int bytes) throws IOException {
        byte[] read = socket.getInputStream().readNBytes(bytes);
        assertThat(read).hasSize(bytes).startsWith("HTTP/1.1 200".getBytes(StandardCharsets.US_ASCII));
    }
}
