package io.dataprism.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DrainTest {

    @Test
    void aRunningAnswerIsFinishedAndNothingNewIsTaken() throws Exception {
        try (GatewayFixture gateway = new GatewayFixture()) {
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
}
