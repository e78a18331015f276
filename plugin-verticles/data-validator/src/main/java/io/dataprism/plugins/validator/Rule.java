package io.dataprism.plugins.validator;

import java.util.List;

/**
 * What a caller asked for.
 *
 * @param name such as {@code not-null}
 * @param fields the columns, one or more
 * @param warning whether rows that break it are still valid
 */
record Rule(String name, List<String> fields, boolean warning, Check check) {

    /** The columns for people and for the report. */
    String field() {
        return String.join(", ", fields);
    }
}
