package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queries that ask for much, or for too much, over HTTP: the others go on, and nothing is left behind. */
@Tag("longer")
class HeavyQueriesIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String ENDLESS =
            "SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE a.range = -b.range - 1";

    /** What one caller may have open, by the contract. */
    private static final int STREAMS = 64;

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

    @AfterEach
    void nothingIsLeft() {
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(new JsonArray(service.get("/v1/queries").text())).isEmpty();
            assertThat(service.get("/metrics").text()).contains("dataprism_engine_arrow_bytes 0.0");
        });
    }

    /** Sends a query and reads nothing of its answer. */
    private static Socket stalled(String sql) throws Exception {
        return stalled(sql, "*/*", 60_000);
    }

    private static Socket stalled(String sql, String accept, int timeoutMillis) throws Exception {
        Socket socket = new Socket(service.base().getHost(), service.base().getPort());
        byte[] body = new JsonObject()
                .put("sql", sql)
                .put("timeoutMs", timeoutMillis)
                .encode()
                .getBytes(StandardCharsets.UTF_8);
        String head = "POST /v1/query HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + service.token()
                + "\r\nAccept: " + accept + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length
                + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(body);
        return socket;
    }

    private static void awaitOpen(int count) {
        await().atMost(LIMIT)
                .until(() -> new JsonArray(service.get("/v1/queries").text()).size() == count);
    }

    private static void close(List<Socket> sockets) throws Exception {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @Test
    void smallQueriesAreNotStarvedByLargeOnes() throws Exception {
        List<Socket> large = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            large.add(stalled(ENDLESS));
        }
        awaitOpen(large.size());
        for (int i = 0; i < 5; i++) {
            assertThat(service.query("SELECT 42 AS n", "application/x-ndjson")
                            .expect(200)
                            .text())
                    .isEqualTo("{\"n\":42}\n");
        }
        assertThat(new JsonArray(service.get("/v1/queries").text())).hasSize(large.size());
        close(large);
    }

    @Test
    void beyondTheStreamsOfOneCallerAQueryIsOverloadedAndSaysWhenToTryAgain() throws Exception {
        List<Socket> parked = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            parked.add(stalled("FROM range(100000000)"));
        }
        awaitOpen(STREAMS);
        Answer refused = service.query("FROM range(100000000)", "text/csv");
        refused.problem(503, "OVERLOADED");
        assertThat(refused.header("retry-after")).isNotBlank();
        close(parked);
        await().atMost(LIMIT)
                .untilAsserted(() -> service.query("SELECT 1", "text/csv").expect(200));
    }

    @Test
    void aQueryThatNeverEndsEndsAtItsDeadline() throws Exception {
        for (String sql : List.of(
                ENDLESS, "WITH RECURSIVE t AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM t) SELECT max(x) FROM t")) {
            service.post("/v1/query", new JsonObject().put("sql", sql).put("timeoutMs", 500))
                    .problem(504, "QUERY_TIMEOUT");
        }
    }

    @Test
    void aReaderThatHasStoppedReadingIsBrokenOffAfterTheDeadline() throws Exception {
        for (String accept : List.of("application/vnd.apache.arrow.stream", "text/csv")) {
            try (Socket socket = stalled("FROM range(100000000)", accept, 500)) {
                awaitOpen(1);
                awaitOpen(0);
                // what was on its way may still be read; the end of the connection follows it, and no end of the result
                socket.setSoTimeout((int) LIMIT.toMillis());
                String tail = tail(socket);
                assertThat(tail).doesNotEndWith("0\r\n\r\n");
            }
        }
    }

    @Test
    void aCancelFreesEverythingThoughTheReaderHasStoppedReading() throws Exception {
        for (String accept : List.of("application/vnd.apache.arrow.stream", "text/csv", "application/x-ndjson")) {
            try (Socket socket = stalled("FROM range(100000000)", accept, 60_000)) {
                awaitOpen(1);
                await().atMost(LIMIT)
                        .until(() -> !service.get("/metrics").text().contains("dataprism_engine_arrow_bytes 0.0"));
                String id = new JsonArray(service.get("/v1/queries").text())
                        .getJsonObject(0)
                        .getString("id");
                service.delete("/v1/queries/" + id).expect(204);
                nothingIsLeft(); // and the socket is still open
            }
        }
    }

    /** Reads to the end of the connection; the last bytes that came. */
    private static String tail(Socket socket) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        String tail = "";
        try {
            for (int count = socket.getInputStream().read(buffer);
                    count >= 0;
                    count = socket.getInputStream().read(buffer)) {
                tail = new String(buffer, Math.max(0, count - 20), Math.min(20, count), StandardCharsets.ISO_8859_1);
            }
        } catch (SocketException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
        return tail;
    }

    @Test
    void tenThousandParametersAreBoundInOrder() throws Exception {
        JsonArray values = new JsonArray();
        for (int i = 0; i < 10_000; i++) {
            values.add(i);
        }
        JsonObject body = new JsonObject()
                .put(
                        "sql",
                        "SELECT list_sum([" + String.join(",", Collections.nCopies(10_000, "?")) + "])::BIGINT AS s")
                .put("parameters", values);
        Answer answer = service.send(service.request("/v1/query")
                .header("Content-Type", "application/json")
                .header("Accept", "application/x-ndjson")
                .POST(BodyPublishers.ofString(body.encode())));
        assertThat(answer.expect(200).text()).isEqualTo("{\"s\":49995000}\n");
    }

    @Test
    void aTextOfTenMegabytesIsRefusedAsTooLarge() throws Exception {
        service.post("/v1/query", new JsonObject().put("sql", "SELECT '" + "x".repeat(10 << 20) + "'"))
                .problem(413, "PAYLOAD_TOO_LARGE");
    }
}
