package io.dataprism.plugins.chart;

import io.dataprism.plugins.drawing.Canvas;
import io.dataprism.plugins.drawing.CategoryLabels;
import io.dataprism.plugins.drawing.Chart;
import io.dataprism.plugins.drawing.ChartData;
import io.dataprism.plugins.drawing.Drawing;
import io.dataprism.plugins.drawing.Drawing.Line;
import io.dataprism.plugins.drawing.Ink;
import io.dataprism.plugins.drawing.Labels;
import io.dataprism.plugins.drawing.Scale;
import io.dataprism.plugins.drawing.Sheet;
import java.util.List;

/** Places the bars, their labels and both axes. */
record BarLayout(ChartParameters parameters, List<Bars.Value> values, List<String> notes) implements Chart {

    private static final double PART_OF_PLACE = 0.74;
    private static final double WIDEST = 160;

    BarLayout {
        values = List.copyOf(values);
        notes = List.copyOf(notes);
    }

    @Override
    public Drawing draw(Canvas canvas) {
        Sheet sheet = new Sheet(canvas);
        String title = Labels.printable(parameters.title().orElseGet(() -> parameters.y() + " by " + parameters.x()));
        sheet.title(title);
        sheet.notes(notes);
        if (values.isEmpty()) {
            sheet.centered("no rows");
        } else {
            chart(sheet);
        }
        return new Drawing(canvas, title, sheet.marks(), this::data);
    }

    private void chart(Sheet sheet) {
        double lowest = values.stream().mapToDouble(Bars.Value::number).min().orElse(0);
        double highest = values.stream().mapToDouble(Bars.Value::number).max().orElse(0);
        Scale scale = sheet.verticalAxis(about -> Scale.of(lowest, highest, about));
        CategoryLabels labels = CategoryLabels.plan(
                sheet, values.stream().map(Bars.Value::label).toList());
        sheet.verticalTicks(scale);
        bars(sheet, scale, labels);
        labels.write();
        sheet.axisTitles(parameters.x(), parameters.y());
    }

    private void bars(Sheet sheet, Scale scale, CategoryLabels labels) {
        double width = Math.min((sheet.right() - sheet.left()) / values.size() * PART_OF_PLACE, WIDEST);
        double zeroY = sheet.y(scale.part(0));
        for (int index = 0; index < values.size(); index++) {
            Bars.Value value = values.get(index);
            double y = sheet.y(scale.part(value.number()));
            sheet.add(new Drawing.Bar(
                    labels.middleOf(index) - width / 2,
                    Math.min(y, zeroY),
                    width,
                    Math.abs(y - zeroY),
                    value.number() < 0 ? Ink.NEGATIVE : Ink.POSITIVE,
                    value.label() + ": " + Scale.text(value.number())));
        }
        sheet.add(new Line(sheet.left(), zeroY, sheet.right(), zeroY, Ink.AXIS));
    }

    private ChartData data() {
        return new ChartData(
                BarChart.NAME,
                List.of(
                        new ChartData.Column("x", parameters.x(), "text"),
                        new ChartData.Column("y", parameters.y(), "number")),
                List.of(new ChartData.Series(
                        parameters.y(),
                        values.stream()
                                .map(value -> List.<Object>of(value.label(), value.number()))
                                .toList())),
                notes);
    }
}
