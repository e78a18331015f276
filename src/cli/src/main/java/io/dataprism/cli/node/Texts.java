package io.dataprism.cli.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** JSON as people read it. What a plugin wrote is shown without control characters. */
public final class Texts {

    private static final String GAP = "  ";

    private Texts() {}

    /** One line; nothing for null and for what is absent. */
    public static String shown(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        String text = value.isValueNode() ? value.asText() : value.toString();
        return text.replaceAll("\\p{Cntrl}", " ").strip();
    }

    /** An array's elements, with commas. */
    public static String list(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(Texts::shown)
                .collect(Collectors.joining(", "));
    }

    /** A permission in the form that {@code grant} takes. */
    public static String permission(JsonNode permission) {
        return shown(permission.path("resource")) + ":" + shown(permission.path("access")) + ":"
                + (permission.hasNonNull("scope") ? shown(permission.path("scope")) : "*");
    }

    /** Rows below a head, each column as wide as its widest cell. */
    public static String table(List<String> head, List<List<String>> rows) {
        List<List<String>> all = new ArrayList<>(List.of(head));
        all.addAll(rows);
        int[] widths = new int[head.size()];
        for (List<String> row : all) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        return all.stream().map(row -> line(row, widths)).collect(Collectors.joining(System.lineSeparator()));
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String cell = row.get(column);
            line.append(cell).append(" ".repeat(widths[column] - cell.length())).append(GAP);
        }
        return line.toString().stripTrailing();
    }
}
