package io.dataprism.core.engine;

import io.dataprism.plugin.TableInfo;

/**
 * The outcome of a load.
 *
 * @param created whether the table is new
 */
public record LoadedTable(TableInfo table, boolean created) {}
