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
}
