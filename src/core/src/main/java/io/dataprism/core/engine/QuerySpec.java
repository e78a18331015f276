package io.dataprism.core.engine;

import io.dataprism.core.permission.TableScope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A query to be opened.
 *
 * @param id unique among the open queries
 * @param parameters JSON scalars or null, for the statement's {@code ?}
 * @param batchRows rows of a batch at most, at least 1
 * @param timeout from now to the last batch
 * @param maxRows cuts like LIMIT; null: all
 * @param scope the tables that may be read
 * @param user who asked, for the list of running queries
 * @param output what the batches hold
 */
public record QuerySpec(
        String id,
        String sql,
        List<@Nullable Object> parameters,
        int batchRows,
        Duration timeout,
        @Nullable Long maxRows,
        TableScope scope,
        String user,
        QueryOutput output) {

    /** A query for rows. */
    public QuerySpec(
            String id,
            String sql,
            List<@Nullable Object> parameters,
            int batchRows,
            Duration timeout,
            @Nullable Long maxRows,
            TableScope scope,
            String user) {
        this(id, sql, parameters, batchRows, timeout, maxRows, scope, user, QueryOutput.ROWS);
    }

    public QuerySpec {
        parameters = Collections.unmodifiableList(new ArrayList<>(parameters));
    }
}
