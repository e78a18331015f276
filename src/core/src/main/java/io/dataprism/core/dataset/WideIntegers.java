package io.dataprism.core.dataset;

import io.dataprism.plugin.TableInfo;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;

/**
 * Columns of a CSV upload that are integers of more than 64 bits. The engine does not guess HUGEINT: it makes them DOUBLE, which
 * keeps 16 of their digits. Columns of which every value fits into 128 bits are found again here. Blocks; one connection at a time.
 */
final class WideIntegers {

    private static final String GUESSED = "DOUBLE";
    private static final String WIDE = "HUGEINT";

    private WideIntegers() {}

    /**
     * The columns with the types that they should have.
     *
     * @param parquet what was made of the upload with the types that were guessed: it is asked first, since reading it is cheap
     * @param guessed its columns
     */
    static List<TableInfo.Column> of(
            DuckDBConnection connection, Path upload, Path parquet, List<TableInfo.Column> guessed)
            throws SQLException {
        List<String> names = guessed.stream()
                .filter(column -> column.type().equals(GUESSED))
                .map(TableInfo.Column::name)
                .toList();
        List<String> large = those(
                connection,
                names,
                name -> "bool_and(" + name + " = trunc(" + name + ")) AND max(abs(" + name
                        + ")) >= 9223372036854775807",
                ParquetFiles.scan(List.of(parquet)));
        List<String> wide = those(
                connection,
                large,
                name -> "bool_and(" + name + " IS NULL OR (regexp_full_match(" + name + ", '[+-]?[0-9]+') AND TRY_CAST("
                        + name + " AS " + WIDE + ") IS NOT NULL))",
                UploadScan.csvTexts(upload, large));
        return guessed.stream()
                .map(column -> wide.contains(column.name()) ? new TableInfo.Column(column.name(), WIDE) : column)
                .toList();
    }

    /** Those of the columns of which the condition holds; NULLs have no part in it. */
    private static List<String> those(
            DuckDBConnection connection, List<String> names, Function<String, String> condition, String scan)
            throws SQLException {
        if (names.isEmpty()) {
            return names;
        }
        String conditions = names.stream()
                .map(name -> condition.apply(SqlText.identifier(name)))
                .collect(Collectors.joining(", "));
        try (Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery("SELECT " + conditions + " FROM " + scan)) {
            answer.next();
            List<String> found = new ArrayList<>();
            for (int i = 0; i < names.size(); i++) {
                if (answer.getBoolean(i + 1)) {
                    found.add(names.get(i));
                }
            }
            return found;
        }
    }
}
