package io.dataprism.plugins.csvfolder;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Cells;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** Rows of batches as lines of CSV, such that reading them gives the same: null is nothing, the empty text is two quotes. */
record CsvRows(char delimiter) {

    String header(Batch batch) {
        return batch.schema().getFields().stream()
                .map(Field::getName)
                .map(this::field)
                .collect(Collectors.joining(Character.toString(delimiter), "", "\n"));
    }

    String row(Batch batch, int row) {
        return batch.root().getFieldVectors().stream()
                .map(column -> column.isNull(row) ? "" : field(Cells.text(column, row)))
                .collect(Collectors.joining(Character.toString(delimiter), "", "\n"));
    }

    private String field(@Nullable String value) {
        if (value == null) {
            return "";
        }
        boolean quoted = value.isEmpty()
                || value.chars().anyMatch(each -> each == delimiter || each == '"' || each == '\n' || each == '\r');
        return quoted ? '"' + value.replace("\"", "\"\"") + '"' : value;
    }
}
