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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Subscriptions (cursors) pass from old to new, in real sandboxes. */
class EventHandoverTest {

    @Test
    void eachEventIsHeardByOneVersionAndNoneByNobodyWhileVersionsFollowEachOther(@TempDir Path folder)
            throws Exception {
        try (PluginNode node = new PluginNode(folder)) {
            JsonArray permissions =
                    PluginNode.permissions("core read events:count:**", "storage read", "storage write");
            node.activate("keeper", KeepingPlugin.class, List.of("kept"), permissions, new JsonObject());
            AtomicBoolean over = new AtomicBoolean();
            AtomicInteger published = new AtomicInteger();
            CompletableFuture<Void> publisher = CompletableFuture.runAsync(() -> publish(node, over, published));
            for (int minor = 1; minor <= 3; minor++) {
                int before = published.get();
                node.reload("keeper", KeepingPlugin.class, "1." + minor + ".0");
                await().atMost(Duration.ofSeconds(60)).until(() -> published.get() > before + 20);
            }
            over.set(true);
            publisher.join();

            Set<String> numbers = new HashSet<>();
            Set<String> versions = new HashSet<>();
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                List<String> kept = kept(node);
                assertThat(kept).hasSize(published.get());
                kept.forEach(key -> numbers.add(key.substring(0, key.indexOf('/'))));
                kept.forEach(key -> versions.add(key.substring(key.indexOf('/') + 1)));
            });
            assertThat(numbers).as("none twice").hasSize(published.get());
            assertThat(versions).containsExactlyInAnyOrder("1.0.0", "1.1.0", "1.2.0", "1.3.0");
        }
    }

    private static void publish(PluginNode node, AtomicBoolean over, AtomicInteger published) {
        try {
            while (!over.get() && published.get() < 900) {
                JsonObject event = new JsonObject().put("data", published.get());
                assertThat(node.post("/v1/events/count:up", event).statusCode()).isEqualTo(202);
                published.incrementAndGet();
            }
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
