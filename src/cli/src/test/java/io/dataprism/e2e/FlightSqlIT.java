package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.fixtures.flight.DuckDbFlightServer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose engine is a real server of Flight SQL, chosen by its configuration file. */
@Tag("longer")
class FlightSqlIT {

    @TempDir
    static Path folder;

    private static DuckDbFlightServer server;
    private static Service service;

    @BeforeAll
    static void start() throws Exception {
        server = DuckDbFlightServer.start();
        server.execute(
                "CREATE TABLE trips (city VARCHAR, cost DECIMAL(9,2))",
                "INSERT INTO trips VALUES ('Oslo', 12.50), ('Rome', 7.25), ('Rome', 1.00)");
        Path configuration = Files.writeString(folder.resolve("node.yaml"), """
                engine: flight-sql
                flightSql: {url: '%s'}
                limits: {openQueryStreams: 65, openQueriesPerUser: 66}
                """.formatted(server.url()));
        service = Service.start(folder.resolve("data"), "--config", configuration.toString());
    }

    @AfterAll
    static void stop() throws Exception {
        try {
            service.close();
        } finally {
            server.close();
        }
        assertThat(service.log()).doesNotContain("WARN", "ERROR", "Exception");
    }

    @Test
    void itsRowsComeInEveryFormat() throws Exception {
        String sql = "SELECT city, sum(cost) AS cost FROM trips GROUP BY city ORDER BY city";
        assertThat(service.query(sql, "text/csv").expect(200).text().lines())
                .containsExactly("city,cost", "Oslo,12.50", "Rome,8.25");
        assertThat(service.query(sql, "application/x-ndjson").expect(200).rows())
                .first()
                .isEqualTo(new JsonObject("{\"city\":\"Oslo\",\"cost\":12.50}"));
        assertThat(ArrowRows.of(service.query(sql, "*/*").expect(200).body())).hasSize(2);
    }

    @Test
    void parametersAreBoundAndRefusalsAreThoseOfTheContract() throws Exception {
        JsonObject body = new JsonObject()
                .put("sql", "SELECT count(*) AS n FROM trips WHERE city = ?")
                .put("parameters", java.util.List.of("Rome"));
        Answer answer = service.send(service.request("/v1/query")
                .header("Content-Type", "application/json")
                .header("Accept", "application/x-ndjson")
                .POST(BodyPublishers.ofString(body.encode())));
        assertThat(answer.expect(200).text()).isEqualTo("{\"n\":2}\n");

        service.query("SELECT * FROM absent", "*/*").problem(404, "TABLE_NOT_FOUND");
        service.query("DROP TABLE trips", "*/*").problem(403, "QUERY_NOT_ALLOWED");
        service.query("SELECT 'x'::INTEGER", "*/*").problem(400, "QUERY_INVALID");
    }

    @Test
    void itsTablesAreListedAndNotChanged() throws Exception {
        JsonObject trips = service.get("/v1/tables/trips").expect(200).json();
        assertThat(trips.getJsonArray("columns").getJsonObject(1).getString("type"))
                .isEqualTo("DECIMAL(9,2)");
        service.delete("/v1/tables/trips").problem(409, "STATE_CONFLICT");
        service.send(service.request("/v1/tables/more")
                        .header("Content-Type", "text/csv")
                        .PUT(BodyPublishers.ofString("x\n1\n")))
                .problem(409, "STATE_CONFLICT");
    }

    @Test
    void theLimitsOfTheFileAreShown() throws Exception {
        JsonObject limits = service.get("/v1/status").expect(200).json().getJsonObject("limits");
        assertThat(limits.getInteger("openQueryStreams")).isEqualTo(65);
        assertThat(limits.getInteger("openQueryStreamsPerNode")).isEqualTo(256);
        assertThat(limits.getInteger("openQueriesPerUser")).isEqualTo(66);
    }
}
