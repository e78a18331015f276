package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dataprism.client.DataPrism;
import io.dataprism.client.Event;
import io.dataprism.client.Gap;
import io.dataprism.client.Signal;
import io.dataprism.client.Subscription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever follows goes on when a node is killed and comes back; its log was in memory, and that is said. */
@Tag("longer")
class ClientRestartIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    @TempDir
    Path folder;

    @Test
    void followingGoesOnThroughAKillAndARestart() throws Exception {
        Path data = folder.resolve("data");
        Service service = start(data);
        String port = Integer.toString(service.base().getPort());
        List<Signal> signals = new CopyOnWriteArrayList<>();
        try (DataPrism client = DataPrism.connect(service.base(), service.token())) {
            client.signals(Subscription.to("team:*")).subscribe(signals::add, closed -> {});
            await().atMost(LIMIT).until(() -> {
                publish(client, "before");
                return !signals.isEmpty();
            });
            Process tail = tail(service);
            try {
                awaitOutput(client, "tailed before");
                service.kill();
                service = start(data, "--port", port);

                await().atMost(LIMIT).until(() -> {
                    publish(client, "after");
                    return signals.getLast() instanceof Event event
                            && event.data().asText().equals("after");
                });
                awaitOutput(client, "tailed after");
                tail.toHandle().destroy();
                assertThat(tail.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
                assertThat(tail.exitValue())
                        .as(Files.readString(folder.resolve("err")))
                        .isZero();
                assertThat(folder.resolve("err")).content().contains("events are lost here (epoch)", "--cursor ");
            } finally {
                tail.destroyForcibly();
            }
            assertThat(signals.stream().filter(Gap.class::isInstance))
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Gap.class, gap -> assertThat(gap.reason()).isEqualTo("epoch"));
            int gap = signals.indexOf(
                    signals.stream().filter(Gap.class::isInstance).findFirst().orElseThrow());
            assertThat(signals.subList(0, gap)).allMatch(each -> text(each).contains("before"));
            assertThat(signals.subList(gap + 1, signals.size()))
                    .allMatch(each -> text(each).contains("after"));
            assertThat(client.counters().connections()).isEqualTo(2);
        } finally {
            service.close();
        }
    }

    private static String text(Signal signal) {
        return signal instanceof Event event ? event.data().asText() : "";
    }

    private static Service start(Path data, String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("--no-sample", "--no-plugins"));
        return Service.start(data, all.toArray(String[]::new));
    }

    private Process tail(Service service) throws IOException {
        return new ProcessBuilder(
                        Service.root().resolve("dataprism").toString(),
                        "events",
                        "tail",
                        "--json",
                        "--topic",
                        "team:*",
                        "--url",
                        service.base().toString(),
                        "--token",
                        service.token())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
    }

    /** Publishes until it is seen: who has just begun to follow gets what comes from then on. */
    private void awaitOutput(DataPrism client, String text) {
        await().atMost(LIMIT).until(() -> {
            publish(client, text);
            return Files.readString(folder.resolve("out")).contains("\"data\":\"" + text + "\"");
        });
    }

    private static void publish(DataPrism client, String text) {
        client.publish("team:news", JSON.textNode(text)).block(LIMIT);
    }
}
