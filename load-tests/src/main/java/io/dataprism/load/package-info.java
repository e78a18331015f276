/**
 * Load tests: what {@code ./dataprism bench} runs. Measures ratios in one run, never absolute figures against a constant: each of
 * our figures stands beside a peer's, taken in turn on the same machine, from the same data. Runs for minutes and blocks; prints its
 * progress to standard error and one JSON document to standard output. Not part of the service.
 */
@NullMarked
package io.dataprism.load;

import org.jspecify.annotations.NullMarked;
