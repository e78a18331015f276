package io.dataprism.cluster.shared;

import io.dataprism.core.cluster.SharedMap.Listener;
import io.dataprism.core.cluster.SharedMap.Value;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listener, and what it was told: each value once, and again where it threw. One call at a time. */
final class Told {

    private static final Logger LOG = LoggerFactory.getLogger(Told.class);

    private final String map;
    private final Listener listener;
    private final Map<String, Value> told = new HashMap<>();

    Told(String map, Listener listener) {
        this.map = map;
        this.listener = listener;
    }

    synchronized void tell(String key, Value value) {
        Value before = told.get(key);
        if (before != null && value.compareTo(before) <= 0) {
            return;
        }
        try {
            listener.changed(key, value);
            told.put(key, value);
        } catch (RuntimeException failure) {
            LOG.error("{}/{}: a listener failed, and is told again with the next look", map, key, failure);
        }
    }

    void tellAll(Map<String, Value> values) {
        values.forEach(this::tell);
    }
}
