package io.dataprism.core.dataset;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Statements that have made the engine give up, which are not run again while they are remembered: the newest {@value #LIMIT},
 * until the node restarts. Any thread; never blocks.
 */
final class FatalStatements {

    static final int LIMIT = 64;

    private final Map<String, Boolean> known = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > LIMIT;
        }
    };

    synchronized void remember(String sql) {
        known.put(sql, true);
    }

    /** @throws DataPrismException {@code QUERY_NOT_ALLOWED} for one of them */
    synchronized void requireOther(String sql) {
        if (known.containsKey(sql)) {
            throw new DataPrismException(
                    ErrorCode.QUERY_NOT_ALLOWED,
                    "The query was refused: it has made the engine give up before.",
                    "Write it in another way.");
        }
    }
}
