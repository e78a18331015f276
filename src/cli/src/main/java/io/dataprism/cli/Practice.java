package io.dataprism.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * What clients ask of a node most, again and again for a while: calls of plugins, events, which somebody follows, and now and then a query.
 * What of it is hot can be told after some ten thousand requests, so they are as plain as can be.
 */
final class Practice {

    private static final Duration TIME = Duration.ofSeconds(12);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int CLIENTS = 4;
    private static final int LEAST_REFUSAL = 400;
    private static final String EMPTY = "{\"params\":{}}";

    /** A request, and its body. */
    private record Request(String path, String body) {}

    private static final List<Request> USUAL = List.of(
            new Request("/v1/plugins/error-handler/operations/groups", EMPTY),
            new Request("/v1/events/team:one", "{\"data\":{\"text\":\"some words\",\"number\":1}}"),
            new Request("/v1/plugins/performance-monitor/operations/thresholds", EMPTY),
            new Request("/v1/events/team:other", "{\"data\":[1,2,3]}"));

    private static final Request QUERY = new Request("/v1/query", "{\"sql\":\"SELECT count(*) AS n FROM flights\"}");
    private static final int QUERY_EVERY = 64;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();
    private final URI node;
    private final String token;
    private final AtomicLong asked = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    private Practice(URI node, String token) {
        this.node = node;
        this.token = token;
    }

    /** Asks that node, and is back when that was long enough; says how often it asked. Blocks. */
    static void with(URI node, String token) throws IOException, InterruptedException {
        Practice practice = new Practice(node, token);
        HttpRequest following = practice.request("/v1/events?topic=team:*")
                .header("Accept", "text/event-stream")
                .timeout(LIMIT)
                .GET()
                .build();
        HttpResponse<Stream<String>> followed = practice.client.send(following, BodyHandlers.ofLines());
        practice.refused.addAndGet(followed.statusCode() < LEAST_REFUSAL ? 0 : 1);
        try (Stream<String> events = followed.body()) {
            Thread.ofPlatform().daemon().name("follower").start(() -> follow(events));
            List<Thread> clients = new ArrayList<>();
            for (int each = 0; each < CLIENTS; each++) {
                clients.add(Thread.ofPlatform().daemon().name("client-" + each).start(practice::ask));
            }
            for (Thread each : clients) {
                each.join();
            }
        }
        practice.client.shutdownNow();
        System.err.println("rehearsal: " + practice.asked + " requests, " + practice.refused + " of them refused");
    }

    private static void follow(Stream<String> events) {
        try {
            events.forEach(line -> {});
        } catch (UncheckedIOException over) {
            // the practice is over
        }
    }

    private void ask() {
        long end = System.nanoTime() + TIME.toNanos();
        for (int number = 1; System.nanoTime() < end; number++) {
            asked.incrementAndGet();
            Request next = number % QUERY_EVERY == 0 ? QUERY : USUAL.get(number % USUAL.size());
            HttpRequest request = request(next.path())
                    .header("Content-Type", "application/json")
                    .timeout(LIMIT)
                    .POST(BodyPublishers.ofString(next.body()))
                    .build();
            try {
                int status = client.send(request, BodyHandlers.discarding()).statusCode();
                refused.addAndGet(status < LEAST_REFUSAL ? 0 : 1);
            } catch (IOException broken) {
                refused.incrementAndGet();
            } catch (InterruptedException over) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(node.resolve(path)).header("Authorization", "Bearer " + token);
    }
}
