package io.dataprism.plugins.drawing;

import io.dataprism.plugins.drawing.Drawing.Anchor;
import io.dataprism.plugins.drawing.Drawing.Text;
import java.util.List;

/** Labels below a horizontal axis that is divided into equal places, one for each label. */
public final class CategoryLabels {

    private static final double MOST_OF_HEIGHT = 0.36;

    private final Sheet sheet;
    private final LabelPlan plan;
    private final int count;

    private CategoryLabels(Sheet sheet, LabelPlan plan, int count) {
        this.sheet = sheet;
        this.plan = plan;
        this.count = count;
    }

    /** Takes the room that the labels need. */
    public static CategoryLabels plan(Sheet sheet, List<String> labels) {
        double place = (sheet.right() - sheet.left()) / labels.size();
        LabelPlan plan = LabelPlan.of(
                labels,
                place,
                MOST_OF_HEIGHT * (sheet.bottom() - sheet.top()),
                sheet.left() + place / 2 - Sheet.MARGIN / 2);
        sheet.below(plan.height());
        return new CategoryLabels(sheet, plan, labels.size());
    }

    /** The middle of a label's place. */
    public double middleOf(int index) {
        return sheet.x((index + 0.5) / count);
    }

    /** Writes them. */
    public void write() {
        double lineHeight = plan.size() * LabelPlan.LINE_HEIGHT;
        double place = (sheet.right() - sheet.left()) / count;
        for (int index = 0; index < count; index++) {
            List<String> lines = plan.lines().get(index);
            for (int line = 0; plan.shows(index) && line < lines.size(); line++) {
                sheet.add(
                        plan.degrees() == 0
                                ? label(
                                        lines.get(line),
                                        middleOf(index),
                                        sheet.bottom() + Sheet.GAP + plan.size() * Sheet.ASCENT + line * lineHeight,
                                        place - 4)
                                : turned(lines.get(line), middleOf(index)));
            }
        }
    }

    /** Ends under the middle of its place, and lies below and to the left of there. */
    private Text turned(String text, double middle) {
        double down = plan.degrees() == -90 ? 0 : plan.size() * 0.6;
        double across = plan.degrees() == -90 ? plan.size() * Sheet.MIDDLE_OF_LINE : plan.size() * 0.3;
        return label(
                text,
                middle + across,
                sheet.bottom() + Sheet.GAP + down,
                plan.height() * (plan.degrees() == -90 ? 1 : Math.sqrt(2)));
    }

    private Text label(String text, double x, double y, double maxWidth) {
        Anchor anchor = plan.degrees() == 0 ? Anchor.MIDDLE : Anchor.END;
        return new Text(text, x, y, plan.size(), anchor, plan.degrees(), false, Ink.TEXT, maxWidth);
    }
}
