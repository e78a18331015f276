package io.dataprism.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DrainTest {

    /** The word comes before the connections are closed. */
    @Test
    void anAnswerThatDoesNotEndInTimeEndsWithAWordOrIsBrokenOff() throws Exception {
        try (GatewayFixture gateway = new GatewayFixture()) {
            Map<String, CompletableFuture<String>> answers = new LinkedHashMap<>();
            for (String form : List.of("application/x-ndjson", "text/event-stream", "text/csv")) {
                var request = gateway.query("{\"sql\":\"rows 2000000000\"}")
                        .header("Accept", form)
                        .build();
                var response = gateway.client.send(request, HttpResponse.BodyHandlers.ofInputStream());
                answers.put(form, CompletableFuture.supplyAsync(() -> lastLine(response.body())));
            }
            var stopped = gateway.vertx.undeploy(gateway.deployed.deploymentId());

            JsonObject last = new JsonObject(answers.get("application/x-ndjson").get(10, TimeUnit.SECONDS));
            assertThat(last.getJsonObject("$error").getString("code")).isEqualTo("DRAINING");
            assertThat(answers.get("text/event-stream").get(10, TimeUnit.SECONDS))
                    .contains("DRAINING");
            assertThat(answers.get("text/csv").get(10, TimeUnit.SECONDS)).isEqualTo("broken off");
            GatewayFixture.await(stopped);
            assertThat(gateway.queries.cancelled).hasValue(3);
            assertThat(gateway.queries.allocator.getAllocatedMemory()).isZero();
        }
    }

    private static String lastLine(InputStream body) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            String last = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                last = line.isEmpty() ? last : line;
            }
            return last;
        } catch (IOException broken) {
            return "broken off";
        }
    }

    @Test
    void aRunningAnswerIsFinishedAndNothingNewIsTaken() throws Exception {
        try (GatewayFixture gateway = new GatewayFixture(Duration.ofSeconds(20))) {
            var request = gateway.query("{\"sql\":\"rows 300\"}")
                    .header("Accept", "text/csv")
                    .build();
            var response = gateway.client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                body.readNBytes(1_000);
                var stopped = gateway.vertx.undeploy(gateway.deployed.deploymentId());
                String rest = new String(body.readAllBytes(), StandardCharsets.UTF_8);
                assertThat(rest).contains("\r\n299999,").endsWith("\r\n");
                GatewayFixture.await(stopped);
            }
            assertThat(gateway.queries.allocator.getAllocatedMemory()).isZero();
        }
    }

    @Test
    void whoStillAsksANodeThatTakesNothingMoreIsToldBeforeItsConnectionsAreClosed() throws Exception {
        try (GatewayFixture gateway = new GatewayFixture(Duration.ofSeconds(20))) {
            HttpRequest.Builder status = gateway.request("/v1/status").version(HttpClient.Version.HTTP_1_1);
            Duration silence = Duration.ofSeconds(2);
            gateway.deployed.refuseRequests().run();
            Future<Void> silent = gateway.deployed.silence().of(silence, Duration.ofMinutes(1));
            Future<Void> limited = gateway.deployed.silence().of(Duration.ofMinutes(1), Duration.ofMillis(1));
            GatewayFixture.await(limited);
            long asked = System.nanoTime();
            HttpResponse<String> answer = gateway.send(status);
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("connection")).hasValue("close");
            GatewayFixture.await(silent);
            assertThat(System.nanoTime() - asked).isGreaterThan(silence.toNanos());
        }
    }

    @Test
    void whoAsksANodeThatIsAboutToLeaveIsAnsweredAndComesBackOnAnotherConnection() throws Exception {
        try (GatewayFixture gateway = new GatewayFixture(Duration.ofSeconds(20))) {
            HttpRequest.Builder status = gateway.request("/v1/status").version(HttpClient.Version.HTTP_1_1);
            assertThat(gateway.send(status).headers().firstValue("connection")).isEmpty();

            gateway.ready.set(false); // as one that starts, or waits for its copies
            assertThat(gateway.send(status).headers().firstValue("connection")).isEmpty();
            gateway.leaving.set(true);

            HttpResponse<String> answer = gateway.send(status);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("connection")).hasValue("close");
            HttpRequest.Builder upgrading = gateway.request("/v1/status").version(HttpClient.Version.HTTP_2);
            assertThat(gateway.send(upgrading).headers().firstValue("connection"))
                    .isEmpty();
        }
    }
}
