package io.dataprism.plugins.testing;

import io.dataprism.plugins.drawing.Drawing;
import io.dataprism.plugins.drawing.Drawing.Mark;
import io.dataprism.plugins.drawing.Drawing.Text;
import io.dataprism.plugins.drawing.TextWidths;
import java.awt.geom.AffineTransform;
import java.awt.geom.Area;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;

/** What every drawing promises: all of it inside the picture, and no text over another. */
public final class DrawingFits {

    private DrawingFits() {}

    /** What breaks the promise, in sentences. */
    public static List<String> problems(Drawing drawing) {
        List<String> problems = new ArrayList<>();
        List<Text> texts = drawing.marks().stream()
                .filter(Text.class::isInstance)
                .map(Text.class::cast)
                .toList();
        List<Area> areas = texts.stream().map(DrawingFits::area).toList();
        Rectangle2D picture = new Rectangle2D.Double(-0.5, -0.5, drawing.width() + 1.0, drawing.height() + 1.0);
        for (int one = 0; one < texts.size(); one++) {
            Rectangle2D bounds = areas.get(one).getBounds2D();
            if (!areas.get(one).isEmpty() && !picture.contains(bounds)) {
                problems.add(texts.get(one) + " leaves the picture of " + picture);
            }
            if (width(texts.get(one)) > texts.get(one).maxWidth() + 0.01) {
                problems.add(texts.get(one) + " is wider than it may be");
            }
            for (int other = one + 1; other < texts.size(); other++) {
                if (bounds.intersects(areas.get(other).getBounds2D())) {
                    Area both = new Area(areas.get(one));
                    both.intersect(areas.get(other));
                    if (!both.isEmpty()) {
                        problems.add(texts.get(one) + " lies over " + texts.get(other));
                    }
                }
            }
        }
        drawing.marks().stream()
                .filter(mark -> !inside(mark, picture))
                .forEach(mark -> problems.add(mark + " leaves the picture"));
        return problems;
    }

    private static boolean inside(Mark mark, Rectangle2D picture) {
        return switch (mark) {
            case Drawing.Bar bar ->
                bar.height() >= 0
                        && picture.contains(bar.x(), bar.y())
                        && picture.contains(bar.x() + bar.width(), bar.y() + bar.height());
            case Drawing.Line line -> picture.contains(line.x1(), line.y1()) && picture.contains(line.x2(), line.y2());
            case Drawing.Curve curve ->
                curve.points().size() > 1
                        && curve.points().stream().allMatch(point -> picture.contains(point.x(), point.y()));
            case Drawing.Dot dot ->
                picture.contains(dot.x() - dot.radius(), dot.y() - dot.radius())
                        && picture.contains(dot.x() + dot.radius(), dot.y() + dot.radius());
            case Text text -> true;
        };
    }

    private static double width(Text text) {
        return TextWidths.width(text.text(), text.size(), text.bold());
    }

    /** What the small letters of a text cover, a little less high than its line. */
    private static Area area(Text text) {
        double width = width(text);
        double start = switch (text.anchor()) {
            case START -> 0;
            case MIDDLE -> -width / 2;
            case END -> -width;
        };
        Area area = new Area(new Rectangle2D.Double(start, -text.size() * 0.75, width, text.size() * 0.95));
        area.transform(AffineTransform.getRotateInstance(Math.toRadians(text.degrees())));
        area.transform(AffineTransform.getTranslateInstance(text.x(), text.y()));
        return area;
    }
}
