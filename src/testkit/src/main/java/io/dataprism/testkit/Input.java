package io.dataprism.testkit;

import io.dataprism.plugin.Batch;
import java.util.List;

/** What an operation reads. */
public sealed interface Input {

    /** Nothing. */
    record None() implements Input {}

    /**
     * The rows of a query, such as {@code FROM (VALUES ('Oslo', 4.5), ('Rome', NULL)) AS t(city, degrees)}.
     *
     * @param sql one statement that reads; the test may read every table
     */
    record Sql(String sql) implements Input {}

    /** All rows of a table. */
    record Table(String name) implements Input {}

    /**
     * Batches, one at least, all of one schema. The test closes them, after the call.
     *
     * @param batches are sent in this order
     */
    record Batches(List<Batch> batches) implements Input {

        public Batches {
            batches = List.copyOf(batches);
            if (batches.isEmpty()) {
                throw new IllegalArgumentException("An input of batches needs one at least, for its schema.");
            }
        }
    }

    /** Nothing. */
    static Input none() {
        return new None();
    }

    /** The rows of a query. */
    static Input sql(String sql) {
        return new Sql(sql);
    }

    /** All rows of a table. */
    static Input table(String name) {
        return new Table(name);
    }

    /** Batches. */
    static Input batches(List<Batch> batches) {
        return new Batches(batches);
    }
}
