package io.dataprism.plugins.drawing;

import io.dataprism.plugin.RenderConfig.Theme;
import io.dataprism.plugins.drawing.Drawing.Anchor;
import io.dataprism.plugins.drawing.Drawing.Bar;
import io.dataprism.plugins.drawing.Drawing.Curve;
import io.dataprism.plugins.drawing.Drawing.Dot;
import io.dataprism.plugins.drawing.Drawing.Line;
import io.dataprism.plugins.drawing.Drawing.Mark;
import io.dataprism.plugins.drawing.Drawing.Point;
import io.dataprism.plugins.drawing.Drawing.Text;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes a drawing as SVG: one document that refers to nothing, with its texts as text. */
final class SvgPainter {

    private static final String FONTS = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif";

    /** Curves of more points have them to tenths of a pixel, others to hundredths. */
    private static final int FINE_POINTS = 200;

    private final StringBuilder svg = new StringBuilder();

    private SvgPainter() {}

    static byte[] paint(Drawing drawing) {
        return text(drawing).getBytes(StandardCharsets.UTF_8);
    }

    /** The element {@code svg}, good as a document and as a part of HTML. */
    static String text(Drawing drawing) {
        SvgPainter painter = new SvgPainter();
        painter.document(drawing);
        return painter.svg.toString();
    }

    private void document(Drawing drawing) {
        Canvas canvas = drawing.canvas();
        svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\"");
        if (canvas.responsive()) {
            svg.append(" width=\"100%\"");
        } else {
            svg.append(" width=\"%d\" height=\"%d\"".formatted(canvas.width(), canvas.height()));
        }
        svg.append(" viewBox=\"0 0 %d %d\"".formatted(canvas.width(), canvas.height()));
        svg.append(" role=\"img\" aria-labelledby=\"title\" font-family=\"")
                .append(FONTS)
                .append("\">\n");
        svg.append("<title id=\"title\">")
                .append(Markup.escaped(drawing.title()))
                .append("</title>\n");
        style(drawing);
        svg.append("<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n");
        marks(drawing.marks());
        svg.append("</svg>\n");
    }

    private void style(Drawing drawing) {
        Set<Ink> inks = drawing.marks().stream()
                .map(SvgPainter::ink)
                .collect(Collectors.toCollection(() -> EnumSet.of(Ink.GROUND, Ink.TEXT)));
        Theme theme = drawing.canvas().theme();
        svg.append("<style>\n");
        colors(inks, drawing.canvas().palette(), theme == Theme.DARK);
        if (theme == Theme.AUTO) {
            svg.append("@media (prefers-color-scheme: dark) {\n");
            colors(inks, drawing.canvas().palette(), true);
            svg.append("}\n");
        }
        svg.append("</style>\n");
    }

    private void colors(Set<Ink> inks, Palette palette, boolean dark) {
        for (Ink ink : inks) {
            String color = "#%06x".formatted(palette.color(ink, dark));
            svg.append(
                    ink == Ink.GRID || ink == Ink.AXIS
                            ? ".%s { stroke: %s }\n".formatted(ink.styleClass(), color)
                            : ".%1$s { fill: %2$s } .%1$s-line { fill: none; stroke: %2$s }\n"
                                    .formatted(ink.styleClass(), color));
        }
    }

    private static Ink ink(Mark mark) {
        return switch (mark) {
            case Bar bar -> bar.ink();
            case Line line -> line.ink();
            case Curve curve -> curve.ink();
            case Dot dot -> dot.ink();
            case Text text -> text.ink();
        };
    }

    /** Dots of one style that follow each other say it once, since there may be thousands. */
    private void marks(List<Mark> marks) {
        for (int index = 0; index < marks.size(); ) {
            int end = index + 1;
            while (end < marks.size() && marks.get(index) instanceof Dot dot && isLike(dot, marks.get(end))) {
                end++;
            }
            if (end - index > 1) {
                dots(marks.subList(index, end));
            } else {
                mark(marks.get(index));
            }
            index = end;
        }
    }

    private static boolean isLike(Dot dot, Mark next) {
        return next instanceof Dot other
                && dot.meaning().isEmpty()
                && other.meaning().isEmpty()
                && dot.ink() == other.ink()
                && Math.round(dot.opacity() * 100) == Math.round(other.opacity() * 100);
    }

    private void dots(List<Mark> alike) {
        Dot first = (Dot) alike.getFirst();
        svg.append("<g class=\"").append(first.ink().styleClass()).append('"');
        number("fill-opacity", first.opacity());
        svg.append(">\n");
        for (Mark mark : alike) {
            Dot dot = (Dot) mark;
            svg.append("<circle");
            number("cx", Math.rint(dot.x() * 10) / 10);
            number("cy", Math.rint(dot.y() * 10) / 10);
            number("r", dot.radius());
            svg.append("/>");
        }
        svg.append("</g>\n");
    }

    private void mark(Mark mark) {
        switch (mark) {
            case Bar bar -> bar(bar);
            case Line line -> line(line);
            case Curve curve -> curve(curve);
            case Dot dot -> dot(dot);
            case Text text -> text(text);
        }
    }

    private void bar(Bar bar) {
        svg.append("<rect class=\"").append(bar.ink().styleClass()).append('"');
        number("x", bar.x());
        number("y", bar.y());
        number("width", bar.width());
        number("height", bar.height());
        end("rect", bar.meaning());
    }

    private void line(Line line) {
        svg.append("<line class=\"").append(line.ink().styleClass()).append('"');
        number("x1", line.x1());
        number("y1", line.y1());
        number("x2", line.x2());
        number("y2", line.y2());
        svg.append("/>\n");
    }

    private void curve(Curve curve) {
        svg.append("<polyline class=\"").append(curve.ink().styleClass()).append("-line\"");
        number("stroke-width", curve.width());
        svg.append(" stroke-linejoin=\"round\"");
        if (curve.dash() != Dash.SOLID) {
            svg.append(" stroke-dasharray=\"")
                    .append(curve.dash().pixels().stream().map(String::valueOf).collect(Collectors.joining(" ")))
                    .append('"');
        }
        svg.append(" points=\"");
        String separator = "";
        for (Point point : curve.points()) {
            double grain = curve.points().size() > FINE_POINTS ? 10 : 100;
            svg.append(separator).append(rounded(Math.rint(point.x() * grain) / grain));
            svg.append(',').append(rounded(Math.rint(point.y() * grain) / grain));
            separator = " ";
        }
        svg.append('"');
        end("polyline", curve.meaning());
    }

    private void dot(Dot dot) {
        svg.append("<circle class=\"").append(dot.ink().styleClass()).append('"');
        number("cx", dot.x());
        number("cy", dot.y());
        number("r", dot.radius());
        if (dot.opacity() < 1) {
            number("opacity", dot.opacity());
        }
        end("circle", dot.meaning());
    }

    private void end(String element, String meaning) {
        if (meaning.isEmpty()) {
            svg.append("/>\n");
        } else {
            svg.append("><title>")
                    .append(Markup.escaped(meaning))
                    .append("</title></")
                    .append(element)
                    .append(">\n");
        }
    }

    private void text(Text text) {
        svg.append("<text class=\"").append(text.ink().styleClass()).append('"');
        number("x", text.x());
        number("y", text.y());
        number("font-size", text.size());
        if (text.bold()) {
            svg.append(" font-weight=\"bold\"");
        }
        if (text.anchor() != Anchor.START) {
            svg.append(text.anchor() == Anchor.MIDDLE ? " text-anchor=\"middle\"" : " text-anchor=\"end\"");
        }
        if (text.degrees() != 0) {
            svg.append(
                    " transform=\"rotate(%d %s %s)\"".formatted(text.degrees(), rounded(text.x()), rounded(text.y())));
        }
        svg.append('>').append(Markup.escaped(text.text())).append("</text>\n");
    }

    private void number(String attribute, double value) {
        svg.append(' ').append(attribute).append("=\"").append(rounded(value)).append('"');
    }

    /** To hundredths. */
    static String rounded(double value) {
        long hundredths = Math.round(Math.abs(value) * 100);
        StringBuilder text = new StringBuilder(value < 0 && hundredths != 0 ? "-" : "").append(hundredths / 100);
        if (hundredths % 100 != 0) {
            text.append('.').append(hundredths / 10 % 10);
            if (hundredths % 10 != 0) {
                text.append(hundredths % 10);
            }
        }
        return text.toString();
    }
}
