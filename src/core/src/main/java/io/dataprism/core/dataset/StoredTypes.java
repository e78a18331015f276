package io.dataprism.core.dataset;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.plugin.TableInfo;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Types that Parquet does not keep as they are: 128-bit integers would become DOUBLE, intervals lose their microseconds, times
 * their zone. A table's files hold them as text, and what reads a table casts them back, so that nothing is lost.
 */
final class StoredTypes {

    /** What files hold as a type close to it by themselves, and what is cast back without loss. */
    private static final Pattern NEIGHBOURS = Pattern.compile("TIMESTAMP_M?S\\b|ENUM\\(|\\[\\d+]");

    /** Unions, and structs without names, have no form in Parquet that they could be cast back from. */
    private static final Pattern WITHOUT_FORM =
            Pattern.compile("(?<![a-zA-Z0-9_\"'])(UNION\\(|STRUCT\\([A-Z0-9_]+(\\(|,|\\)))");

    /** How deep lists, structs and maps may be in one another: the engine's own recursion grows with it, or worse. */
    static final int DEPTH_LIMIT = 16;

    private StoredTypes() {}

    /** The type that files hold values of {@code type} as. */
    static String of(String type) {
        return StoredType.of(type);
    }

    /** Whether a Parquet file by itself may not have that type, so that it is cast back from what the file has. */
    static boolean isRestored(String type) {
        return !of(type).equals(type) || NEIGHBOURS.matcher(type).find();
    }

    /** Whether values of that type can be kept in a table at all. */
    static boolean isStorable(String type) {
        return !WITHOUT_FORM.matcher(type).find() && depth(type) <= DEPTH_LIMIT;
    }

    /**
     * Refuses columns that no table can have.
     *
     * @throws DataPrismException {@code DATA_INVALID}
     */
    static void requireStorable(List<TableInfo.Column> columns) {
        for (TableInfo.Column column : columns) {
            String name = column.name();
            if (name.isEmpty()
                    || name.length() > TableProblems.NAME_LIMIT
                    || name.chars().anyMatch(Character::isISOControl)) {
                throw TableProblems.columnName(name);
            }
            if (!isStorable(column.type())) {
                throw TableProblems.notStorable(column);
            }
        }
    }

    /** How many lists, structs and maps are in one another; brackets in quoted names count too. */
    static int depth(String type) {
        Deque<Integer> outer = new ArrayDeque<>();
        int deepest = 0;
        int depth = 0;
        for (int at = 0; at < type.length(); at++) {
            switch (type.charAt(at)) {
                case '(' -> {
                    outer.push(deepest);
                    deepest = 0;
                    depth = 0;
                }
                case ',' -> {
                    deepest = Math.max(deepest, depth);
                    depth = 0;
                }
                case ')' -> {
                    depth = Math.max(deepest, depth) + 1;
                    deepest = outer.isEmpty() ? 0 : outer.pop();
                }
                case '[' -> depth++;
                default -> {}
            }
        }
        return Math.max(deepest, depth);
    }

    /** A select list over rows with these columns: as files hold them. */
    static String toStore(List<TableInfo.Column> columns) {
        return columns.stream()
                .map(column -> {
                    String stored = of(column.type());
                    return stored.equals(column.type())
                            ? SqlText.identifier(column.name())
                            : cast(column.name(), stored);
                })
                .collect(Collectors.joining(", "));
    }

    /** A select list over the files of a table with these columns: as readers see them. */
    static String toRead(List<TableInfo.Column> columns) {
        String casts = columns.stream()
                .filter(column -> isRestored(column.type()))
                .map(column -> cast(column.name(), column.type()))
                .collect(Collectors.joining(", "));
        return casts.isEmpty() ? "*" : "* REPLACE (" + casts + ")";
    }

    private static String cast(String column, String type) {
        String name = SqlText.identifier(column);
        return "CAST(" + name + " AS " + type + ") AS " + name;
    }
}
