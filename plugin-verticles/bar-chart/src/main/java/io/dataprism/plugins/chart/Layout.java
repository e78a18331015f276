package io.dataprism.plugins.chart;

import io.dataprism.plugins.chart.Drawing.Anchor;
import io.dataprism.plugins.chart.Drawing.Line;
import io.dataprism.plugins.chart.Drawing.Mark;
import io.dataprism.plugins.chart.Drawing.Text;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/** Places a chart's parts from the outside in: title, notes, axis titles, tick texts, labels; the bars get what is left. */
final class Layout {

    private static final double MARGIN = 12;
    private static final double TICK_SIZE = 12;
    private static final double AXIS_TITLE_SIZE = 13;
    private static final double NOTE_SIZE = 11;

    /** From a text's baseline to the middle of its small letters, as a part of its size. */
    private static final double MIDDLE_OF_LINE = 0.35;

    private static final double ASCENT = 0.95;
    private static final double GAP = 6;

    private final ChartParameters parameters;
    private final List<Bars.Value> values;
    private final List<Mark> marks = new ArrayList<>();
    private double left = MARGIN;
    private double top = MARGIN;
    private double right;
    private double bottom;

    private Layout(ChartParameters parameters, List<Bars.Value> values) {
        this.parameters = parameters;
        this.values = values;
        this.right = parameters.width() - MARGIN;
        this.bottom = parameters.height() - MARGIN;
    }

    static Drawing of(ChartParameters parameters, Bars bars) {
        Layout layout = new Layout(parameters, bars.values());
        String title = Labels.printable(parameters.title().orElseGet(() -> parameters.y() + " by " + parameters.x()));
        layout.title(title);
        layout.notes(bars.notes());
        if (bars.values().isEmpty()) {
            layout.centered("no rows");
        } else {
            layout.chart();
        }
        return new Drawing(parameters.width(), parameters.height(), parameters.theme(), title, layout.marks);
    }

    private void title(String title) {
        double size = Math.clamp(parameters.height() / 22.0, 12, 18);
        int maxLines = parameters.height() < 240 ? 1 : 2;
        for (String line : TextWidths.wrap(title, right - left, size, true, maxLines)) {
            marks.add(new Text(line, left, top + size * ASCENT, size, Anchor.START, 0, true, Ink.TEXT, right - left));
            top += size * LabelPlan.LINE_HEIGHT;
        }
        top += GAP;
    }

    private void notes(List<String> notes) {
        List<String> lines = TextWidths.wrap(
                String.join(" ", notes), right - left, NOTE_SIZE, false, parameters.height() < 240 ? 1 : 2);
        for (String line : lines.reversed()) {
            marks.add(new Text(line, left, bottom - 2, NOTE_SIZE, Anchor.START, 0, false, Ink.MUTED, right - left));
            bottom -= NOTE_SIZE * LabelPlan.LINE_HEIGHT;
        }
        bottom -= lines.isEmpty() ? 0 : GAP;
    }

    private void centered(String text) {
        marks.add(new Text(
                text, (left + right) / 2, (top + bottom) / 2, 16, Anchor.MIDDLE, 0, false, Ink.MUTED, right - left));
    }

    private void chart() {
        Scale scale = Scale.of(
                values.stream().mapToDouble(Bars.Value::number).min().orElse(0),
                values.stream().mapToDouble(Bars.Value::number).max().orElse(0),
                Math.clamp((long) ((bottom - top) / 60), 2, 10));
        List<Scale.Tick> ticks = scale.ticks();
        double tickWidth = ticks.stream()
                .mapToDouble(tick -> TextWidths.width(tick.text(), TICK_SIZE, false))
                .max()
                .orElse(0);
        double axisTitleHeight = AXIS_TITLE_SIZE * LabelPlan.LINE_HEIGHT;
        double yTitleX = left + AXIS_TITLE_SIZE * ASCENT;
        left += axisTitleHeight + GAP + tickWidth + GAP;
        top += TICK_SIZE / 2;
        double xTitleY = bottom - 3;
        bottom -= axisTitleHeight + GAP;

        LabelPlan plan = labelPlan();
        bottom -= plan.height() + GAP;
        ticks(ticks);
        bars(scale);
        labels(plan);
        axisTitles(yTitleX, xTitleY);
    }

    private LabelPlan labelPlan() {
        double place = (right - left) / values.size();
        return LabelPlan.of(
                values.stream().map(Bars.Value::label).toList(),
                place,
                0.36 * (bottom - top),
                left + place / 2 - MARGIN / 2);
    }

    private void ticks(List<Scale.Tick> ticks) {
        double distance = (bottom - top) / (ticks.size() - 1);
        long every = (long) Math.ceil(TICK_SIZE * LabelPlan.LINE_HEIGHT / distance);
        for (Scale.Tick tick : ticks) {
            double y = bottom - tick.part() * (bottom - top);
            marks.add(new Line(left, y, right, y, Ink.GRID));
            if (tick.index() % every != 0) {
                continue;
            }
            marks.add(new Text(
                    tick.text(),
                    left - GAP,
                    y + TICK_SIZE * MIDDLE_OF_LINE,
                    TICK_SIZE,
                    Anchor.END,
                    0,
                    false,
                    Ink.MUTED,
                    left - MARGIN));
        }
    }

    private void bars(Scale scale) {
        double place = (right - left) / values.size();
        double width = Math.min(place * 0.74, 160);
        double zeroY = bottom - scale.part(0) * (bottom - top);
        for (int index = 0; index < values.size(); index++) {
            Bars.Value value = values.get(index);
            double y = bottom - scale.part(value.number()) * (bottom - top);
            marks.add(new Drawing.Bar(
                    middleOf(index) - width / 2,
                    Math.min(y, zeroY),
                    width,
                    Math.abs(y - zeroY),
                    value.number() < 0 ? Ink.NEGATIVE : Ink.POSITIVE,
                    value.label() + ": " + numberText(value.number())));
        }
        marks.add(new Line(left, zeroY, right, zeroY, Ink.AXIS));
    }

    private void labels(LabelPlan plan) {
        double lineHeight = plan.size() * LabelPlan.LINE_HEIGHT;
        double place = (right - left) / values.size();
        for (int index = 0; index < values.size(); index++) {
            List<String> lines = plan.lines().get(index);
            for (int line = 0; plan.shows(index) && line < lines.size(); line++) {
                marks.add(
                        plan.degrees() == 0
                                ? label(
                                        lines.get(line),
                                        plan,
                                        middleOf(index),
                                        bottom + GAP + plan.size() * ASCENT + line * lineHeight,
                                        place - 4)
                                : turnedLabel(lines.get(line), plan, middleOf(index)));
            }
        }
    }

    /** Ends under the middle of its bar, and lies below and to the left of there. */
    private Text turnedLabel(String text, LabelPlan plan, double middle) {
        double down = plan.degrees() == -90 ? 0 : plan.size() * 0.6;
        double across = plan.degrees() == -90 ? plan.size() * MIDDLE_OF_LINE : plan.size() * 0.3;
        return label(
                text,
                plan,
                middle + across,
                bottom + GAP + down,
                plan.height() * (plan.degrees() == -90 ? 1 : Math.sqrt(2)));
    }

    private static Text label(String text, LabelPlan plan, double x, double y, double maxWidth) {
        Anchor anchor = plan.degrees() == 0 ? Anchor.MIDDLE : Anchor.END;
        return new Text(text, x, y, plan.size(), anchor, plan.degrees(), false, Ink.TEXT, maxWidth);
    }

    private void axisTitles(double yTitleX, double xTitleY) {
        axisTitle(parameters.x(), (left + right) / 2, xTitleY, 0, right - left);
        axisTitle(parameters.y(), yTitleX, (top + bottom) / 2, -90, bottom - top);
    }

    private void axisTitle(String name, double x, double y, int degrees, double maxWidth) {
        String text = TextWidths.cut(Labels.printable(name), maxWidth, AXIS_TITLE_SIZE, false);
        marks.add(new Text(text, x, y, AXIS_TITLE_SIZE, Anchor.MIDDLE, degrees, false, Ink.TEXT, maxWidth));
    }

    private double middleOf(int index) {
        return left + (index + 0.5) * (right - left) / values.size();
    }

    private static String numberText(double number) {
        BigDecimal rounded = new BigDecimal(number).round(new MathContext(7)).stripTrailingZeros();
        int magnitude = rounded.precision() - rounded.scale();
        return Math.abs(magnitude) > 15 ? rounded.toString() : Scale.grouped(rounded);
    }
}
