package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that many use go on where they were when a node was killed and has come back. Needs Node.js, npm and chromium. */
@Tag("longer")
class ClientsThroughRestartIT {

    private static final int INSTALL_SECONDS = 120;
    private static final int LINE_SECONDS = 60;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"eventsource, true", "ws, false"})
    void aClientFromNpmResumesThroughAKilledNode(String client, boolean durable) throws Exception {
        Path script = installed();
        Path configuration = configured(durable);
        Path data = folder.resolve("data");
        Service first = Service.start(data, "--config", configuration.toString());
        try (Follower follower = new Follower(script, client, first)) {
            assertThat(follower.next().getString("op")).isEqualTo("ready");
            publish(first, 1, 2, 3);
            assertThat(follower.next(3)).containsExactly(1, 2, 3);
            first.kill();

            try (Service second = Service.start(
                    data,
                    "--config",
                    configuration.toString(),
                    "--port",
                    String.valueOf(first.base().getPort()))) {
                publish(second, 4, 5);
                List<Object> came = new ArrayList<>();
                List<String> gaps = new ArrayList<>();
                while (came.isEmpty() || !came.getLast().equals(5)) {
                    JsonObject line = follower.next();
                    switch (line.getString("op")) {
                        case "event" -> came.add(line.getValue("data"));
                        case "gap" -> gaps.add(line.getString("reason"));
                        default -> assertThat(line.getString("op")).isEqualTo("ready");
                    }
                }
                assertThat(came).containsExactly(4, 5);
                assertThat(gaps).isEqualTo(durable ? List.of() : List.of("epoch"));
            }
        }
    }

    @Test
    void aBrowsersEventSourceResumesThroughAKilledNode() throws Exception {
        Path configuration = configured(true);
        Path data = folder.resolve("data");
        Service first = Service.start(data, "--config", configuration.toString());
        try (Browser browser = Browser.start(folder.resolve("profile"))) {
            browser.open(first.base().resolve("/"));
            browser.run("fetch('/v1/session', { method: 'POST', headers: { Authorization: 'Bearer " + first.token()
                    + "' } }).then(answer => answer.status)");
            browser.run("""
                    new Promise(done => {
                      window.seen = [];
                      window.events = new EventSource('/v1/events?topic=news:x');
                      for (const kind of ['event', 'gap'])
                        window.events.addEventListener(kind, (e) => window.seen.push(kind + ' ' + JSON.parse(e.data).data));
                      window.events.addEventListener('ready', () => done(true));
                    })""");
            publish(first, 1, 2);
            assertThat(seen(browser, 2)).isEqualTo("event 1,event 2");
            first.kill();
            try (Service second = Service.start(
                    data,
                    "--config",
                    configuration.toString(),
                    "--port",
                    String.valueOf(first.base().getPort()))) {
                publish(second, 3, 4);
                assertThat(seen(browser, 4)).isEqualTo("event 1,event 2,event 3,event 4");
            }
        }
    }

    private static Object seen(Browser browser, int count) throws Exception {
        return browser.run("""
                new Promise(done => {
                  const look = () => window.seen.length >= %d ? done(window.seen.join()) : setTimeout(look, 50);
                  look();
                })""".formatted(count));
    }

    private Path configured(boolean durable) throws IOException {
        return Files.writeString(folder.resolve("node.yaml"), "events:\n  durable: " + durable + "\n");
    }

    private static void publish(Service service, int... data) throws Exception {
        for (int each : data) {
            service.post("/v1/events/news:x", new JsonObject().put("data", each))
                    .expect(202);
        }
    }

    private Path installed() throws Exception {
        Path target = Files.createDirectories(folder.resolve("npm"));
        Path sources = Service.root().resolve("src/cli/src/test/resources/npm-clients");
        for (String file : List.of("package.json", "follow.mjs")) {
            Files.copy(sources.resolve(file), target.resolve(file));
        }
        Process npm = new ProcessBuilder("npm", "install", "--no-audit", "--no-fund", "--silent")
                .directory(target.toFile())
                .redirectErrorStream(true)
                .redirectOutput(target.resolve("npm.log").toFile())
                .start();
        boolean ended = npm.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            npm.destroyForcibly();
        }
        assertThat(ended && npm.exitValue() == 0)
                .as(Files.readString(target.resolve("npm.log")))
                .isTrue();
        return target.resolve("follow.mjs");
    }

    /** A client in a process of its own, and the lines that it prints. */
    private static final class Follower implements AutoCloseable {

        private final Process process;
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

        Follower(Path script, String client, Service service) throws IOException {
            process = new ProcessBuilder(
                            "node", script.toString(), client, service.base().toString(), service.token(), "news:x")
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            Thread.ofPlatform().daemon().start(() -> {
                try (var reader = process.inputReader()) {
                    reader.lines().forEach(lines::add);
                } catch (IOException | UncheckedIOException ended) {
                    lines.add("{\"op\":\"ended\"}");
                }
            });
        }

        JsonObject next() throws InterruptedException {
            String line = lines.poll(LINE_SECONDS, TimeUnit.SECONDS);
            assertThat(line).as("a line within " + LINE_SECONDS + " s").isNotNull();
            return new JsonObject(line);
        }

        List<Object> next(int events) throws InterruptedException {
            List<Object> data = new ArrayList<>();
            for (int i = 0; i < events; i++) {
                data.add(next().getValue("data"));
            }
            return data;
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
