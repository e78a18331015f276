package io.dataprism.core.dataset;

import io.dataprism.core.engine.LoadRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What is looked at before the engine reads an upload, because the engine would end, hang or lose data over it. Blocks. */
final class UploadCheck {

    private UploadCheck() {}

    /** @throws io.dataprism.core.error.DataPrismException {@code DATA_INVALID} with the row */
    static void check(LoadRequest.Format format, Path upload) throws IOException {
        if (Files.size(upload) == 0) {
            throw new IOException("it is empty");
        }
        UploadFinding finding = switch (format) {
            case CSV -> ofCsv(upload);
            case NDJSON -> JsonShape.first(upload, true);
            case JSON -> JsonShape.first(upload, false);
            case PARQUET, ARROW_STREAM, ARROW_FILE -> null;
        };
        if (finding != null) {
            throw DataProblems.at(format, finding);
        }
    }

    /** The engine drops NUL bytes without a word. */
    private static @Nullable UploadFinding ofCsv(Path upload) throws IOException {
        UploadFinding header = CsvDiagnosis.ofHeader(upload);
        if (header != null) {
            return header;
        }
        try (ByteSource in = new ByteSource(upload)) {
            for (int next = in.take(); next != ByteSource.END; next = in.take()) {
                if (next == 0) {
                    return CsvDiagnosis.first(upload);
                }
            }
        }
        return null;
    }
}
