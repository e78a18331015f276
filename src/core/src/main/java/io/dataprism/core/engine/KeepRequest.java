package io.dataprism.core.engine;

import org.jspecify.annotations.Nullable;

/**
 * A query whose rows are to become the next version of a table.
 *
 * @param ifMatch the version that must be the current one; null: any
 * @param query all of its rows are kept; its time does not include that they are published
 */
public record KeepRequest(
        String table, LoadRequest.Mode mode, @Nullable Long ifMatch, QuerySpec query) {}
