package io.dataprism.core.dataset;

import io.dataprism.core.engine.LoadRequest;
import io.dataprism.plugin.TableInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** How DuckDB reads an upload: as what it was sent, strictly, and nothing but that file. */
final class UploadScan {

    /** RFC 4180 and nothing guessed but the types, for which the whole file is read. Only an unquoted nothing is NULL. */
    private static final String CSV_OPTIONS =
            ", header = true, sample_size = -1, delim = ',', quote = '\"', escape = '\"',"
                    + " skip = 0, comment = '', null_padding = false, strict_mode = true, ignore_errors = false, nullstr = '',"
                    + " allow_quoted_nulls = false, max_line_size = 16777216, buffer_size = 33554432";

    private UploadScan() {}

    /** A table expression; types are inferred. */
    static String of(LoadRequest.Format format, Path file) {
        String path = SqlText.literal(file);
        return switch (format) {
            case PARQUET -> "read_parquet(" + path + ", hive_partitioning = false)";
            case CSV -> "read_csv(" + path + CSV_OPTIONS + ")";
            case NDJSON -> json(path, "newline_delimited");
            case JSON -> json(path, "array");
            case ARROW_STREAM, ARROW_FILE -> SqlText.identifier(ArrowView.VIEW);
        };
    }

    /** A table expression over a CSV file, in which the columns of these names are left as their texts. */
    static String csvTexts(Path file, List<String> names) {
        String texts = names.stream()
                .map(name -> SqlText.literal(name) + ": 'VARCHAR'")
                .collect(Collectors.joining(", "));
        return "read_csv(" + SqlText.literal(file) + CSV_OPTIONS + ", types = {" + texts + "})";
    }

    /** A query that reads the file with the types of these columns. */
    static String as(LoadRequest.Format format, Path file, List<TableInfo.Column> columns) {
        return switch (format) {
            case CSV ->
                "SELECT * FROM read_csv(" + SqlText.literal(file) + CSV_OPTIONS + ", types = {" + types(columns) + "})";
            case NDJSON, JSON, PARQUET, ARROW_STREAM, ARROW_FILE ->
                "SELECT " + casts(columns) + " FROM " + of(format, file);
        };
    }

    /** Whether an upload of that format says which types its columns have. */
    static boolean isTyped(LoadRequest.Format format) {
        return switch (format) {
            case PARQUET, ARROW_STREAM, ARROW_FILE -> true;
            case CSV, NDJSON, JSON -> false;
        };
    }

    private static String json(String path, String format) {
        return "read_json(" + path + ", format = '" + format + "', records = 'true', sample_size = -1,"
                + " maximum_object_size = 33554432, hive_partitioning = false)";
    }

    private static String types(List<TableInfo.Column> columns) {
        return columns.stream()
                .map(column -> SqlText.literal(column.name()) + ": " + SqlText.literal(column.type()))
                .collect(Collectors.joining(", "));
    }

    private static String casts(List<TableInfo.Column> columns) {
        return columns.stream()
                .map(column -> "CAST(" + SqlText.identifier(column.name()) + " AS " + column.type() + ") AS "
                        + SqlText.identifier(column.name()))
                .collect(Collectors.joining(", "));
    }
}
