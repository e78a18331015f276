package io.dataprism.plugin;

import java.util.List;

/**
 * A dataset at its newest version.
 *
 * @param version counts from 1
 * @param rows in the table
 * @param bytes on disk
 */
public record TableInfo(String name, long version, long rows, long bytes, List<Column> columns) {

    public TableInfo {
        columns = List.copyOf(columns);
    }

    /**
     * A column.
     *
     * @param type the engine's name of the type, such as {@code BIGINT}
     */
    public record Column(String name, String type) {}
}
