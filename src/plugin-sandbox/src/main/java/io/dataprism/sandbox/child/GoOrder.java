package io.dataprism.sandbox.child;

import io.dataprism.plugin.PluginManifest;
import io.dataprism.plugin.ResourceQuota;
import io.dataprism.sandbox.frame.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the host says with {@code go}: which plugin this child is. */
record GoOrder(
        String name,
        String version,
        String coreVersion,
        String category,
        String packageFile,
        String entryPoint,
        Path directory,
        ResourceQuota quota,
        PluginManifest manifest,
        Map<String, @Nullable Object> configuration,
        Map<String, @Nullable Object> mounts) {

    static GoOrder parse(byte[] payload) {
        Map<String, @Nullable Object> order = Json.decodeObject(payload);
        ResourceQuota quota = new ResourceQuota(
                Json.number(order, "memoryBytes").longValue(),
                Json.number(order, "cpus").doubleValue(),
                Json.number(order, "threads").intValue(),
                Duration.ofMillis(Json.number(order, "operationTimeoutMillis").longValue()),
                Json.number(order, "storageBytes").longValue());
        return new GoOrder(
                Json.text(order, "name"),
                Json.text(order, "version"),
                Json.text(order, "coreVersion"),
                Json.text(order, "category"),
                Json.text(order, "package"),
                Json.text(order, "entryPoint"),
                Path.of(Json.text(order, "directory")),
                quota,
                ManifestReading.of(order),
                Collections.unmodifiableMap(Json.object(order.get("configuration"))),
                order.get("mounts") instanceof Map<?, ?> mounts ? Json.object(mounts) : Map.of());
    }

    /** How many operations may run at once. */
    int operations() {
        return Math.max(1, quota.threads() / 2);
    }
}
