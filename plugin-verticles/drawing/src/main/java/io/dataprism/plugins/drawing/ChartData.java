package io.dataprism.plugins.drawing;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a drawing shows, in words and numbers: for readers who cannot see it, and for programs.
 *
 * @param chart the plugin's name
 * @param columns what the values of each row are
 * @param notes what the picture does not show, in sentences
 */
public record ChartData(String chart, List<Column> columns, List<Series> series, List<String> notes) {

    public ChartData {
        columns = List.copyOf(columns);
        series = List.copyOf(series);
        notes = List.copyOf(notes);
    }

    /**
     * One of the values that each row has.
     *
     * @param role such as {@code x}
     * @param name the column of the input
     * @param type {@code number}, {@code time} or {@code text}
     */
    public record Column(String role, String name, String type) {}

    /**
     * What is drawn in one colour.
     *
     * @param rows each with a value for each column: a text, a finite number, or null
     */
    public record Series(String name, List<List<@Nullable Object>> rows) {}
}
