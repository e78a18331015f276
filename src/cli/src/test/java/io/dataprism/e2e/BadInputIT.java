package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BadInputIT {

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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "400 | QUERY_INVALID     | SELEC 1                                   | SELEC",
                "400 | QUERY_INVALID     | SELECT FROM WHERE                         | WHERE",
                "403 | QUERY_NOT_ALLOWED | SELECT 1; SELECT 2                        | ",
                "403 | QUERY_NOT_ALLOWED | INSERT INTO flights VALUES (1)            | INSERT",
                "403 | QUERY_NOT_ALLOWED | COPY flights TO 'stolen.csv'              | COPY",
                "403 | QUERY_NOT_ALLOWED | ATTACH 'other.db'                         | ATTACH",
                "403 | QUERY_NOT_ALLOWED | PRAGMA version                            | PRAGMA",
                "403 | QUERY_NOT_ALLOWED | INSTALL httpfs                            | INSTALL",
                "403 | QUERY_NOT_ALLOWED | SELECT * FROM read_csv('/etc/passwd')     | read_csv",
                "404 | TABLE_NOT_FOUND   | SELECT * FROM nowhere                     | nowhere",
                "404 | TABLE_NOT_FOUND   | SELECT * FROM '/etc/passwd'               | /etc/passwd"
            })
    void aBadStatementIsRefusedByName(int status, String code, String sql, String offender) throws Exception {
        JsonObject tables = tables();
        JsonObject problem = service.query(sql, "application/x-ndjson").problem(status, code);
        if (offender != null) {
            assertThat(problem.getString("detail").toLowerCase(Locale.ROOT))
                    .contains(offender.toLowerCase(Locale.ROOT));
        }
        if (code.equals("QUERY_INVALID")) {
            assertThat(problem.getInteger("position")).isBetween(0, sql.length());
        }
        assertThat(problem.getString("hint")).isNotBlank();
        assertThat(tables()).isEqualTo(tables);
    }

    @ParameterizedTest
    @CsvSource({
        "NO_MANIFEST, PACKAGE_INVALID, META-INF/dataprism/plugin.json",
        "PATH_TRAVERSAL, PACKAGE_INVALID, ../../escaped.txt",
        "MISSING_ENTRY_POINT, PACKAGE_INVALID, com.acme.NotThere"
    })
    void aBadPackageIsRefusedByName(TestPlugins plugin, String code, String offender) throws Exception {
        JsonObject problem = service.register(plugin).problem(400, code);
        assertThat(problem.getString("detail")).contains(offender);
        service.get("/v1/plugins/" + plugin.pluginName()).problem(404, "PLUGIN_NOT_FOUND");
        try (var files = Files.walk(folder)) {
            assertThat(files).noneMatch(file -> file.endsWith("escaped.txt"));
        }
    }

    @Test
    void everyErrorOfAManifestIsReportedAtOnce() throws Exception {
        JsonObject problem = service.register(TestPlugins.TEN_ERRORS).problem(400, "MANIFEST_INVALID");
        JsonArray errors = problem.getJsonArray("errors");
        assertThat(errors.stream()
                        .map(error -> ((JsonObject) error).getString("pointer"))
                        .toList())
                .containsExactlyInAnyOrderElementsOf(TestPlugins.TEN_POINTERS);
    }

    @Test
    void aPluginThatCannotBeMadeIsNotActiveAndSaysWhy() throws Exception {
        service.register(TestPlugins.THROWING_CONSTRUCTOR).expect(201);
        service.put("/v1/plugins/throwing-constructor/grants", new JsonObject().put("approve", "requested"))
                .expect(200);
        Answer answer = service.post("/v1/plugins/throwing-constructor/activate");
        JsonObject problem = answer.json();
        assertThat(problem.getString("code")).isIn("PLUGIN_FAILED", "PACKAGE_INVALID");
        assertThat(problem.getString("detail")).contains("no constructing today");
        assertThat(service.get("/v1/plugins/throwing-constructor")
                        .expect(200)
                        .json()
                        .getString("state"))
                .isNotEqualTo("active");
    }

    @Test
    void anOperationThatIsNotThereIsNotFound() throws Exception {
        service.activate(TestPlugins.ECHO);
        JsonObject problem =
                service.call(TestPlugins.ECHO, "ehco", new JsonObject()).problem(404, "OPERATION_NOT_FOUND");
        assertThat(problem.getString("detail")).contains("ehco").contains("echo");
        service.call("nobody", "echo", new JsonObject(), "*/*").problem(404, "PLUGIN_NOT_FOUND");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {"not json", "[1]", "{", "{\"sql\": 1}", "{\"sql\": \"SELECT 1\", \"colour\": \"red\"}", "{}"})
    void aBodyThatIsNotTheJsonExpectedIsInvalid(String body) throws Exception {
        service.send(service.request("/v1/query")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body)))
                .problem(400, "REQUEST_INVALID");
    }

    /** Sends chunks for as long as the service takes them; it must answer, and may then close. */
    @Test
    void aBodyThatNeverEndsIsCutOff() throws Exception {
        try (Socket socket = new Socket(service.base().getHost(), service.base().getPort())) {
            socket.setSoTimeout(60_000);
            String head = "POST /v1/query HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + service.token()
                    + "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            Thread sender = Thread.ofPlatform().daemon().start(() -> sendForEver(socket));
            String answer = firstLines(socket.getInputStream());
            assertThat(answer).startsWith("HTTP/1.1 413").contains("PAYLOAD_TOO_LARGE");
            socket.close();
            sender.join(10_000);
            assertThat(sender.isAlive()).isFalse();
        }
        assertThat(service.get("/health/live").status()).isEqualTo(200);
    }

    @Test
    void aWrongTokenIsUnauthenticated() throws Exception {
        Answer wrong = service.send(service.anonymous("/v1/tables").header("Authorization", "Bearer wrong"));
        wrong.problem(401, "UNAUTHENTICATED");
        assertThat(wrong.header("www-authenticate")).startsWith("Bearer");
        assertThat(wrong.text()).doesNotContain(service.token());
        service.send(service.anonymous("/v1/tables")).problem(401, "UNAUTHENTICATED");
        assertThat(service.send(service.anonymous("/health/live")).status()).isEqualTo(200);
    }

    @Test
    void aPathOrMethodThatIsNotThereSaysSo() throws Exception {
        service.get("/v1/nothing").problem(404, "NOT_FOUND");
        service.delete("/v1/query").problem(405, "METHOD_NOT_ALLOWED");
        service.query("SELECT 1", "image/gif").problem(406, "NOT_ACCEPTABLE");
    }

    private static JsonObject tables() throws Exception {
        return new JsonObject()
                .put("tables", service.get("/v1/tables").expect(200).array());
    }

    private static void sendForEver(Socket socket) {
        byte[] chunk = ("1000\r\n" + "x".repeat(0x1000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        try {
            while (true) {
                socket.getOutputStream().write(chunk);
            }
        } catch (IOException cutOff) {
            // the service, or the end of the test, closed the connection
        }
    }

    private static String firstLines(InputStream answer) throws IOException {
        StringBuilder text = new StringBuilder();
        byte[] buffer = new byte[4_096];
        for (int read = answer.read(buffer); read > 0; read = answer.read(buffer)) {
            text.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
            if (text.indexOf("urn:dataprism") >= 0 && text.indexOf("\"code\"") >= 0) {
                break;
            }
        }
        return text.toString();
    }
}
