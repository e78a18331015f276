package io.dataprism.host;

import io.dataprism.core.cluster.SharedMap;
import io.dataprism.core.cluster.SharedMap.Value;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notes about plugins that all nodes of a cluster have, of one kind. The last one to write holds. Changing blocks. */
final class SharedNotes {

    private static final Logger LOG = LoggerFactory.getLogger(SharedNotes.class);
    private static final int ATTEMPTS = 8;

    private final SharedMap map;
    private final String prefix;

    /** @param kind before each plugin's name */
    SharedNotes(SharedMap map, String kind) {
        this.map = map;
        this.prefix = kind + "/";
    }

    /** Empty where there is none, or none any more. */
    Optional<String> find(String plugin) {
        return map.find(prefix + plugin)
                .filter(value -> !value.deleted())
                .map(value -> new String(value.bytes(), StandardCharsets.UTF_8));
    }

    /** Whether there ever was one. */
    boolean isKnown(String plugin) {
        return map.find(prefix + plugin).isPresent();
    }

    /** @param note null: away. False, and logged, where it could not be told to others */
    boolean set(String plugin, @Nullable String note) {
        String key = prefix + plugin;
        for (int attempt = 1; ; attempt++) {
            long revision = map.fresh(key).map(Value::revision).orElse(SharedMap.NEVER);
            try {
                if (note != null) {
                    map.put(key, revision, note.getBytes(StandardCharsets.UTF_8));
                } else if (revision != SharedMap.NEVER) {
                    map.delete(key, revision);
                }
                return true;
            } catch (DataPrismException failure) {
                if (failure.code() != ErrorCode.STATE_CONFLICT || attempt == ATTEMPTS) {
                    LOG.warn("Other nodes are not told the note {}: {}", key, failure.getMessage());
                    return false;
                }
            }
        }
    }

    /** Hears of every note, and of those that are away. @param listener is given a plugin, and its note or null */
    void listen(BiConsumer<String, @Nullable String> listener) {
        map.listen((key, value) -> {
            if (key.startsWith(prefix)) {
                listener.accept(
                        key.substring(prefix.length()),
                        value.deleted() ? null : new String(value.bytes(), StandardCharsets.UTF_8));
            }
        });
    }
}
