package io.dataprism.plugins.drawing;

import io.dataprism.plugins.drawing.Drawing.Anchor;
import io.dataprism.plugins.drawing.Drawing.Line;
import io.dataprism.plugins.drawing.Drawing.Text;
import java.util.List;
import java.util.function.IntFunction;

/** The ticks below a horizontal axis of numbers or times: as many as have room beside each other. */
public final class HorizontalTicks {

    private static final double SIZE = 12;
    private static final double BETWEEN = 12;
    private static final double LINE = SIZE * LabelPlan.LINE_HEIGHT;
    private static final double NARROWEST_TICK = 70;

    private final Sheet sheet;
    private final Ruler ruler;

    private HorizontalTicks(Sheet sheet, Ruler ruler) {
        this.sheet = sheet;
        this.ruler = ruler;
    }

    /**
     * Takes the room that their texts need.
     *
     * @param rulers makes the axis for about so many ticks
     */
    public static HorizontalTicks plan(Sheet sheet, IntFunction<? extends Ruler> rulers) {
        int about = Math.clamp((long) ((sheet.right() - sheet.left()) / NARROWEST_TICK), 2, 12);
        Ruler ruler = rulers.apply(about);
        while (about > 2 && !fits(ruler, sheet.right() - sheet.left())) {
            about--;
            ruler = rulers.apply(about);
        }
        List<Tick> ticks = ruler.ticks();
        boolean twoLines = ticks.stream().anyMatch(tick -> !tick.context().isEmpty());
        sheet.below(twoLines ? 2 * LINE : LINE);
        if (!ticks.isEmpty()) {
            double beyond = width(ticks.getLast()) / 2
                    - (1 - ticks.getLast().part()) * (sheet.right() - sheet.left())
                    - Sheet.MARGIN / 2;
            sheet.rightOf(Math.max(0, beyond));
        }
        return new HorizontalTicks(sheet, ruler);
    }

    public Ruler ruler() {
        return ruler;
    }

    /** Draws lines and texts; a text that would touch the one before it is left out. */
    public void write() {
        double free = Sheet.MARGIN / 2;
        String context = "";
        for (Tick tick : ruler.ticks()) {
            double x = sheet.x(tick.part());
            sheet.add(new Line(x, sheet.top(), x, sheet.bottom(), Ink.GRID));
            context = tick.context().isEmpty() ? context : tick.context();
            double half =
                    Math.max(TextWidths.width(tick.text(), SIZE, false), TextWidths.width(context, SIZE, false)) / 2;
            if (x - half >= free) {
                text(tick.text(), x, 0, half);
                text(context, x, 1, half);
                free = x + half + BETWEEN / 2;
                context = "";
            }
        }
    }

    private void text(String text, double x, int line, double half) {
        if (!text.isEmpty()) {
            double y = sheet.bottom() + Sheet.GAP + SIZE * Sheet.ASCENT + line * LINE;
            sheet.add(new Text(text, x, y, SIZE, Anchor.MIDDLE, 0, false, Ink.MUTED, 2 * half + 1));
        }
    }

    private static boolean fits(Ruler ruler, double room) {
        List<Tick> ticks = ruler.ticks();
        for (int index = 1; index < ticks.size(); index++) {
            double distance = (ticks.get(index).part() - ticks.get(index - 1).part()) * room;
            if (width(ticks.get(index)) / 2 + width(ticks.get(index - 1)) / 2 + BETWEEN > distance) {
                return false;
            }
        }
        return true;
    }

    private static double width(Tick tick) {
        return Math.max(TextWidths.width(tick.text(), SIZE, false), TextWidths.width(tick.context(), SIZE, false));
    }
}
