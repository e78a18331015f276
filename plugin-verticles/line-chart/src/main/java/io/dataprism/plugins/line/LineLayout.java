package io.dataprism.plugins.line;

import io.dataprism.plugins.drawing.AxisKind;
import io.dataprism.plugins.drawing.Canvas;
import io.dataprism.plugins.drawing.CategoryLabels;
import io.dataprism.plugins.drawing.Chart;
import io.dataprism.plugins.drawing.ChartData;
import io.dataprism.plugins.drawing.Dash;
import io.dataprism.plugins.drawing.Drawing;
import io.dataprism.plugins.drawing.Drawing.Point;
import io.dataprism.plugins.drawing.HorizontalTicks;
import io.dataprism.plugins.drawing.Ink;
import io.dataprism.plugins.drawing.Key;
import io.dataprism.plugins.drawing.Labels;
import io.dataprism.plugins.drawing.Ruler;
import io.dataprism.plugins.drawing.Scale;
import io.dataprism.plugins.drawing.Sheet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Places lines, legend and both axes.
 *
 * @param kind of the horizontal axis; empty for texts
 * @param labels of the horizontal axis, where it has texts
 */
record LineLayout(
        LineParameters parameters,
        Optional<AxisKind> kind,
        List<String> labels,
        List<NamedLine> lines,
        long rows,
        List<String> notes)
        implements Chart {

    /** Where all lines together have at most so many points, each is marked. */
    private static final int MOST_MARKED = 150;

    private static final double MARK_RADIUS = 3;
    private static final int FEW_LINES = 4;

    /** Where values reach from less than this part of the highest, the axis includes zero. */
    private static final double NEAR_ZERO = 0.5;

    /** A line and what it is called. */
    record NamedLine(String name, Points points) {}

    LineLayout {
        labels = List.copyOf(labels);
        lines = List.copyOf(lines);
        notes = List.copyOf(notes);
    }

    @Override
    public Drawing draw(Canvas canvas) {
        Sheet sheet = new Sheet(canvas);
        String title =
                Labels.printable(parameters.title().orElseGet(() -> parameters.heights() + " by " + parameters.x()));
        sheet.title(title);
        sheet.notes(notes);
        double[] heights = lines.stream()
                .flatMapToDouble(
                        line -> IntStream.range(0, line.points().size()).mapToDouble(line.points()::y))
                .filter(Double::isFinite)
                .toArray();
        List<Points> drawn = List.of();
        if (heights.length == 0) {
            sheet.centered(rows == 0 ? "no rows" : "no values");
        } else {
            sheet.legend(IntStream.range(0, lines.size())
                    .mapToObj(index -> new Key(lines.get(index).name(), Ink.ofSeries(index), dash(index), true))
                    .toList());
            drawn = chart(sheet, heights);
        }
        List<Points> shown = drawn;
        return new Drawing(canvas, title, sheet.marks(), () -> data(shown));
    }

    private List<Points> chart(Sheet sheet, double[] heights) {
        double lowest = Arrays.stream(heights).min().orElse(0);
        double highest = Arrays.stream(heights).max().orElse(0);
        boolean zero = parameters.zero().orElse(isNearZero(lowest, highest));
        Scale scale = sheet.verticalAxis(
                about -> zero ? Scale.of(lowest, highest, about) : Scale.around(lowest, highest, about));
        DoubleUnaryOperator place = horizontalAxis(sheet, scale);
        List<Points> drawn =
                lines.stream().map(line -> reduced(line.points(), place)).toList();
        boolean marked = drawn.stream().mapToInt(Points::size).sum() <= MOST_MARKED;
        for (int index = 0; index < drawn.size(); index++) {
            line(sheet, scale, place, drawn.get(index), index, marked);
        }
        sheet.axisTitles(parameters.x(), parameters.heights());
        return drawn;
    }

    /** Draws it, and answers where its values lie. */
    private DoubleUnaryOperator horizontalAxis(Sheet sheet, Scale scale) {
        double zeroY = Math.clamp(scale.part(0), 0, 1);
        if (kind.isEmpty()) {
            CategoryLabels categories = CategoryLabels.plan(sheet, labels);
            sheet.verticalTicks(scale);
            categories.write();
            sheet.add(new Drawing.Line(sheet.left(), sheet.y(zeroY), sheet.right(), sheet.y(zeroY), Ink.AXIS));
            return value -> categories.middleOf((int) value);
        }
        double lowest = places().min().orElse(0);
        double highest = places().max().orElse(0);
        HorizontalTicks ticks = HorizontalTicks.plan(sheet, about -> kind.get().ruler(lowest, highest, 0, about));
        sheet.verticalTicks(scale);
        ticks.write();
        sheet.add(new Drawing.Line(sheet.left(), sheet.y(zeroY), sheet.right(), sheet.y(zeroY), Ink.AXIS));
        Ruler ruler = ticks.ruler();
        return value -> sheet.x(ruler.part(value));
    }

    private DoubleStream places() {
        return lines.stream()
                .flatMapToDouble(
                        line -> IntStream.range(0, line.points().size()).mapToDouble(line.points()::x));
    }

    /** At most four points in each column of pixels. */
    private static Points reduced(Points points, DoubleUnaryOperator place) {
        Points reduced = new Points();
        Column column = new Column();
        long pixel = Long.MIN_VALUE;
        for (int index = 0; index < points.size(); index++) {
            long own = (long) Math.floor(place.applyAsDouble(points.x(index)));
            if (own != pixel && index > 0) {
                column.appendTo(reduced);
                column = new Column();
            }
            pixel = own;
            column.add(points.x(index), points.y(index));
        }
        if (points.size() > 0) {
            column.appendTo(reduced);
        }
        return reduced;
    }

    private void line(Sheet sheet, Scale scale, DoubleUnaryOperator place, Points points, int index, boolean marked) {
        List<Point> run = new ArrayList<>();
        List<Drawing.Dot> dots = new ArrayList<>();
        String name = lines.get(index).name();
        for (int at = 0; at < points.size(); at++) {
            if (Double.isNaN(points.y(at))) {
                run(sheet, run, index);
                run = new ArrayList<>();
                continue;
            }
            Point point = new Point(place.applyAsDouble(points.x(at)), sheet.y(scale.part(points.y(at))));
            run.add(point);
            if (marked) {
                String meaning = name + ", " + xText(points.x(at)) + ": " + Scale.text(points.y(at));
                dots.add(new Drawing.Dot(point.x(), point.y(), MARK_RADIUS, 1, Ink.ofSeries(index), meaning));
            }
        }
        run(sheet, run, index);
        dots.forEach(sheet::add);
    }

    /** A point between two gaps is a dot. */
    private void run(Sheet sheet, List<Point> run, int index) {
        double width = lines.size() <= FEW_LINES ? 2 : 1.5;
        if (run.size() == 1) {
            sheet.add(new Drawing.Dot(
                    run.getFirst().x(),
                    run.getFirst().y(),
                    width,
                    1,
                    Ink.ofSeries(index),
                    lines.get(index).name()));
        } else if (run.size() > 1) {
            sheet.add(new Drawing.Curve(
                    run,
                    width,
                    dash(index),
                    Ink.ofSeries(index),
                    lines.get(index).name()));
        }
    }

    private ChartData data(List<Points> drawn) {
        List<ChartData.Series> series = new ArrayList<>();
        for (int line = 0; line < drawn.size(); line++) {
            Points points = drawn.get(line);
            List<List<@Nullable Object>> values = new ArrayList<>();
            for (int index = 0; index < points.size(); index++) {
                double height = points.y(index);
                values.add(Arrays.asList(xCell(points.x(index)), Double.isNaN(height) ? null : height));
            }
            series.add(new ChartData.Series(lines.get(line).name(), values));
        }
        return new ChartData(
                LineChart.NAME,
                List.of(
                        new ChartData.Column(
                                "x", parameters.x(), kind.map(AxisKind::type).orElse("text")),
                        new ChartData.Column("y", parameters.heights(), "number")),
                series,
                dataNotes(drawn));
    }

    private List<String> dataNotes(List<Points> drawn) {
        int shown = drawn.stream().mapToInt(Points::size).sum();
        List<String> all = new ArrayList<>(notes);
        if (shown < rows) {
            all.add(shown + " points stand for " + rows
                    + " rows: the first, last, lowest and highest of each line in each column of pixels.");
        }
        return all;
    }

    private Object xCell(double x) {
        return kind.isPresent() ? kind.get().cell(x) : labels.get((int) x);
    }

    private String xText(double x) {
        return kind.isPresent() ? kind.get().text(x) : labels.get((int) x);
    }

    private static Dash dash(int index) {
        return Dash.values()[index / Ink.seriesCount() % Dash.values().length];
    }

    private static boolean isNearZero(double lowest, double highest) {
        return lowest >= 0 ? lowest <= highest * NEAR_ZERO : highest > 0 || highest >= lowest * NEAR_ZERO;
    }
}
