/**
 * The bundled plugin {@code outlier-detector}: rows whose values lie far from the others.
 *
 * <p>Guarantees: figures are those of SQL's {@code avg}, {@code stddev_samp} and {@code quantile_cont} over the finite values as
 * DOUBLE. An input of {@code detect} is held within half of the plugin's memory, shared by all calls under way; groups and windows
 * are bounded as well. What does not fit fails with {@code QUOTA_EXCEEDED} and says what to do.
 *
 * <p>Threads: what belongs to a call is used by one thread at a time, but a cancelled call may let go of its batches while one
 * arrives; nothing is shared between calls but the {@link io.dataprism.plugins.outliers.HeldMemory}. Failures: {@code
 * REQUEST_INVALID} for parameters and columns.
 */
@NullMarked
package io.dataprism.plugins.outliers;

import org.jspecify.annotations.NullMarked;
