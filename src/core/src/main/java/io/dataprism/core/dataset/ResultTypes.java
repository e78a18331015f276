package io.dataprism.core.dataset;

import io.dataprism.core.dataset.gate.StatementGate;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.plugin.TableInfo;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What types a result may have: Arrow carries no more than 64 levels, and what reads batches recurses with them and takes memory for
 * each member.
 */
final class ResultTypes {

    /** Of the names of all types; a struct of ten thousand members has about a fifth of it. */
    private static final int NAMES_LENGTH_LIMIT = 512 << 10;

    private static final String STRUCT = "STRUCT";
    private static final Pattern QUOTED = Pattern.compile("\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'");

    /** A member that begins with a name; two types are more than one word. */
    private static final Pattern NAMED = Pattern.compile("\\w+ (?!WITH TIME ZONE)");

    private ResultTypes() {}

    /** @throws DataPrismException {@code QUERY_NOT_ALLOWED} */
    static void requireBounded(List<TableInfo.Column> columns) {
        long length = 0;
        for (TableInfo.Column column : columns) {
            int depth = StoredTypes.depth(column.type());
            if (depth > StatementGate.NESTING_LIMIT) {
                throw refused("column '" + TableProblems.shortened(column.name()) + "' has a type of " + depth
                        + " levels, and " + StatementGate.NESTING_LIMIT + " are allowed");
            }
            if (hasNamelessMembers(column.type())) {
                throw refused(
                        "column '" + TableProblems.shortened(column.name())
                                + "' has a struct of several members without names, which nothing that reads batches can tell apart");
            }
            length += column.type().length();
        }
        if (length > NAMES_LENGTH_LIMIT) {
            throw refused("the names of its columns' types have " + length + " characters, and " + NAMES_LENGTH_LIMIT
                    + " are allowed");
        }
    }

    /** Whether a struct in a type, as DuckDB writes it, has more than one member and no names: {@code STRUCT(INTEGER, DATE)}. */
    static boolean hasNamelessMembers(String type) {
        String plain = QUOTED.matcher(type).replaceAll("q");
        Deque<Boolean> nameless = new ArrayDeque<>();
        for (int at = 0; at < plain.length(); at++) {
            switch (plain.charAt(at)) {
                case '(' ->
                    nameless.push(plain.startsWith(STRUCT, at - STRUCT.length())
                            && !NAMED.matcher(plain)
                                    .region(at + 1, plain.length())
                                    .lookingAt());
                case ')' -> nameless.poll();
                case ',' -> {
                    if (Boolean.TRUE.equals(nameless.peek())) {
                        return true;
                    }
                }
                default -> {}
            }
        }
        return false;
    }

    private static DataPrismException refused(String what) {
        return new DataPrismException(
                ErrorCode.QUERY_NOT_ALLOWED,
                "The query was refused: " + what + ".",
                "Give members names, as in {'a': 1, 'b': 2}, select fewer of them, or cast the column to JSON or VARCHAR.");
    }
}
