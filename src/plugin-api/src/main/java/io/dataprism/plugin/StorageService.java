package io.dataprism.plugin;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A plugin's own store of JSON values by key: no other plugin sees it, and it survives restarts and updates. Reading needs
 * {@code storage} {@code read}, changing {@code storage} {@code write}; the scope is a pattern of keys. Keys are texts of 1 to
 * 128 bytes in UTF-8, values at most 256 KiB as JSON, and all of them together at most the manifest's {@code
 * resources.storage}: beyond it {@code QUOTA_EXCEEDED}. A change is on the disk, whole, when its {@link Mono} completes. Any
 * thread; nothing blocks.
 */
public final class StorageService {

    private static final String ADDRESS = "dataprism.service.storage.";

    private final Services services;

    StorageService(Services services) {
        this.services = services;
    }

    /** The value of a key; empty where there is none, or where it is null. */
    public Mono<Object> get(String key) {
        return services.call(ADDRESS + "get", Map.of("key", key))
                .mapNotNull(reply -> Replies.object(reply).get("value"));
    }

    /**
     * Sets or replaces a value.
     *
     * @param value a JSON value
     */
    public Mono<Void> set(String key, @Nullable Object value) {
        Map<String, @Nullable Object> body = new HashMap<>();
        body.put("key", key);
        body.put("value", value);
        return services.call(ADDRESS + "set", body).then();
    }

    /** Deletes a key; false where there was none. */
    public Mono<Boolean> delete(String key) {
        return services.call(ADDRESS + "delete", Map.of("key", key))
                .map(reply -> Boolean.TRUE.equals(Replies.object(reply).get("deleted")));
    }

    /**
     * A page of the keys that begin with a prefix, in the order of their bytes; of those alone that the plugin may read.
     *
     * @param prefix empty: all
     * @param after the last page's {@link Page#next}; null: from the first
     * @param limit 1 to 1,000 keys
     */
    public Mono<Page> list(String prefix, @Nullable String after, int limit) {
        Map<String, @Nullable Object> body = new HashMap<>();
        body.put("prefix", prefix);
        body.put("after", after);
        body.put("limit", limit);
        return services.call(ADDRESS + "list", body).map(StorageService::page);
    }

    private static Page page(Object reply) {
        Map<?, ?> page = Replies.object(reply);
        List<String> keys = new ArrayList<>();
        if (page.get("keys") instanceof List<?> found) {
            found.forEach(key -> keys.add(String.valueOf(key)));
        }
        return new Page(keys, page.get("next") instanceof String next ? next : null);
    }

    /**
     * A page of keys.
     *
     * @param next where the next page begins; null: this was the last
     */
    public record Page(List<String> keys, @Nullable String next) {

        public Page {
            keys = List.copyOf(keys);
        }
    }
}
