/**
 * The bundled plugin {@code data-validator}: a dataset against rules, in one pass with bounded memory.
 *
 * <p>A {@link io.dataprism.plugins.validator.Rule} is what the caller asked for, a {@link io.dataprism.plugins.validator.Check}
 * says whether a row keeps it, a {@link io.dataprism.plugins.validator.Tally} counts. Threads: all of these belong to one call,
 * whose batches arrive one at a time; what is shared is the {@link io.dataprism.plugins.validator.HashMemory}. Failures: {@code
 * REQUEST_INVALID} for rules, {@code QUOTA_EXCEEDED} for more different values than fit.
 */
@NullMarked
package io.dataprism.plugins.validator;

import org.jspecify.annotations.NullMarked;
