package io.dataprism.plugins.csvfolder;

import io.dataprism.plugin.PluginException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the first reading of a file finds.
 *
 * @param names of the columns
 * @param types the narrowest that take all values, or those that were asked for
 * @param digest of the bytes, SHA-256 in hexadecimal
 */
record CsvScan(List<String> names, List<ColumnType> types, long rows, String digest) {

    CsvScan {
        names = List.copyOf(names);
        types = List.copyOf(types);
    }

    /**
     * Reads the whole file. Blocks.
     *
     * @param asked types by column, which must take all values
     */
    static CsvScan of(CsvSource source, Map<String, ColumnType> asked) throws IOException {
        CsvSource.Pass pass = source.pass();
        CsvParser parser = pass.parser();
        List<String> names = parser.header();
        asked.keySet().stream()
                .filter(name -> !names.contains(name))
                .findFirst()
                .ifPresent(unknown -> {
                    throw PluginException.invalidParameter(
                            "types", "names '" + unknown + "', which is none of the columns " + names);
                });
        List<Set<ColumnType>> possible = new ArrayList<>();
        boolean[] seen = new boolean[names.size()];
        for (String name : names) {
            ColumnType fixed = asked.get(name);
            possible.add(fixed == null ? EnumSet.allOf(ColumnType.class) : EnumSet.of(fixed));
        }
        long rows = 0;
        for (List<@Nullable String> row = parser.next(); row != null; row = parser.next()) {
            rows = parser.row();
            for (int column = 0; column < row.size(); column++) {
                String value = row.get(column);
                if (value != null) {
                    seen[column] = true;
                    narrow(possible.get(column), value, source.file(), rows, names.get(column));
                }
            }
        }
        List<ColumnType> types = new ArrayList<>();
        for (int column = 0; column < seen.length; column++) {
            Set<ColumnType> left = possible.get(column);
            types.add(seen[column] || left.size() == 1 ? left.iterator().next() : ColumnType.VARCHAR);
        }
        return new CsvScan(names, types, rows, pass.digest());
    }

    private static void narrow(Set<ColumnType> possible, String value, CsvFile file, long row, String column) {
        ColumnType only = possible.iterator().next();
        ColumnType.narrow(possible, value);
        if (possible.isEmpty()) {
            throw invalid(file, row, column, value, only);
        }
    }

    static PluginException invalid(CsvFile file, long row, String column, String value, ColumnType type) {
        String shown = value.length() <= 100 ? value : value.substring(0, 100) + "...";
        return new PluginException(
                "REQUEST_INVALID",
                "The file '" + file + "' has '" + shown + "' in row " + row + ", column '" + column + "', which is no "
                        + type + ".");
    }
}
