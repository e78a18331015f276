package io.dataprism.plugins.drawing;

import io.dataprism.plugins.drawing.Drawing.Anchor;
import io.dataprism.plugins.drawing.Drawing.Mark;
import io.dataprism.plugins.drawing.Drawing.Point;
import io.dataprism.plugins.drawing.Drawing.Text;
import java.util.ArrayList;
import java.util.List;

/** Places the entries of a legend one after the other, in rows; where they are too many, the last place says how many are left out. */
final class Legend {

    static final double SIZE = 12;
    static final double ROW_HEIGHT = SIZE * 1.5;
    private static final double SWATCH = 18;
    private static final double SWATCH_GAP = 6;
    private static final double BETWEEN = 18;
    private static final double LONGEST_NAME = 220;
    private static final double ROOM_FOR_MORE = 90;

    private final double left;
    private final double right;
    private final int maxRows;
    private final List<Mark> marks = new ArrayList<>();
    private double x;
    private double top;
    private int row;

    private Legend(double left, double right, double top, int maxRows) {
        this.left = left;
        this.right = right;
        this.top = top;
        this.maxRows = maxRows;
        this.x = left;
    }

    /**
     * @param marks what is placed
     * @param bottom where the last row ends
     */
    record Placed(List<Mark> marks, double bottom) {}

    static Placed place(List<Key> keys, double left, double right, double top, int maxRows) {
        Legend legend = new Legend(left, right, top, maxRows);
        for (int index = 0; index < keys.size(); index++) {
            if (!legend.add(keys.get(index), index == keys.size() - 1)) {
                legend.text("and " + (keys.size() - index) + " more", Ink.MUTED);
                break;
            }
        }
        return new Placed(legend.marks, legend.top + ROW_HEIGHT);
    }

    /** False: there is no room. */
    private boolean add(Key key, boolean last) {
        double most = Math.min(LONGEST_NAME, right - left - SWATCH - SWATCH_GAP - ROOM_FOR_MORE);
        String name = TextWidths.cut(Labels.printable(key.name()), most, SIZE, false);
        double width = SWATCH + SWATCH_GAP + TextWidths.width(name, SIZE, false);
        boolean lastRow = row == maxRows - 1;
        double end = lastRow && !last ? right - ROOM_FOR_MORE : right;
        if (x + width > end) {
            if (lastRow) {
                return false;
            }
            row++;
            top += ROW_HEIGHT;
            x = left;
            return add(key, last);
        }
        swatch(key);
        x += SWATCH + SWATCH_GAP;
        text(name, Ink.TEXT);
        return true;
    }

    private void swatch(Key key) {
        double middle = top + ROW_HEIGHT / 2;
        marks.add(
                key.line()
                        ? new Drawing.Curve(
                                List.of(new Point(x, middle), new Point(x + SWATCH, middle)),
                                2.5,
                                key.dash(),
                                key.ink(),
                                "")
                        : new Drawing.Dot(x + SWATCH - 5, middle, 5, 1, key.ink(), ""));
    }

    private void text(String text, Ink ink) {
        double y = top + ROW_HEIGHT / 2 + SIZE * 0.35;
        double width = TextWidths.width(text, SIZE, false);
        marks.add(new Text(text, x, y, SIZE, Anchor.START, 0, false, ink, width));
        x += width + BETWEEN;
    }
}
