package io.dataprism.core.dataset;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Statements that are not run again, since they make the engine give up. The engine does not say whose fault a fault is: it comes
 * out of the call of some statement that runs. So a statement is refused once that happened in its own call while nothing else
 * ran, or happened twice, whatever else ran. The newest {@value #LIMIT} that were blamed are remembered, until the node restarts.
 * Any thread; never blocks.
 */
final class FatalStatements {

    static final int LIMIT = 64;

    private static final int ENOUGH = 2;

    private final Map<String, Integer> faults = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > LIMIT;
        }
    };

    /**
     * Notes that the engine gave up in a call of the statement.
     *
     * @param alone whether nothing else ran in the engine
     */
    synchronized void blame(String sql, boolean alone) {
        faults.merge(sql, alone ? ENOUGH : 1, Integer::sum);
    }

    /** @throws DataPrismException {@code QUERY_NOT_ALLOWED} for one that has been blamed enough */
    synchronized void requireOther(String sql) {
        if (faults.getOrDefault(sql, 0) >= ENOUGH) {
            throw new DataPrismException(
                    ErrorCode.QUERY_NOT_ALLOWED,
                    "The query was refused: it has made the engine give up before.",
                    "Write it in another way.");
        }
    }
}
