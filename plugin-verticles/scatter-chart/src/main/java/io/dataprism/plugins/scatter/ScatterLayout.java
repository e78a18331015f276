package io.dataprism.plugins.scatter;

import io.dataprism.plugins.drawing.AxisKind;
import io.dataprism.plugins.drawing.Canvas;
import io.dataprism.plugins.drawing.Chart;
import io.dataprism.plugins.drawing.ChartData;
import io.dataprism.plugins.drawing.Dash;
import io.dataprism.plugins.drawing.Drawing;
import io.dataprism.plugins.drawing.HorizontalTicks;
import io.dataprism.plugins.drawing.Ink;
import io.dataprism.plugins.drawing.Key;
import io.dataprism.plugins.drawing.Labels;
import io.dataprism.plugins.drawing.Ruler;
import io.dataprism.plugins.drawing.Sheet;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Places dots, legend and both axes.
 *
 * @param groups the names of the groups that have colours
 * @param rows those that were kept
 * @param extremes of all rows
 * @param count of all rows
 */
record ScatterLayout(
        ScatterParameters parameters,
        AxisKind xKind,
        AxisKind yKind,
        List<String> groups,
        List<Row> rows,
        List<Row> extremes,
        long count,
        List<String> notes)
        implements Chart {

    /** Beyond the outermost rows, as a part of their range: room for half a dot. */
    private static final double ROOM = 0.04;

    ScatterLayout {
        groups = List.copyOf(groups);
        rows = List.copyOf(rows);
        extremes = List.copyOf(extremes);
        notes = List.copyOf(notes);
    }

    @Override
    public Drawing draw(Canvas canvas) {
        Sheet sheet = new Sheet(canvas);
        String title = Labels.printable(parameters.title().orElseGet(() -> parameters.y() + " by " + parameters.x()));
        sheet.title(title);
        sheet.notes(shownNotes());
        List<Row> drawn = List.of();
        if (rows.isEmpty()) {
            sheet.centered("no rows");
        } else {
            sheet.legend(keys());
            drawn = chart(sheet, Math.clamp(Math.min(canvas.width(), canvas.height()) / 32.0, 5, 14));
        }
        List<Row> shown = drawn;
        return new Drawing(canvas, title, sheet.marks(), () -> data(shown));
    }

    private List<Row> chart(Sheet sheet, double largestRadius) {
        Ruler vertical = sheet.verticalAxis(about -> yKind.ruler(least(Row::y), greatest(Row::y), ROOM, about));
        HorizontalTicks ticks =
                HorizontalTicks.plan(sheet, about -> xKind.ruler(least(Row::x), greatest(Row::x), ROOM, about));
        sheet.verticalTicks(vertical);
        ticks.write();
        sheet.add(new Drawing.Line(sheet.left(), sheet.bottom(), sheet.right(), sheet.bottom(), Ink.AXIS));
        sheet.add(new Drawing.Line(sheet.left(), sheet.top(), sheet.left(), sheet.bottom(), Ink.AXIS));
        DotPlan plan = DotPlan.of(
                this,
                row -> new Drawing.Point(sheet.x(ticks.ruler().part(row.x())), sheet.y(vertical.part(row.y()))),
                largestRadius);
        plan.rows().forEach(row -> sheet.add(plan.dot(row, ink(row), plan.isTold() ? meaning(row) : "")));
        sheet.axisTitles(parameters.x(), parameters.y());
        return plan.rows();
    }

    private List<Key> keys() {
        List<Key> keys = new ArrayList<>();
        for (int group = 0; group < groups.size(); group++) {
            keys.add(new Key(groups.get(group), Ink.ofSeries(group), Dash.SOLID, false));
        }
        if (rows.stream().anyMatch(row -> row.group() < 0)) {
            keys.add(new Key("others", Ink.MUTED, Dash.SOLID, false));
        }
        return keys;
    }

    private List<String> shownNotes() {
        List<String> all = new ArrayList<>(notes);
        if (parameters.size().isPresent() && !rows.isEmpty()) {
            all.add("Areas are " + Labels.printable(parameters.size().get()) + ", the largest "
                    + AxisKind.NUMBER.text(greatest(Row::size)) + ".");
        }
        return all;
    }

    private String meaning(Row row) {
        StringBuilder meaning = new StringBuilder();
        if (!groups.isEmpty()) {
            meaning.append(groupOf(row.group())).append(", ");
        }
        meaning.append(xKind.text(row.x())).append(": ").append(yKind.text(row.y()));
        if (parameters.size().isPresent()) {
            meaning.append(" (").append(AxisKind.NUMBER.text(row.size())).append(')');
        }
        return row.count() > 1 ? meaning + ", and " + (row.count() - 1) + " more here" : meaning.toString();
    }

    private ChartData data(List<Row> drawn) {
        List<ChartData.Column> columns = new ArrayList<>(List.of(
                new ChartData.Column("x", parameters.x(), xKind.type()),
                new ChartData.Column("y", parameters.y(), yKind.type())));
        parameters.size().ifPresent(size -> columns.add(new ChartData.Column("size", size, "number")));
        columns.add(new ChartData.Column("count", "rows", "number"));
        int first = drawn.stream().anyMatch(row -> row.group() < 0) ? -1 : 0;
        List<ChartData.Series> series = IntStream.range(first, Math.max(1, groups.size()))
                .mapToObj(group -> new ChartData.Series(
                        groupOf(group),
                        drawn.stream()
                                .filter(row -> row.group() == group)
                                .map(this::cells)
                                .toList()))
                .toList();
        return new ChartData(ScatterChart.NAME, columns, series, dataNotes(drawn));
    }

    private List<String> dataNotes(List<Row> drawn) {
        List<String> all = shownNotes();
        if (drawn.size() < count) {
            all.add(drawn.size() + " dots stand for " + count + " rows; the more rows, the more opaque.");
        }
        return all;
    }

    private List<Object> cells(Row row) {
        List<Object> cells = new ArrayList<>(List.of(xKind.cell(row.x()), yKind.cell(row.y())));
        parameters.size().ifPresent(size -> cells.add(row.size()));
        cells.add(row.count());
        return cells;
    }

    private String groupOf(int group) {
        return group < 0 ? "others" : groups.isEmpty() ? parameters.y() : groups.get(group);
    }

    private static Ink ink(Row row) {
        return row.group() < 0 ? Ink.MUTED : Ink.ofSeries(row.group());
    }

    private double least(ToDoubleFunction<Row> measure) {
        return extremes.stream().mapToDouble(measure).min().orElse(0);
    }

    private double greatest(ToDoubleFunction<Row> measure) {
        return extremes.stream().mapToDouble(measure).max().orElse(0);
    }
}
