package io.dataprism.plugin;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The plugin's own configuration, at the host. Whatever changes it, {@code plugin:<name>:config:changed} is published, with
 * the names of the settings that changed and never their values. Any thread; nothing blocks.
 */
public final class ConfigService {

    private final Services services;

    ConfigService(Services services) {
        this.services = services;
    }

    /** The settings as last set, secrets included; empty where none are set. Always allowed. */
    public Mono<Map<String, @Nullable Object>> get() {
        return services.call("dataprism.service.config.get", Map.of()).map(ConfigService::settings);
    }

    /**
     * Replaces all settings: checked against the manifest's schema ({@code CONFIGURATION_INVALID}), handed to {@link
     * Plugin#configure}, then stored. Needs {@code core} {@code write} with the scope {@code config}. Not from a life-cycle
     * method: {@code configure} waits for that to end.
     */
    public Mono<Void> set(Map<String, @Nullable Object> settings) {
        return services.call("dataprism.service.config.set", Map.of("settings", settings))
                .then();
    }

    private static Map<String, @Nullable Object> settings(Object reply) {
        Map<String, @Nullable Object> settings = new LinkedHashMap<>();
        Replies.object(reply).forEach((name, value) -> settings.put(String.valueOf(name), value));
        return settings;
    }
}
