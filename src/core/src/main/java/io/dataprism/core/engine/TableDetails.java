package io.dataprism.core.engine;

import io.dataprism.plugin.TableInfo;
import java.util.List;

/**
 * A table and the numbers of its versions.
 *
 * @param versions oldest first; the last is the newest
 */
public record TableDetails(TableInfo table, List<Long> versions) {

    public TableDetails {
        versions = List.copyOf(versions);
    }
}
