package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("longer")
class FurtherPluginsIT {

    @TempDir
    static Path folder;

    private static Service service;

    @BeforeAll
    static void start() throws Exception {
        Path configuration = Files.writeString(
                folder.resolve("configuration.yaml"),
                "plugins: {system: [nowhere, data-validator, performance-monitor, error-handler]}");
        service = Service.start(folder.resolve("data"), "--config", configuration.toString());
        for (String plugin : List.of("outlier-detector", "scheduler")) {
            service.put("/v1/plugins/" + plugin + "/grants", new JsonObject().put("approve", "requested"))
                    .expect(200);
            service.post("/v1/plugins/" + plugin + "/activate").expect(200);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
    }

    @Test
    void theOutliersOfATableAndOfAnInputAreThoseOfSql() throws Exception {
        long expected = service.query(
                        "SELECT count(*) AS n FROM flights, (SELECT quantile_cont(delay::DOUBLE, 0.25) AS q1,"
                                + " quantile_cont(delay::DOUBLE, 0.75) AS q3 FROM flights)"
                                + " WHERE delay > q3 + 1.5 * (q3 - q1) OR delay < q1 - 1.5 * (q3 - q1)",
                        "application/x-ndjson")
                .expect(200)
                .rows()
                .getFirst()
                .getLong("n");
        assertThat(expected).isPositive();
        JsonObject params = new JsonObject()
                .put("columns", new JsonArray().add("delay"))
                .put("method", "iqr")
                .put("rows", "outliers");
        JsonObject ofInput = new JsonObject()
                .put("params", params)
                .put("input", new JsonObject().put("sql", "SELECT origin, delay FROM flights"));
        JsonObject ofTable = new JsonObject().put("params", params.copy().put("table", "flights"));
        for (JsonObject body : List.of(ofInput, ofTable)) {
            List<JsonObject> rows = service.call("outlier-detector", "detect", body, "application/x-ndjson")
                    .expect(200)
                    .rows();
            assertThat(rows).hasSize((int) expected).allMatch(row -> row.getBoolean("outlier"));
        }
    }

    @Test
    void aStreamOfRowsIsJudgedByTheRowsBefore() throws Exception {
        JsonObject body = new JsonObject()
                .put("params", new JsonObject().put("columns", new JsonArray().add("v")))
                .put(
                        "input",
                        new JsonObject()
                                .put(
                                        "sql",
                                        "SELECT CASE WHEN range = 500 THEN 1000 ELSE range % 7 END AS v FROM range(1000)"));
        assertThat(service.call("outlier-detector", "stream", body, "application/x-ndjson")
                        .expect(200)
                        .rows())
                .hasSize(1_000)
                .filteredOn(row -> row.getBoolean("outlier"))
                .extracting(row -> row.getInteger("v"))
                .containsExactly(1_000);
    }

    @Test
    void aTableIsCheckedAgainstRulesAndAgainstAnotherTable() throws Exception {
        service.put(
                        "/v1/tables/origins",
                        new JsonObject().put("sql", "SELECT DISTINCT origin FROM flights WHERE origin < 'M'"))
                .expect(201);
        JsonObject sql = service.query(
                        "SELECT count(*) AS n, count(*) FILTER (delay > 100) AS late,"
                                + " count(*) FILTER (origin >= 'M') AS others FROM flights",
                        "application/x-ndjson")
                .expect(200)
                .rows()
                .getFirst();
        JsonArray rules = new JsonArray()
                .add(new JsonObject().put("rule", "range").put("field", "delay").put("max", 100))
                .add(new JsonObject().put("rule", "not-null").put("field", "origin"))
                .add(new JsonObject()
                        .put("rule", "referential")
                        .put("field", "origin")
                        .put("table", "origins")
                        .put("column", "origin")
                        .put("severity", "warning"));
        JsonObject report = service.call(
                        "data-validator",
                        "validate",
                        new JsonObject()
                                .put("params", new JsonObject().put("rules", rules))
                                .put("input", new JsonObject().put("table", "flights")),
                        "*/*")
                .expect(200)
                .json()
                .getJsonObject("result");
        assertThat(report.getBoolean("valid")).isFalse();
        assertThat(report.getJsonObject("statistics").getLong("rows")).isEqualTo(sql.getLong("n"));
        assertThat(report.getJsonArray("errors").getJsonObject(0).getLong("count"))
                .isEqualTo(sql.getLong("late"));
        assertThat(report.getJsonArray("warnings").getJsonObject(0).getLong("count"))
                .isEqualTo(sql.getLong("others"));
    }

    @Test
    void theMonitorSeesQueriesAndTheNodeAndTellsOfAThreshold() throws Exception {
        service.put(
                        "/v1/plugins/performance-monitor/configuration",
                        new JsonObject()
                                .put("sampleSeconds", 1)
                                .put(
                                        "thresholds",
                                        new JsonArray()
                                                .add(new JsonObject()
                                                        .put("name", "any")
                                                        .put("metric", "queriesPerSecond")
                                                        .put("above", 0))))
                .expect(200);
        service.query("SELECT 42", "application/json").expect(200);
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            JsonObject report = value("performance-monitor", "report", new JsonObject());
            assertThat(report.getJsonObject("queries").getLong("count")).isPositive();
            assertThat(report.getValue("problem")).isNull();
            assertThat(report.getJsonObject("node")).isNotNull();
            assertThat(report.getJsonObject("node").getDouble("heapUsedRatio")).isBetween(0.001, 1.0);
            assertThat(service.get("/v1/events/history?topic=plugin:performance-monitor:threshold")
                            .expect(200)
                            .json()
                            .getJsonArray("events"))
                    .hasSize(1);
        });
    }

    @Test
    void errorsAreGroupedAndADeadLetterIsRetriedByHand() throws Exception {
        JsonObject data = new JsonObject()
                .put("detail", "Attempt 17 failed")
                .put(
                        "call",
                        new JsonObject().put("plugin", "performance-monitor").put("operation", "report"));
        service.post("/v1/events/eventbus:error", new JsonObject().put("data", data))
                .expect(202);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(value("error-handler", "groups", new JsonObject())
                                .getJsonArray("groups")
                                .getJsonObject(0)
                                .getString("message"))
                        .isEqualTo("Attempt ? failed"));
        JsonObject letter = value("error-handler", "dead-letters", new JsonObject())
                .getJsonArray("deadLetters")
                .getJsonObject(0);
        assertThat(letter.getString("reason")).contains("only a plugin's own calls");
        assertThat(value(
                                "error-handler",
                                "retry",
                                new JsonObject().put("ids", new JsonArray().add(letter.getLong("id"))))
                        .getJsonArray("results")
                        .getJsonObject(0)
                        .getString("outcome"))
                .isEqualTo("succeeded");
        assertThat(value("error-handler", "dead-letters", new JsonObject()).getJsonArray("deadLetters"))
                .isEmpty();
    }

    @Test
    void aTaskCallsAnotherPluginAtItsTimes() throws Exception {
        service.put(
                        "/v1/plugins/scheduler/configuration",
                        new JsonObject()
                                .put(
                                        "tasks",
                                        new JsonArray()
                                                .add(new JsonObject()
                                                        .put("name", "often")
                                                        .put("plugin", "performance-monitor")
                                                        .put("operation", "thresholds")
                                                        .put("every", "1s"))))
                .expect(200);
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            JsonObject task = value("scheduler", "tasks", new JsonObject())
                    .getJsonArray("tasks")
                    .getJsonObject(0);
            assertThat(task.getString("lastError")).isNull();
            assertThat(task.getString("lastOutcome")).isEqualTo("succeeded");
            assertThat(task.getInteger("runs")).isGreaterThan(1);
        });
        service.put("/v1/plugins/scheduler/configuration", new JsonObject()).expect(200);
    }

    @Test
    void systemPluginsOfTheConfigurationRunFromTheStartAndOneThatIsNotThereStopsNothing() throws Exception {
        for (String plugin : List.of("data-validator", "performance-monitor", "error-handler")) {
            JsonObject shown = service.get("/v1/plugins/" + plugin).expect(200).json();
            assertThat(shown.getString("state")).isEqualTo("active");
            assertThat(shown.getJsonObject("isolation").getString("level")).isIn("full", "no-cgroup");
        }
        assertThat(service.log()).contains("The system plugin nowhere does not run");
    }

    @Test
    void theNodeTellsThatItIsReadyAndPluginsGetItUnderANameOfTheirs() throws Exception {
        for (String topic : List.of("core:status:change", "plugin:core:status")) {
            JsonObject data = service.get("/v1/events/history?topic=" + topic)
                    .expect(200)
                    .json()
                    .getJsonArray("events")
                    .getJsonObject(0)
                    .getJsonObject("data");
            assertThat(data.getString("from")).isEqualTo("starting");
            assertThat(data.getString("to")).isEqualTo("ready");
        }
    }

    private static JsonObject value(String plugin, String operation, JsonObject params) throws Exception {
        return service.call(plugin, operation, new JsonObject().put("params", params), "*/*")
                .expect(200)
                .json()
                .getJsonObject("result");
    }
}
