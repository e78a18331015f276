package io.dataprism.core.dataset;

import org.jspecify.annotations.Nullable;

/**
 * What is wrong with an upload, and where.
 *
 * @param row 1-based, without the header; 0 is the header itself, or what stands before all rows
 * @param column its name, or its 1-based number where it has none; null: the row itself
 * @param problem what was found, with its value where it is known
 */
record UploadFinding(long row, @Nullable String column, String problem) {

    /** As a sentence's part. */
    String text() {
        if (column == null) {
            return row == 0 ? problem : "row " + row + " " + problem;
        }
        return "row " + row + ", column '" + column + "': " + problem;
    }
}
