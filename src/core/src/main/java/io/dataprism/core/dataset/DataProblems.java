package io.dataprism.core.dataset;

import io.dataprism.core.engine.LoadRequest;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is wrong with an upload, in the words of the contract: {@code DATA_INVALID} with row and column where they are known. */
final class DataProblems {

    private static final Pattern LINE = Pattern.compile("CSV Error on Line: (\\d+)");
    private static final Pattern COLUMN = Pattern.compile("converting column \"([^\"]*)\"\\. (.*)");
    private static final Pattern JSON_LINE = Pattern.compile(" in line (\\d+)");
    private static final String HINT = "Correct the data and send all of it again; nothing of it was loaded.";

    private DataProblems() {}

    static DataPrismException of(LoadRequest.Format format, Path upload, Exception failure) {
        String message = EngineMessage.of(failure).withoutPath(upload);
        if (message.startsWith("IO Error") || message.startsWith("Out of Memory") || message.startsWith("INTERNAL")) {
            return TableProblems.disk("Reading the upload", upload, failure);
        }
        if (format == LoadRequest.Format.CSV) {
            return ofCsv(upload, message);
        }
        DataPrismException problem = invalid(format, firstLine(message));
        Matcher line = JSON_LINE.matcher(message);
        return format == LoadRequest.Format.NDJSON && line.find()
                ? problem.with("row", Long.parseLong(line.group(1)))
                : problem;
    }

    private static DataPrismException ofCsv(Path upload, String message) {
        Matcher column = COLUMN.matcher(message);
        Matcher line = LINE.matcher(message);
        if (column.find() && line.find()) {
            return invalid(
                            LoadRequest.Format.CSV,
                            "row " + row(line) + ", column '" + column.group(1) + "': " + column.group(2))
                    .with("row", row(line))
                    .with("column", column.group(1));
        }
        CsvDiagnosis.Finding finding = CsvDiagnosis.first(upload);
        if (finding != null) {
            return invalid(
                            LoadRequest.Format.CSV,
                            "row " + finding.row() + ", column '" + finding.column() + "': " + finding.problem())
                    .with("row", finding.row())
                    .with("column", finding.column());
        }
        return invalid(LoadRequest.Format.CSV, firstLine(message));
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
        return message.lines().findFirst().orElse("it cannot be read");
    }
}
