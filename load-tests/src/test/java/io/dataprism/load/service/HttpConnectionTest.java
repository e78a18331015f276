package io.dataprism.load.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpConnectionTest {

    private static final int LARGE = 3_000_000;

    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/v1/query", exchange -> {
            String asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Dataprism-Query-Id", "q1");
            exchange.sendResponseHeaders(asked.contains("fail") ? 400 : 200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                byte[] bytes = new byte[asked.contains("large") ? LARGE : 3];
                Arrays.fill(bytes, (byte) 'x');
                body.write(bytes);
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void answers_are_counted_to_the_byte_and_the_connection_serves_on() throws IOException {
        try (HttpConnection connection = open()) {
            AnswerBody large = connection.query("large", HttpConnection.CSV);
            assertThat(large.queryId()).isEqualTo("q1");
            assertThat(large.skip(Long.MAX_VALUE)).isEqualTo(LARGE);
            assertThat(connection.query("small", HttpConnection.CSV).skip(Long.MAX_VALUE))
                    .isEqualTo(3);
        }
    }

    @Test
    void skipping_stops_at_its_limit() throws IOException {
        try (HttpConnection connection = open()) {
            assertThat(connection.query("large", HttpConnection.CSV).skip(1_000))
                    .isEqualTo(1_000);
        }
    }

    @Test
    void an_answer_that_is_a_problem_fails_with_its_status() throws IOException {
        try (HttpConnection connection = open()) {
            assertThatThrownBy(() -> connection.query("fail", HttpConnection.CSV))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("400");
        }
    }

    private HttpConnection open() throws IOException {
        return HttpConnection.open(server.getAddress().getPort(), "token");
    }
}
