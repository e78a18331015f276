package io.dataprism.plugin;

import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Tables and queries, within the scopes of the plugin's grant and, while it serves a user, of that user's rights. */
public interface DataService {

    /**
     * Runs a query. Subscribing opens it, {@code request(n)} becomes credit for the engine, cancelling cancels it.
     *
     * @param sql one read-only statement
     * @param parameters values for its {@code ?}, in order: JSON scalars or null
     * @return the result's batches; close each
     */
    Flux<Batch> query(String sql, @Nullable Object... parameters);

    /** The tables that the plugin may read, sorted by name. */
    Mono<List<TableInfo>> tables();

    /** One table; fails with {@code TABLE_NOT_FOUND} or {@code PERMISSION_DENIED}. */
    Mono<TableInfo> table(String name);

    /**
     * Makes the next version of a table out of batches: all of them or nothing. Needs {@code data} {@code write} with a scope
     * that holds the table. Subscribing begins it; a failure of the batches, and a cancel, leave the table as it was. So does the
     * end of the call that it serves, where that comes before the last batch; outside of calls, half a minute without a batch, and
     * ten minutes in all.
     *
     * @param name {@code [a-z_][a-z0-9_]{0,62}}
     * @param batches at least one, all of one schema, with 4 GiB at most; taken as fast as the disk writes, and closed
     * @return the table as it is now; fails with {@code PERMISSION_DENIED}, {@code TABLE_EXISTS}, {@code TABLE_NOT_FOUND},
     *     {@code DATA_INVALID}, {@code PAYLOAD_TOO_LARGE}, {@code PLUGIN_TIMEOUT} for batches that come too late, and, beyond
     *     4 loads at once, {@code QUOTA_EXCEEDED}
     */
    default Mono<TableInfo> load(String name, LoadMode mode, Flux<Batch> batches) {
        return Mono.error(new PluginException("NOT_FOUND", "This data service does not load tables."));
    }

    /** How a load treats what is there. */
    enum LoadMode {
        /** Only where there is no such table. */
        CREATE,
        /** Whether or not there is one. */
        REPLACE,
        /** Adds rows to one of the same columns. */
        APPEND
    }
}
