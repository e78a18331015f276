package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueriesIT {

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

    @Test
    void theSampleIsThereAndItsColumnsAreThoseOfRealFlights() throws Exception {
        JsonObject flights = service.get("/v1/tables/flights").expect(200).json();
        assertThat(flights.getLong("rows")).isGreaterThan(1_000);
        assertThat(flights.getJsonArray("columns").stream()
                        .map(column -> ((JsonObject) column).getString("name"))
                        .toList())
                .contains("delay", "origin", "destination");
    }

    @Test
    void theSameRowsComeInEveryFormat() throws Exception {
        String sql = "SELECT origin, destination, delay, distance FROM flights"
                + " ORDER BY origin, destination, date, delay, distance LIMIT 5000";
        List<List<String>> ndjson = service.query(sql, "application/x-ndjson").expect(200).rows().stream()
                .map(row -> row.fieldNames().stream()
                        .map(name -> String.valueOf(row.getValue(name)))
                        .toList())
                .toList();
        List<List<String>> csv = service.query(sql, "text/csv")
                .expect(200)
                .text()
                .lines()
                .skip(1)
                .map(line -> Arrays.asList(line.split(",", -1)))
                .toList();
        Answer arrow = service.query(sql, "application/vnd.apache.arrow.stream").expect(200);
        JsonObject json = service.query(sql, "application/json").expect(200).json();

        assertThat(ndjson).hasSize(5_000);
        assertThat(csv).isEqualTo(ndjson);
        assertThat(ArrowRows.of(arrow.body())).isEqualTo(ndjson);
        assertThat(json.getJsonArray("rows")).hasSize(5_000);
        assertThat(json.getJsonArray("rows").getJsonObject(0).getString("origin"))
                .isEqualTo(ndjson.getFirst().getFirst());
        assertThat(arrow.header("dataprism-query-id")).isNotBlank();
    }

    @Test
    void arrowIsWhatComesWhereNothingElseIsAskedFor() throws Exception {
        Answer answer = service.query("SELECT 1 AS one", "*/*").expect(200);
        assertThat(answer.header("content-type")).startsWith("application/vnd.apache.arrow.stream");
        assertThat(ArrowRows.of(answer.body())).containsExactly(List.of("1"));
    }

    @Test
    void parametersAreBoundAndMaxRowsCuts() throws Exception {
        JsonObject body = new JsonObject()
                .put("sql", "SELECT range AS n FROM range(100) WHERE range >= ?")
                .put("parameters", List.of(10))
                .put("maxRows", 3);
        Answer answer = service.send(service.request("/v1/query")
                .header("Content-Type", "application/json")
                .header("Accept", "application/x-ndjson")
                .POST(BodyPublishers.ofString(body.encode())));
        assertThat(answer.expect(200).text()).isEqualTo("{\"n\":10}\n{\"n\":11}\n{\"n\":12}\n");
    }

    @Test
    void aFailureInTheMiddleNeverLooksLikeAnEnd() throws Exception {
        String sql = "SELECT range AS n, CAST(CASE WHEN range = 3000000 THEN 'x' ELSE '1' END AS INTEGER) AS x"
                + " FROM range(5000000)";
        Answer answer = service.query(sql, "application/x-ndjson").expect(200);
        String lastLine =
                answer.text().lines().reduce((first, second) -> second).orElse("");
        assertThat(new JsonObject(lastLine).getJsonObject("$error").getString("code"))
                .isEqualTo("QUERY_INVALID");
    }

    @Test
    void aTableIsPutReadAndDeleted() throws Exception {
        Answer created = service.send(service.request("/v1/tables/airports")
                .header("Content-Type", "text/csv")
                .PUT(BodyPublishers.ofString("code,name\nORD,O'Hare\nDFW,\"Dallas, Fort Worth\"\n")));
        created.expect(201);
        assertThat(created.header("etag")).isNotBlank();
        assertThat(service.query("SELECT name FROM airports ORDER BY code", "application/x-ndjson")
                        .rows())
                .containsExactly(
                        new JsonObject().put("name", "Dallas, Fort Worth"), new JsonObject().put("name", "O'Hare"));
        service.send(service.request("/v1/tables/airports")
                        .header("Content-Type", "text/csv")
                        .PUT(BodyPublishers.ofString("code\nX\n")))
                .problem(409, "TABLE_EXISTS");
        service.delete("/v1/tables/airports").expect(204);
        service.get("/v1/tables/airports").problem(404, "TABLE_NOT_FOUND");
    }
}
