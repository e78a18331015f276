package io.dataprism.plugins.chart;

import io.dataprism.plugins.chart.Drawing.Anchor;
import io.dataprism.plugins.chart.Drawing.Bar;
import io.dataprism.plugins.chart.Drawing.Line;
import io.dataprism.plugins.chart.Drawing.Mark;
import io.dataprism.plugins.chart.Drawing.Text;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;

/** Writes a drawing as SVG: one document that refers to nothing, with its texts as text. */
final class SvgPainter {

    private static final String FONTS = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif";

    private final StringBuilder svg = new StringBuilder();

    private SvgPainter() {}

    static byte[] paint(Drawing drawing) {
        SvgPainter painter = new SvgPainter();
        painter.document(drawing);
        return painter.svg.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void document(Drawing drawing) {
        svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$d\" height=\"%2$d\" viewBox=\"0 0 %1$d %2$d\""
                .formatted(drawing.width(), drawing.height()));
        svg.append(" role=\"img\" aria-labelledby=\"title\" font-family=\"")
                .append(FONTS)
                .append("\">\n");
        svg.append("<title id=\"title\">").append(escaped(drawing.title())).append("</title>\n");
        style(drawing.theme());
        svg.append("<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n");
        drawing.marks().forEach(this::mark);
        svg.append("</svg>\n");
    }

    private void style(Theme theme) {
        svg.append("<style>\n");
        colors(theme == Theme.DARK);
        if (theme == Theme.AUTO) {
            svg.append("@media (prefers-color-scheme: dark) {\n");
            colors(true);
            svg.append("}\n");
        }
        svg.append("</style>\n");
    }

    private void colors(boolean dark) {
        for (Ink ink : Ink.values()) {
            boolean line = ink == Ink.GRID || ink == Ink.AXIS;
            svg.append(".%s { %s: #%06x }\n".formatted(ink.styleClass(), line ? "stroke" : "fill", ink.color(dark)));
        }
    }

    private void mark(Mark mark) {
        switch (mark) {
            case Bar bar -> bar(bar);
            case Line line -> line(line);
            case Text text -> text(text);
        }
    }

    private void bar(Bar bar) {
        svg.append("<rect class=\"").append(bar.ink().styleClass()).append('"');
        number("x", bar.x());
        number("y", bar.y());
        number("width", bar.width());
        number("height", bar.height());
        svg.append("><title>").append(escaped(bar.meaning())).append("</title></rect>\n");
    }

    private void line(Line line) {
        svg.append("<line class=\"").append(line.ink().styleClass()).append('"');
        number("x1", line.x1());
        number("y1", line.y1());
        number("x2", line.x2());
        number("y2", line.y2());
        svg.append("/>\n");
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
        svg.append('>').append(escaped(text.text())).append("</text>\n");
    }

    private void number(String attribute, double value) {
        svg.append(' ').append(attribute).append("=\"").append(rounded(value)).append('"');
    }

    private static String rounded(double value) {
        BigDecimal rounded = BigDecimal.valueOf(value).setScale(2, RoundingMode.HALF_UP);
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
