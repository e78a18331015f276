package io.dataprism.sandbox.child;

import io.dataprism.plugin.Health;
import io.dataprism.plugin.Plugin;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Asks a plugin how it feels, one question at a time, so that a plugin that never answers costs one thread. */
final class HealthCheck {

    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Health SILENT =
            Health.unhealthy("The plugin has not answered how it feels for " + PATIENCE.toMillis() + " ms.");

    private final Executor threads;
    private final AtomicBoolean asking = new AtomicBoolean();

    HealthCheck(Executor threads) {
        this.threads = threads;
    }

    /** Does not block. @param answered told once, on any thread: {@code {healthy, detail, metrics}} */
    void ask(Plugin plugin, Consumer<Map<String, @Nullable Object>> answered) {
        if (asking.compareAndSet(false, true)) {
            AtomicBoolean told = new AtomicBoolean();
            Mono.delay(PATIENCE).subscribe(late -> once(told, () -> answered.accept(json(SILENT, null))));
            threads.execute(() -> {
                Health health = healthOf(plugin);
                asking.set(false);
                once(told, () -> answered.accept(json(health, metricsOf(plugin))));
            });
        } else {
            answered.accept(json(SILENT, null));
        }
    }

    private static Health healthOf(Plugin plugin) {
        try {
            Health health = plugin.health().block(PATIENCE);
            return health == null ? Health.unhealthy("The plugin's health is empty.") : health;
        } catch (RuntimeException | Error failure) {
            return Health.unhealthy("Asked for its health, the plugin failed: " + Failures.messageOf(failure));
        }
    }

    private static @Nullable Map<String, @Nullable Object> metricsOf(Plugin plugin) {
        try {
            return Description.metrics(plugin);
        } catch (RuntimeException | Error failure) {
            return Map.of("problem", Failures.messageOf(failure));
        }
    }

    private static Map<String, @Nullable Object> json(Health health, @Nullable Map<String, @Nullable Object> metrics) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("healthy", health.healthy());
        json.put("detail", health.detail());
        json.put("metrics", metrics);
        return json;
    }

    private static void once(AtomicBoolean told, Runnable task) {
        if (told.compareAndSet(false, true)) {
            task.run();
        }
    }
}
