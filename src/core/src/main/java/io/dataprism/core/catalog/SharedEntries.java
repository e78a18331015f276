package io.dataprism.core.catalog;

import io.dataprism.core.cluster.SharedMap;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.io.IOException;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The entries as the nodes of a cluster share them: under {@code <tenant>/<name>}, with the configuration in plain, since the map seals. */
final class SharedEntries {

    private static final Logger LOG = LoggerFactory.getLogger(SharedEntries.class);
    private static final String PREFIX = CatalogEntry.DEFAULT_TENANT + "/";

    private final SharedMap map;

    /**
     * What the cluster knows of a name.
     *
     * @param value as it is shared
     * @param entry null: that it is not registered, or no longer
     */
    record Known(SharedMap.Value value, @Nullable CatalogEntry entry) {}

    /** Another node was faster. */
    static final class Overtaken extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient DataPrismException conflict;

        private Overtaken(DataPrismException conflict) {
            super(conflict);
            this.conflict = conflict;
        }

        DataPrismException conflict() {
            return conflict;
        }
    }

    SharedEntries(SharedMap map) {
        this.map = map;
    }

    /** As of now; blocks. Null: the cluster never knew it, or it is of a form that this version cannot read. */
    @Nullable
    Known fresh(String name) {
        return map.fresh(PREFIX + name).map(value -> read(name, value)).orElse(null);
    }

    /** As it was known a moment ago. */
    boolean isKnown(String name) {
        return map.find(PREFIX + name).isPresent();
    }

    /** Blocks; {@link Overtaken} where it is another revision that is there. */
    SharedMap.Value put(CatalogEntry entry, long expected) {
        byte[] bytes = EntryFile.writePlain(entry);
        return new SharedMap.Value(raced(() -> map.put(PREFIX + entry.name(), expected, bytes)), bytes, false);
    }

    /** The same for a deletion. */
    SharedMap.Value delete(String name, long expected) {
        return new SharedMap.Value(raced(() -> map.delete(PREFIX + name, expected)), new byte[0], true);
    }

    private static long raced(LongSupplier change) {
        try {
            return change.getAsLong();
        } catch (DataPrismException failure) {
            throw failure.code() == ErrorCode.STATE_CONFLICT ? new Overtaken(failure) : failure;
        }
    }

    void listen(BiConsumer<String, Known> listener) {
        map.listen((key, value) -> {
            if (key.startsWith(PREFIX)) {
                String name = key.substring(PREFIX.length());
                Known known = read(name, value);
                if (known != null) {
                    listener.accept(name, known);
                }
            }
        });
    }

    private static @Nullable Known read(String name, SharedMap.Value value) {
        if (value.deleted()) {
            return new Known(value, null);
        }
        try {
            return new Known(value, EntryFile.readPlain(value.bytes()));
        } catch (IOException | RuntimeException unreadable) {
            LOG.error(
                    "What another node shares of the plugin {} cannot be read, and what is here stays",
                    name,
                    unreadable);
            return null;
        }
    }
}
