package io.dataprism.core.dataset;

import io.dataprism.core.error.DataPrismException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Tables of which queries do not see what they should: why not. Safe on any thread; never blocks.
 */
final class UnshownTables {

    private final Map<String, DataPrismException> problems = new ConcurrentHashMap<>();
    private final Set<String> unopened = ConcurrentHashMap.newKeySet();

    /** Whether files of old versions may be elsewhere. */
    private volatile boolean shared;

    /** From now on files may be elsewhere. */
    void share() {
        shared = true;
    }

    boolean isShared() {
        return shared;
    }

    /** The newest version of a table could not be shown to the engine. */
    void unopened(String name) {
        unopened.add(name);
    }

    /** Whether the engine could not open the version of the table that the catalog has. */
    boolean isUnopened(String name) {
        return unopened.contains(name);
    }

    /** What queries of the table are told, unless they see an older version. */
    void problem(String name, DataPrismException why) {
        problems.put(name, why);
    }

    /** Queries see what they should. */
    void shown(String name) {
        problems.remove(name);
        unopened.remove(name);
    }

    @Nullable
    DataPrismException problem(String name) {
        return problems.get(name);
    }

    /** All, by name. */
    Map<String, DataPrismException> all() {
        return new TreeMap<>(problems);
    }
}
