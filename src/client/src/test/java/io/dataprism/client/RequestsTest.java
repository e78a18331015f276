package io.dataprism.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What comes over HTTP from something that may be a node. */
class RequestsTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private int status = 200;
    private String body = "{}";
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String token = exchange.getRequestHeaders().getFirst("Authorization");
        asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath() + " " + token);
        exchange.getResponseHeaders().add("Retry-After", "7");
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(token.equals("Bearer good") ? status : 401, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Test
    void aRefusedTokenIsReplacedByANewerOneOnce() {
        Queue<String> tokens = new ArrayDeque<>(List.of("old", "good"));
        try (DataPrism client = client(Mono.fromSupplier(tokens::poll))) {
            assertThat(client.status().block(LIMIT)).isEmpty();
        }
        assertThat(asked).containsExactly("GET /v1/status Bearer old", "GET /v1/status Bearer good");
    }

    @Test
    void aRefusalThatIsNoDocumentHasACodeAllTheSame() {
        status = 503;
        body = "<html>";
        try (DataPrism client = client(Mono.just("good"))) {
            assertThatThrownBy(() -> client.status().block(LIMIT))
                    .isInstanceOfSatisfying(ProblemException.class, problem -> {
                        assertThat(problem.code()).isEqualTo("OVERLOADED");
                        assertThat(problem.retryable()).isTrue();
                        assertThat(problem.retryAfter()).isEqualTo(Duration.ofSeconds(7));
                    });
        }
    }

    @Test
    void aProblemComesWithAllItsMembers() {
        status = 400;
        body = "{\"code\":\"QUERY_INVALID\",\"status\":400,\"detail\":\"d\",\"hint\":\"h\",\"position\":7}";
        try (DataPrism client = client(Mono.just("good"))) {
            assertThatThrownBy(() -> client.query(Query.of("x"), "text/csv").block(LIMIT))
                    .isInstanceOfSatisfying(ProblemException.class, problem -> {
                        assertThat(problem.document().path("position").asInt()).isEqualTo(7);
                        assertThat(problem).hasMessage("d h");
                        assertThat(problem.retryable()).isFalse();
                    });
        }
    }

    @Test
    void whatIsNoNodeIsSaidSo() {
        body = "hello";
        try (DataPrism client = client(Mono.just("good"))) {
            assertThatThrownBy(() -> client.status().block(LIMIT))
                    .isInstanceOfSatisfying(
                            ConnectionException.class,
                            failure -> assertThat(failure.retryable()).isFalse());
        }
    }

    @Test
    void namesStayOneSegmentWhateverIsInThem() {
        try (DataPrism client = client(Mono.just("good"))) {
            client.plugins().get("../tokens").block(LIMIT);
            client.plugins().get("..").block(LIMIT);
            client.tables().drop("a b?c").block(LIMIT);
        }
        assertThat(asked)
                .extracting(each -> each.split(" ")[1])
                .containsExactly("/v1/plugins/..%2Ftokens", "/v1/plugins/%2E%2E", "/v1/tables/a%20b%3Fc");
    }

    private DataPrism client(Mono<String> tokens) {
        URI node = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        return DataPrism.connect(node, tokens, Patience.usual());
    }
}
