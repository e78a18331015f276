/**
 * The bundled plugin {@code delay-statistics}: mean, median and 95th percentile of a column, by another.
 *
 * <p>Guarantees: means come from exact sums (of DOUBLE: compensated); quantiles are those of SQL's {@code quantile_cont}
 * over the values as DOUBLE, as long as a group has at most 65,536 different values and the memory set aside lasts, and
 * within 1 % of them beyond. Memory is bounded by a third of the plugin's heap, shared by all calls under way; a call that
 * cannot be answered within it fails with {@code QUOTA_EXCEEDED}.
 *
 * <p>Threads: an aggregation belongs to one call, whose batches arrive one at a time; nothing else is shared but the
 * {@link io.dataprism.plugins.delays.MemoryBudget}. Failures: {@code REQUEST_INVALID} for parameters and columns.
 */
@NullMarked
package io.dataprism.plugins.delays;

import org.jspecify.annotations.NullMarked;
