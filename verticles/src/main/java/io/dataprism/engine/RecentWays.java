package io.dataprism.engine;

import io.dataprism.engine.EngineRoute.Way;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** To which other nodes the newest {@value #LIMIT} queries were sent that this node's engine does not run. Any thread. */
final class RecentWays {

    static final int LIMIT = 4_096;

    private final Map<String, Way.There> byQuery = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Way.There> eldest) {
            return size() > LIMIT;
        }
    };

    void note(String query, Way way) {
        if (way instanceof Way.There there) {
            synchronized (byQuery) {
                byQuery.remove(query);
                byQuery.put(query, there);
            }
        }
    }

    /** Null where it was sent to none of them, or long ago. */
    @Nullable
    Way of(String query) {
        synchronized (byQuery) {
            return byQuery.get(query);
        }
    }
}
