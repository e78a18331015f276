/**
 * Arithmetic and order of measurements: rounds taken in turn, medians, percentiles, goals. Knows nothing of what is measured.
 */
@NullMarked
package io.dataprism.load.measure;

import org.jspecify.annotations.NullMarked;
