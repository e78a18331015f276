package io.dataprism.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Subscriptions (cursors) pass from old to new, in real sandboxes. */
class EventHandoverTest {

    private static final int PACE_MILLIS = 4;
    /** As many as one page of keys tells. */
    private static final int MOST_EVENTS = 900;

    @Test
    @Tag("longer")
    void eachEventIsHeardByOneVersionAndNoneByNobodyWhileVersionsFollowEachOther(@TempDir Path folder)
            throws Exception {
        try (PluginNode node = new PluginNode(folder)) {
            JsonArray permissions =
                    PluginNode.permissions("core read events:count:**", "storage read", "storage write");
            node.activate("keeper", KeepingPlugin.class, List.of("kept"), permissions, new JsonObject());
            AtomicInteger published = new AtomicInteger();
            try (ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor()) {
                pace.scheduleAtFixedRate(() -> publish(node, published), 0, PACE_MILLIS, TimeUnit.MILLISECONDS);
                for (int minor = 1; minor <= 3; minor++) {
                    int before = published.get();
                    node.reload("keeper", KeepingPlugin.class, "1." + minor + ".0");
                    await().atMost(Duration.ofSeconds(60))
                            .until(() -> published.get() > before + 20 || published.get() == MOST_EVENTS);
                }
            }

            Set<String> numbers = new HashSet<>();
            Set<String> versions = new HashSet<>();
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                List<String> kept = kept(node);
                assertThat(kept).hasSize(published.get());
                kept.forEach(key -> numbers.add(key.substring(0, key.indexOf('/'))));
                kept.forEach(key -> versions.add(key.substring(key.indexOf('/') + 1)));
            });
            assertThat(numbers).as("none twice").hasSize(published.get());
            assertThat(versions).contains("1.0.0").hasSizeGreaterThan(1);
        }
    }

    private static void publish(PluginNode node, AtomicInteger published) {
        if (published.get() == MOST_EVENTS) {
            return;
        }
        try {
            JsonObject event = new JsonObject().put("data", published.get());
            assertThat(node.post("/v1/events/count:up", event).statusCode()).isEqualTo(202);
            published.incrementAndGet();
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    private static List<String> kept(PluginNode node) throws Exception {
        return node.execute("keeper", "kept", new JsonObject(), JsonArray.class).stream()
                .map(String::valueOf)
                .toList();
    }
}
