package io.dataprism.plugins.delays;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A group's figures.
 *
 * @param key the group as text, in UTF-8; null for the group of NULL
 * @param count the values that are not NULL; where it is 0, mean, median and p95 are NaN
 * @param exact false where median and p95 are within {@link LogarithmicBuckets#RELATIVE_ERROR} only
 */
record GroupRow(byte @Nullable [] key, long count, double mean, double median, double p95, boolean exact) {

    /** The row of a group without values. */
    static GroupRow none() {
        return new Figures().toRow(Optional.empty());
    }
}
