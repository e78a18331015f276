package io.dataprism.cli.query;

import com.fasterxml.jackson.databind.JsonNode;
import io.dataprism.cli.node.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Rows below a head. Columns are as wide as their widest cell of the first rows; what comes later goes as it comes. */
final class TextTable {

    private static final int MEASURED_ROWS = 500;
    private static final String GAP = "  ";

    private final Consumer<String> lines;
    private final List<List<String>> measured = new ArrayList<>();
    private int[] widths = {};

    TextTable(Consumer<String> lines) {
        this.lines = lines;
    }

    /** A row: an object whose members are the cells. */
    void row(JsonNode row) {
        if (widths.length == 0 && measured.isEmpty()) {
            measured.add(names(row));
        }
        List<String> cells = new ArrayList<>();
        row.forEach(cell -> cells.add(Texts.shown(cell)));
        if (widths.length > 0) {
            lines.accept(line(cells));
        } else {
            measured.add(cells);
            if (measured.size() > MEASURED_ROWS) {
                end();
            }
        }
    }

    private static List<String> names(JsonNode row) {
        List<String> names = new ArrayList<>();
        row.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** Prints what was kept to be measured. */
    void end() {
        if (!measured.isEmpty()) {
            widths = new int[measured.getFirst().size()];
            for (List<String> cells : measured) {
                for (int column = 0; column < widths.length; column++) {
                    widths[column] = Math.max(widths[column], cells.get(column).length());
                }
            }
            measured.forEach(cells -> lines.accept(line(cells)));
            measured.clear();
        }
    }

    private String line(List<String> cells) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < cells.size(); column++) {
            String cell = cells.get(column);
            line.append(cell)
                    .append(" ".repeat(Math.max(0, widths[column] - cell.length())))
                    .append(GAP);
        }
        return line.toString().stripTrailing();
    }
}
