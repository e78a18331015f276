package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.fixtures.net.TestPorts;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes of one cluster, as processes: either takes any call with the other's token, and one goes on without the other. */
class ClusterIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String JSON = "application/json";

    @TempDir
    Path folder;

    @Test
    void anyNodeTakesAnyCallAndWhatOneKeepsTheOtherHas() throws Exception {
        String file = clusterFile();
        try (Service second = Service.start(folder.resolve("b"), "--cluster", file)) {
            try (Service first = Service.start(folder.resolve("a"), "--cluster", file)) {
                Awaitility.await().atMost(LIMIT).until(() -> members(first) == 2 && members(second) == 2);
                assertThat(first.get("/v1/cluster").expect(200).json().getBoolean("majority"))
                        .isTrue();
                tokensOfOneAreTakenByTheOther(first, second);
                aTableOfOneIsTheOthers(first, second);
                eventsOfOneAreTheOthers(first, second);
                aPluginIsCalledWhereverItRuns(first, second);
                whatTheyShareIsCounted(first, second);
            }
            // the first has left in good order
            Awaitility.await().atMost(LIMIT).until(() -> members(second) == 1);
            Awaitility.await()
                    .atMost(LIMIT)
                    .untilAsserted(() -> assertThat(delays(second).status()).isEqualTo(200));
            assertThat(second.query("SELECT sum(n) AS s FROM shared", JSON)
                            .expect(200)
                            .text())
                    .contains("6");
            put(second, "/v1/tables/alone", "n\n1\n").expect(201);
        }
    }

    private void tokensOfOneAreTakenByTheOther(Service first, Service second) {
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(second.send(second.anonymous("/v1/status")
                                        .header("Authorization", "Bearer " + first.token()))
                                .status())
                        .isEqualTo(200));
    }

    private static void aTableOfOneIsTheOthers(Service first, Service second) throws IOException, InterruptedException {
        put(first, "/v1/tables/shared", "n\n1\n2\n3\n").expect(201);
        assertThat(second.query("SELECT sum(n) AS s FROM shared", JSON)
                        .expect(200)
                        .text())
                .contains("6");
    }

    private static void eventsOfOneAreTheOthers(Service first, Service second)
            throws IOException, InterruptedException {
        String cursor = first.post("/v1/events/shop:order", new JsonObject().put("data", new JsonObject().put("n", 1)))
                .expect(202)
                .json()
                .getString("cursor");
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(history(second, "").size()).isEqualTo(1));
        assertThat(history(second, "&after=" + cursor)).isEmpty();
    }

    private static JsonArray history(Service node, String more) throws IOException, InterruptedException {
        return node.get("/v1/events/history?topic=shop:*" + more)
                .expect(200)
                .json()
                .getJsonArray("events");
    }

    private static void aPluginIsCalledWhereverItRuns(Service first, Service second)
            throws IOException, InterruptedException {
        first.put("/v1/plugins/delay-statistics/grants", new JsonObject().put("approve", "requested"))
                .expect(200);
        second.post("/v1/plugins/delay-statistics/activate").expect(200);
        delays(first).expect(200);
        delays(second).expect(200);
    }

    private static void whatTheyShareIsCounted(Service first, Service second) throws IOException, InterruptedException {
        assertThat(counted(second, "dataprism_cluster_files_total{outcome=\"fetched\""))
                .isPositive();
        assertThat(counted(first, "dataprism_cluster_files_total{outcome=\"sent\""))
                .isPositive();
        assertThat(counted(second, "dataprism_cluster_entries_total{outcome=\"taken\""))
                .isPositive();
        assertThat(counted(first, "dataprism_cluster_events_groups_total")).isPositive();
        for (String quiet : List.of(
                "dataprism_cluster_entries_total{outcome=\"unverifiable\"",
                "dataprism_cluster_events_items_total{outcome=\"forged\"",
                "dataprism_cluster_files_total{outcome=\"stranger\"",
                "dataprism_cluster_states_forged_total",
                "dataprism_cluster_tables_late_total")) {
            assertThat(counted(first, quiet)).as(quiet).isZero();
        }
    }

    private static double counted(Service node, String series) throws IOException, InterruptedException {
        return node.get("/metrics")
                .expect(200)
                .text()
                .lines()
                .filter(line -> line.startsWith(series))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .findFirst()
                .orElseThrow();
    }

    private static Answer delays(Service node) throws IOException, InterruptedException {
        JsonObject input = new JsonObject().put("sql", "SELECT * FROM flights LIMIT 1000");
        return node.call("delay-statistics", "statistics", new JsonObject().put("input", input), JSON);
    }

    private static Answer put(Service node, String path, String csv) throws IOException, InterruptedException {
        return node.send(node.request(path).header("Content-Type", "text/csv").PUT(BodyPublishers.ofString(csv)));
    }

    private static int members(Service node) throws IOException, InterruptedException {
        return node.get("/v1/cluster")
                .expect(200)
                .json()
                .getJsonArray("members")
                .size();
    }

    private String clusterFile() throws IOException {
        List<Integer> ports = TestPorts.take(6);
        String text = "cluster: {name: " + folder.getFileName() + ", key: cluster.key, ports: {hazelcast: "
                + ports.subList(0, 2) + ", bus: " + ports.subList(2, 4) + ", peer: " + ports.subList(4, 6) + "}}";
        return Files.writeString(folder.resolve("cluster.yaml"), text).toString();
    }
}
