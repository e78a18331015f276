package io.dataprism.core.dataset;

import io.dataprism.core.dataset.gate.StatementGate;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.plugin.TableInfo;
import java.util.List;

/**
 * What types a result may have: Arrow carries no more than 64 levels, and what reads batches recurses with them and takes memory for
 * each member.
 */
final class ResultTypes {

    /** Of the names of all types; a struct of ten thousand members has about a fifth of it. */
    private static final int NAMES_LENGTH_LIMIT = 512 << 10;

    private ResultTypes() {}

    /** @throws DataPrismException {@code QUERY_NOT_ALLOWED} */
    static void requireBounded(List<TableInfo.Column> columns) {
        long length = 0;
        for (TableInfo.Column column : columns) {
            int depth = StoredTypes.depth(column.type());
            if (depth > StatementGate.NESTING_LIMIT) {
                throw refused("column '" + TableProblems.shortened(column.name()) + "' has a type of " + depth + " levels, and "
                        + StatementGate.NESTING_LIMIT + " are allowed");
            }
            length += column.type().length();
        }
        if (length > NAMES_LENGTH_LIMIT) {
            throw refused("the names of its columns' types have " + length + " characters, and " + NAMES_LENGTH_LIMIT
                    + " are allowed");
        }
    }

    private static DataPrismException refused(String what) {
        return new DataPrismException(
                ErrorCode.QUERY_NOT_ALLOWED,
                "The query was refused: " + what + ".",
                "Select fewer members, or cast the column to JSON or VARCHAR.");
    }
}
