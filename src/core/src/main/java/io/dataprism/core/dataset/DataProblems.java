package io.dataprism.core.dataset;

import io.dataprism.core.engine.DiskSpace;
import io.dataprism.core.engine.LoadRequest;
import io.dataprism.core.engine.QueryProblems;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.plugin.TableInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is wrong with an upload, in the words of the contract: {@code DATA_INVALID} with row and column where they are known. */
final class DataProblems {

    private static final Logger LOG = LoggerFactory.getLogger(DataProblems.class);
    private static final Pattern LINE = Pattern.compile("CSV Error on Line: (\\d+)");
    private static final Pattern COLUMN = Pattern.compile("converting column \"([^\"]*)\"\\. (.*)");
    private static final Pattern CAST = Pattern.compile("when casting from source column (.*)");
    private static final String CONVERSION = "Conversion Error";
    private static final Pattern WRAPPING = Pattern.compile(
            "^(java\\.sql\\.SQLException: |(Invalid Input|Not implemented|Binder|Invalid) Error: |arrow_scan: get_next failed\\(\\): |java\\.io\\.IOException: )+");
    private static final String HINT = "Correct the data and send all of it again; nothing of it was loaded.";

    private DataProblems() {}

    /** @param columns that the upload was to have; empty: any */
    static DataPrismException of(
            LoadRequest.Format format,
            Path upload,
            List<TableInfo.Column> columns,
            LiveDuckDb duckDb,
            BufferAllocator allocator,
            Exception failure) {
        String message = EngineMessage.of(failure).withoutPath(upload);
        // of a Parquet file that is broken the engine says so too, where an offset in it points beyond its end
        boolean disk = message.startsWith("IO Error") && format != LoadRequest.Format.PARQUET;
        if (DiskSpace.isShort(failure) || disk || message.startsWith("INTERNAL")) {
            return TableProblems.disk("Reading the upload", upload, failure);
        }
        if (message.startsWith("Out of Memory")) {
            return QueryProblems.outOfMemory();
        }
        if (message.contains("non-record JSON")) {
            return invalid(format, "no object has a member, and columns are made of members");
        }
        CastDiagnosis casts = new CastDiagnosis(duckDb, allocator, format, upload);
        UploadFinding finding = find(format, upload, columns, casts, message);
        return finding == null ? invalid(format, firstLine(message)) : at(format, finding);
    }

    private static @Nullable UploadFinding find(
            LoadRequest.Format format,
            Path upload,
            List<TableInfo.Column> columns,
            CastDiagnosis casts,
            String message) {
        try {
            return switch (format) {
                case CSV -> ofCsv(upload, message);
                case JSON, NDJSON -> ofJson(format, upload, columns, casts, message);
                case PARQUET, ARROW_STREAM, ARROW_FILE ->
                    message.contains(CONVERSION) ? casts.first(blamed(columns, message)) : null;
            };
        } catch (IOException | SQLException e) {
            LOG.debug("An upload could not be read again to find what is wrong with it", e);
            return null;
        }
    }

    private static @Nullable UploadFinding ofCsv(Path upload, String message) throws IOException {
        Matcher column = COLUMN.matcher(message);
        Matcher line = LINE.matcher(message);
        return column.find() && line.find()
                ? new UploadFinding(row(line), column.group(1), column.group(2))
                : CsvDiagnosis.first(upload);
    }

    private static @Nullable UploadFinding ofJson(
            LoadRequest.Format format, Path upload, List<TableInfo.Column> columns, CastDiagnosis casts, String message)
            throws IOException, SQLException {
        UploadFinding unfit = message.contains(CONVERSION) ? casts.first(blamed(columns, message)) : null;
        return unfit == null ? JsonDiagnosis.first(upload, format == LoadRequest.Format.NDJSON) : unfit;
    }

    /** The column that the engine names; all of them where it names none. */
    private static List<TableInfo.Column> blamed(List<TableInfo.Column> columns, String message) {
        Matcher cast = CAST.matcher(message);
        String named = cast.find() ? cast.group(1).strip() : "";
        List<TableInfo.Column> blamed =
                columns.stream().filter(column -> column.name().equals(named)).toList();
        return blamed.isEmpty() ? columns : blamed;
    }

    /** The refusal of an upload in which the place of the problem is known. */
    static DataPrismException at(LoadRequest.Format format, UploadFinding finding) {
        DataPrismException problem = invalid(format, finding.text()).with("row", finding.row());
        String column = finding.column();
        return column == null ? problem : problem.with("column", column);
    }

    static DataPrismException tooDeep(LoadRequest.Format format) {
        return invalid(format, "its types are nested too deeply; " + StoredTypes.DEPTH_LIMIT + " levels are the limit");
    }

    /** DuckDB counts the header as line 1. */
    private static long row(Matcher line) {
        return Math.max(0, Long.parseLong(line.group(1)) - 1);
    }

    private static DataPrismException invalid(LoadRequest.Format format, String problem) {
        return new DataPrismException(
                ErrorCode.DATA_INVALID, "The upload is not valid " + format + ": " + problem, HINT);
    }

    private static String firstLine(String message) {
        String line = WRAPPING.matcher(message.lines().findFirst().orElse("")).replaceFirst("");
        return line.isBlank() || line.equals("null") ? "its structure is broken" : line;
    }
}
