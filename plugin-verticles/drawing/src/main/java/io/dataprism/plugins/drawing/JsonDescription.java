package io.dataprism.plugins.drawing;

import io.dataprism.plugins.drawing.ChartData.Column;
import io.dataprism.plugins.drawing.ChartData.Series;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes what a drawing shows as JSON: title, size, columns, series with their rows, notes. */
final class JsonDescription {

    private static final int FORMAT = 1;

    private final StringBuilder json = new StringBuilder();

    private JsonDescription() {}

    static byte[] write(Drawing drawing) {
        ChartData data = drawing.data().get();
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("formatVersion", FORMAT);
        document.put("chart", data.chart());
        document.put("title", drawing.title());
        document.put("width", drawing.width());
        document.put("height", drawing.height());
        document.put("theme", drawing.canvas().theme().name().toLowerCase(Locale.ROOT));
        document.put(
                "columns", data.columns().stream().map(JsonDescription::column).toList());
        document.put(
                "series", data.series().stream().map(JsonDescription::series).toList());
        document.put("notes", data.notes());
        JsonDescription description = new JsonDescription();
        description.value(document);
        return description.json.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, Object> column(Column column) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("role", column.role());
        json.put("name", column.name());
        json.put("type", column.type());
        return json;
    }

    private static Map<String, Object> series(Series series) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", series.name());
        json.put("rows", series.rows());
        return json;
    }

    private void value(@Nullable Object value) {
        switch (value) {
            case null -> json.append("null");
            case Map<?, ?> object -> object(object);
            case List<?> array -> array(array);
            case Double number -> json.append(number(number));
            case Number number -> json.append(number);
            default -> text(value.toString());
        }
    }

    private void object(Map<?, ?> object) {
        char separator = '{';
        for (Map.Entry<?, ?> member : object.entrySet()) {
            json.append(separator);
            text(String.valueOf(member.getKey()));
            json.append(':');
            value(member.getValue());
            separator = ',';
        }
        json.append('}');
    }

    private void array(List<?> array) {
        json.append('[');
        String separator = "";
        for (Object element : array) {
            json.append(separator);
            value(element);
            separator = ",";
        }
        json.append(']');
    }

    /** JSON has no other numbers than finite ones. */
    private static String number(double number) {
        if (!Double.isFinite(number)) {
            return "null";
        }
        long whole = (long) number;
        return whole == number && Math.abs(whole) < 1L << 53 ? Long.toString(whole) : Double.toString(number);
    }

    private void text(String text) {
        json.append('"');
        for (int index = 0; index < text.length(); index++) {
            char letter = text.charAt(index);
            switch (letter) {
                case '"', '\\' -> json.append('\\').append(letter);
                default -> {
                    if (letter < ' ' || Character.isSurrogate(letter) || letter == '<') {
                        json.append("\\u%04x".formatted((int) letter));
                    } else {
                        json.append(letter);
                    }
                }
            }
        }
        json.append('"');
    }
}
