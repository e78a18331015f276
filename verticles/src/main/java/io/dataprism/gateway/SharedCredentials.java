package io.dataprism.gateway;

import io.dataprism.core.cluster.SharedMap;
import io.dataprism.core.cluster.SharedSlots;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Credentials of one kind that all nodes of a cluster take, each until its time is over. Changing blocks; what other nodes make or end is told on
 * a thread that may block.
 *
 * @param <T> what a credential is on this node
 */
final class SharedCredentials<T> {

    private final SharedSlots slots;
    private final Function<JsonObject, T> reader;
    private final Function<T, Instant> end;
    private final InstantSource clock;
    private final Map<Integer, Map<String, T>> known = new HashMap<>();

    /** Hears of what is there in place of what was, by name. */
    @FunctionalInterface
    interface Listener<T> {
        void changed(Map<String, T> before, Map<String, T> now);
    }

    /**
     * @param count of slots; may never change for a map
     * @param end when the time of one is over
     */
    SharedCredentials(
            SharedMap map,
            String group,
            int count,
            Function<JsonObject, T> reader,
            Function<T, Instant> end,
            InstantSource clock) {
        this.slots = new SharedSlots(map, group, count);
        this.reader = reader;
        this.end = end;
        this.clock = clock;
    }

    /** Tells all that there is before it is back, and then of each change. */
    void listen(Listener<T> listener) {
        slots.listen((slot, things) -> {
            Map<String, T> now = new TreeMap<>();
            things.forEach((name, bytes) -> now.put(name, read(bytes)));
            Map<String, T> before;
            synchronized (known) {
                before = known.getOrDefault(slot, Map.of());
                known.put(slot, now);
            }
            listener.changed(before, now);
        });
    }

    /** Makes one known to all; those whose time is over leave the slot with it. */
    void put(String name, JsonObject json) {
        slots.change(slots.slotOf(name), things -> {
            things.values().removeIf(bytes -> !end.apply(read(bytes)).isAfter(clock.instant()));
            things.put(name, json.toBuffer().getBytes());
            return things;
        });
    }

    /** Ends one for all. */
    void remove(String name) {
        slots.set(name, null);
    }

    private T read(byte[] bytes) {
        return reader.apply(new JsonObject(Buffer.buffer(bytes)));
    }
}
