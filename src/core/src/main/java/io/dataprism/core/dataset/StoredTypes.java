package io.dataprism.core.dataset;

import io.dataprism.plugin.TableInfo;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Types that Parquet does not keep as they are: 128-bit integers would become DOUBLE, intervals lose their microseconds, times
 * their zone. A table's files hold them as text, and what reads a table casts them back, so that nothing is lost.
 */
final class StoredTypes {

    private static final Set<String> AS_TEXT = Set.of("HUGEINT", "UHUGEINT", "INTERVAL", "BIGNUM", "BIT");
    private static final String ZONED_TIME = "TIME WITH TIME ZONE";
    private static final String TEXT = "VARCHAR";

    /** What files hold as a type close to it by themselves, and what is cast back without loss. */
    private static final Pattern NEIGHBOURS = Pattern.compile("TIMESTAMP_M?S\\b|ENUM\\(|\\[\\d+]");

    private StoredTypes() {}

    /** The type that files hold values of {@code type} as. */
    static String of(String type) {
        StringBuilder stored = new StringBuilder(type.length());
        int at = 0;
        while (at < type.length()) {
            char first = type.charAt(at);
            if (first == '"' || first == '\'') {
                int end = closing(type, at);
                stored.append(type, at, end);
                at = end;
            } else if (type.startsWith(ZONED_TIME, at)) {
                stored.append(TEXT);
                at += ZONED_TIME.length();
            } else if (Character.isLetterOrDigit(first) || first == '_') {
                int end = at;
                while (end < type.length() && (Character.isLetterOrDigit(type.charAt(end)) || type.charAt(end) == '_')) {
                    end++;
                }
                String word = type.substring(at, end);
                stored.append(AS_TEXT.contains(word) ? TEXT : word);
                at = end;
            } else {
                stored.append(first);
                at++;
            }
        }
        return stored.toString();
    }

    /** Whether a Parquet file by itself may not have that type, so that it is cast back from what the file has. */
    static boolean isRestored(String type) {
        return !of(type).equals(type) || NEIGHBOURS.matcher(type).find();
    }

    /** The end of a quoted name or text, in which the quote itself is doubled. */
    private static int closing(String type, int start) {
        char quote = type.charAt(start);
        int at = start + 1;
        while (at < type.length()) {
            if (type.charAt(at) == quote) {
                if (at + 1 < type.length() && type.charAt(at + 1) == quote) {
                    at++;
                } else {
                    return at + 1;
                }
            }
            at++;
        }
        return at;
    }

    /** A select list over rows with these columns: as files hold them. */
    static String toStore(List<TableInfo.Column> columns) {
        return columns.stream()
                .map(column -> cast(column, of(column.type()), column.type()))
                .collect(Collectors.joining(", "));
    }

    /** A select list over the files of a table with these columns: as readers see them. */
    static String toRead(List<TableInfo.Column> columns) {
        String casts = columns.stream()
                .filter(column -> isRestored(column.type()))
                .map(column -> cast(column, column.type(), TEXT))
                .collect(Collectors.joining(", "));
        return casts.isEmpty() ? "*" : "* REPLACE (" + casts + ")";
    }

    private static String cast(TableInfo.Column column, String type, String is) {
        String name = SqlText.identifier(column.name());
        return type.equals(is) ? name : "CAST(" + name + " AS " + type + ") AS " + name;
    }
}
