package io.dataprism.core.engine;

import io.dataprism.plugin.TableInfo;
import java.util.List;
import java.util.Locale;

/**
 * How many rows to ask the engine for at a time, so that a batch needs no cutting, and so that many streams together hold little:
 * a batch of a lonely stream may have {@link BatchCutter#BYTES_LIMIT}, and many streams share what a few had. Values only.
 */
public final class BatchSizing {

    /** The engine's own unit: fewer rows at a time are not cheaper for it. */
    private static final int LEAST_ROWS = 2048;

    /** What the batches at hand of all open streams may have together, as far as the least number of rows allows. */
    private static final long SHARED_BYTES = 6L << 20;

    private static final int TEXT_BYTES = 24;
    private static final int NESTED_BYTES = 64;

    private BatchSizing() {}

    /**
     * The rows of a batch.
     *
     * @param wanted at most
     * @param openQueries on this node, this one included
     */
    public static int rows(int wanted, List<TableInfo.Column> columns, int openQueries) {
        long width = Math.max(
                1, columns.stream().mapToLong(column -> bytes(column.type())).sum());
        long target = Math.min(BatchCutter.BYTES_LIMIT, SHARED_BYTES / Math.max(1, openQueries));
        long fitting = Math.max(LEAST_ROWS, target / width / LEAST_ROWS * LEAST_ROWS);
        return (int) Math.min(wanted, fitting);
    }

    /** What a value of a type takes in Arrow, about: texts have no length that is known beforehand. */
    private static int bytes(String type) {
        String name = type.toUpperCase(Locale.ROOT);
        int parenthesis = name.indexOf('(');
        boolean nested =
                name.endsWith("]") || name.startsWith("STRUCT") || name.startsWith("MAP") || name.startsWith("UNION");
        return switch (nested ? "" : parenthesis < 0 ? name : name.substring(0, parenthesis)) {
            case "BOOLEAN", "TINYINT", "UTINYINT" -> 1;
            case "SMALLINT", "USMALLINT" -> 2;
            case "INTEGER", "UINTEGER", "FLOAT", "DATE" -> Integer.BYTES;
            case "BIGINT", "UBIGINT", "DOUBLE", "TIME" -> Long.BYTES;
            case "HUGEINT", "UHUGEINT", "DECIMAL", "INTERVAL" -> 2 * Long.BYTES;
            case "" -> NESTED_BYTES;
            default -> name.startsWith("TIMESTAMP") ? Long.BYTES : TEXT_BYTES;
        };
    }
}
