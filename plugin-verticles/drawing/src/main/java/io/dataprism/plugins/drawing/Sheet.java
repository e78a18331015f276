package io.dataprism.plugins.drawing;

import io.dataprism.plugins.drawing.Drawing.Anchor;
import io.dataprism.plugins.drawing.Drawing.Line;
import io.dataprism.plugins.drawing.Drawing.Mark;
import io.dataprism.plugins.drawing.Drawing.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Places a chart's parts from the outside in: title, notes, legend, axis titles, tick texts, labels; what is in the middle gets the
 * rest, {@link #left} to {@link #right} and {@link #top} to {@link #bottom}. For one drawing, by one thread.
 */
public final class Sheet {

    /** From the edge of the picture to anything. */
    public static final double MARGIN = 12;

    /** Between two parts. */
    public static final double GAP = 6;

    /** From a text's baseline to the middle of its small letters, as a part of its size. */
    public static final double MIDDLE_OF_LINE = 0.35;

    /** From the top of a line to its baseline, as a part of its size. */
    public static final double ASCENT = 0.95;

    private static final double TICK_SIZE = 12;
    private static final double AXIS_TITLE_SIZE = 13;
    private static final double NOTE_SIZE = 11;

    /** Below this height, titles and notes have one line. */
    private static final int LOW = 240;

    private static final double PIXELS_PER_TICK = 60;

    private final Canvas canvas;
    private final List<Mark> marks = new ArrayList<>();
    private double left = MARGIN;
    private double top = MARGIN;
    private double right;
    private double bottom;
    private double xTitleY;
    private double yTitleX;

    public Sheet(Canvas canvas) {
        this.canvas = canvas;
        this.right = canvas.width() - MARGIN;
        this.bottom = canvas.height() - MARGIN;
    }

    public double left() {
        return left;
    }

    public double right() {
        return right;
    }

    public double top() {
        return top;
    }

    public double bottom() {
        return bottom;
    }

    /** Paints something over what there is. */
    public void add(Mark mark) {
        marks.add(mark);
    }

    /** What was placed, in the order of painting. */
    public List<Mark> marks() {
        return List.copyOf(marks);
    }

    /** Above everything. */
    public void title(String title) {
        double size = Math.clamp(canvas.height() / 22.0, 12, 18);
        for (String line : TextWidths.wrap(title, right - left, size, true, lines())) {
            add(new Text(line, left, top + size * ASCENT, size, Anchor.START, 0, true, Ink.TEXT, right - left));
            top += size * LabelPlan.LINE_HEIGHT;
        }
        top += GAP;
    }

    /** Below everything. */
    public void notes(List<String> notes) {
        List<String> lines = TextWidths.wrap(String.join(" ", notes), right - left, NOTE_SIZE, false, lines());
        for (String line : lines.reversed()) {
            add(new Text(line, left, bottom - 2, NOTE_SIZE, Anchor.START, 0, false, Ink.MUTED, right - left));
            bottom -= NOTE_SIZE * LabelPlan.LINE_HEIGHT;
        }
        bottom -= lines.isEmpty() ? 0 : GAP;
    }

    /** Below the title; none where there is one entry or none. */
    public void legend(List<Key> keys) {
        if (keys.size() > 1) {
            Legend.Placed placed = Legend.place(keys, left, right, top, lines());
            marks.addAll(placed.marks());
            top = placed.bottom() + GAP / 2;
        }
    }

    /** In the place of a chart. */
    public void centered(String text) {
        add(new Text(
                text, (left + right) / 2, (top + bottom) / 2, 16, Anchor.MIDDLE, 0, false, Ink.MUTED, right - left));
    }

    /**
     * Takes the room of the vertical axis's texts and of both titles.
     *
     * @param ruler makes the vertical axis for about so many ticks
     */
    public <R extends Ruler> R verticalAxis(IntFunction<R> ruler) {
        R made = ruler.apply(Math.clamp((long) ((bottom - top) / PIXELS_PER_TICK), 2, 10));
        double tickWidth = made.ticks().stream()
                .mapToDouble(tick -> TextWidths.width(oneLine(tick), TICK_SIZE, false))
                .max()
                .orElse(0);
        double axisTitleHeight = AXIS_TITLE_SIZE * LabelPlan.LINE_HEIGHT;
        yTitleX = left + AXIS_TITLE_SIZE * ASCENT;
        left += axisTitleHeight + GAP + tickWidth + GAP;
        top += TICK_SIZE / 2;
        xTitleY = bottom - 3;
        bottom -= axisTitleHeight + GAP;
        return made;
    }

    /** Takes room below the middle, for the texts of the horizontal axis. */
    public void below(double height) {
        bottom -= height + GAP;
    }

    /** Takes room at the right of the middle. */
    void rightOf(double width) {
        right -= width;
    }

    /** The lines and texts of the vertical axis, once the middle has its place. */
    public void verticalTicks(Ruler ruler) {
        List<Tick> ticks = ruler.ticks();
        double distance = ticks.size() < 2
                ? bottom - top
                : (bottom - top) * (ticks.get(1).part() - ticks.getFirst().part());
        long every = (long) Math.ceil(TICK_SIZE * LabelPlan.LINE_HEIGHT / distance);
        for (Tick tick : ticks) {
            double y = y(tick.part());
            add(new Line(left, y, right, y, Ink.GRID));
            if (tick.index() % every == 0) {
                double baseline = y + TICK_SIZE * MIDDLE_OF_LINE;
                String text = oneLine(tick);
                add(new Text(text, left - GAP, baseline, TICK_SIZE, Anchor.END, 0, false, Ink.MUTED, left - MARGIN));
            }
        }
    }

    /** The titles of both axes, once the middle has its place. */
    public void axisTitles(String horizontal, String vertical) {
        axisTitle(horizontal, (left + right) / 2, xTitleY, 0, right - left);
        axisTitle(vertical, yTitleX, (top + bottom) / 2, -90, bottom - top);
    }

    /** Where a part of the vertical axis is. */
    public double y(double part) {
        return bottom - part * (bottom - top);
    }

    /** Where a part of the horizontal axis is. */
    public double x(double part) {
        return left + part * (right - left);
    }

    private void axisTitle(String name, double x, double y, int degrees, double maxWidth) {
        String text = TextWidths.cut(Labels.printable(name), maxWidth, AXIS_TITLE_SIZE, false);
        add(new Text(text, x, y, AXIS_TITLE_SIZE, Anchor.MIDDLE, degrees, false, Ink.TEXT, maxWidth));
    }

    private int lines() {
        return canvas.height() < LOW ? 1 : 2;
    }

    private static String oneLine(Tick tick) {
        return tick.context().isEmpty() ? tick.text() : tick.context() + " " + tick.text();
    }
}
