package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of plugins, uploads and queries that came to a bad end: nothing. */
@Tag("longer")
class LeaksIT {

    private static final int ROUNDS = 2;

    /** Less than one thing for each round, so that what is lost once a round shows. */
    private static final int TOLERANCE = ROUNDS - 1;

    /** Of each of which the largest pool, of twenty threads, makes one at least, where it makes any. */
    private static final int MOST_DAYS = 20;

    @TempDir
    Path folder;

    @Test
    void afterCrashesUnloadsAndBrokenTransfersNothingIsLeft() throws Exception {
        Path data = folder.resolve("data");
        try (Service service = Service.start(data, "--no-sample", "--no-plugins")) {
            Service.Held before = afterPoolsAreFull(service);
            for (int round = 0; round < ROUNDS; round++) {
                badDay(service);
            }
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                Service.Held after = service.held();
                assertThat(after.files())
                        .as("open files, before %s", before)
                        .isLessThanOrEqualTo(before.files() + TOLERANCE);
                assertThat(after.threads())
                        .as("threads, before %s", before)
                        .isLessThanOrEqualTo(before.threads() + TOLERANCE);
            });
            for (String drained : List.of("uploads", "incoming", "plugins")) {
                await().atMost(Duration.ofSeconds(5))
                        .untilAsserted(() -> assertThat(data.resolve(drained)).isEmptyDirectory());
            }
        }
    }

    @Test
    void afterTheServiceIsKilledItsPluginsEndAndItStartsAgain() throws Exception {
        Path data = folder.resolve("data");
        Service killed = Service.start(data, "--no-sample", "--no-plugins");
        List<ProcessHandle> children;
        try {
            killed.activate(TestPlugins.ECHO);
            killed.activate(TestPlugins.LOOPING);
            // beside them a process can be at work for a moment that remembers a plugin's classes
            children = await().atMost(Duration.ofSeconds(30)).until(killed::children, all -> all.size() == 2);
        } finally {
            killed.kill();
        }
        await().atMost(Duration.ofSeconds(5)).until(() -> children.stream().allMatch(Service::hasEnded));

        try (Service again = Service.start(folder.resolve("data"), "--no-sample", "--no-plugins")) {
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> again.get("/v1/plugins/echo")
                            .json()
                            .getString("state")
                            .equals("active"));
            again.call(TestPlugins.ECHO, "echo", new JsonObject()).expect(200);
        }
    }

    /** Pools make their threads one by one, as work comes: days go by until one needs no more of them. */
    private static Service.Held afterPoolsAreFull(Service service) throws Exception {
        badDay(service);
        Service.Held last = atRest(service);
        for (int day = 1; day < MOST_DAYS; day++) {
            badDay(service);
            Service.Held now = atRest(service);
            if (now.threads() <= last.threads()) {
                return now;
            }
            last = now;
        }
        return last;
    }

    /** Plugins crash and overrun their time; an upload, a package and a query break off. */
    private static void badDay(Service service) throws Exception {
        service.activate(TestPlugins.CRASHING);
        service.activate(TestPlugins.LOOPING);
        service.call(TestPlugins.CRASHING, "crash", new JsonObject()).problem(502, "PLUGIN_CRASHED");
        service.call(TestPlugins.LOOPING, "loop", new JsonObject()).problem(504, "PLUGIN_TIMEOUT");
        for (TestPlugins plugin : List.of(TestPlugins.CRASHING, TestPlugins.LOOPING)) {
            service.post("/v1/plugins/" + plugin.pluginName() + "/unload").expect(200);
            service.delete("/v1/plugins/" + plugin.pluginName()).expect(204);
        }
        service.register(TestPlugins.NO_MANIFEST).problem(400, "PACKAGE_INVALID");
        service.send(service.request("/v1/tables/broken")
                        .header("Content-Type", "application/vnd.apache.parquet")
                        .PUT(BodyPublishers.ofString("not parquet")))
                .problem(400, "DATA_INVALID");
        breakOff(service, "PUT /v1/tables/half", "text/csv", "Content-Length: 1000000\r\n\r\na,b\n1,2\n");
        breakOff(service, "POST /v1/plugins", "application/java-archive", "Content-Length: 1000000\r\n\r\nPK");
        String sql = "{\"sql\": \"FROM range(100000000)\"}";
        breakOff(service, "POST /v1/query", "application/json", "Content-Length: " + sql.length() + "\r\n\r\n" + sql);
        atRest(service);
    }

    /** Sends the beginning of a request and goes away. */
    private static void breakOff(Service service, String target, String mediaType, String rest) throws IOException {
        try (Socket socket = new Socket(service.base().getHost(), service.base().getPort())) {
            String head = target + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + service.token()
                    + "\r\nContent-Type: " + mediaType + "\r\n" + rest;
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static Service.Held atRest(Service service) throws IOException {
        await().atMost(Duration.ofSeconds(10))
                .until(() -> service.children().isEmpty()
                        && service.get("/v1/queries").array().isEmpty());
        return service.held();
    }
}
